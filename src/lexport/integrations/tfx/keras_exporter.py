"""`KerasExporter`: a verified SavedModel from a trained Keras model."""

import os
from typing import Any, ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import InfraBlessing, Model, ModelBlessing, PushedModel

from lexport.config import load_config
from lexport.integrations.tfx.artifact_types import Vocabularies
from lexport.integrations.tfx.config_fingerprint import config_fingerprint
from lexport.integrations.tfx.keras_exporter_executor import KerasExporterExecutor

__all__ = ["KerasExporter", "KerasExporterSpec"]


class KerasExporterSpec(ComponentSpec):
    """What `KerasExporter` takes and gives."""

    PARAMETERS: ClassVar[dict[str, Any]] = {
        "config": ExecutionParameter(type=str),
        "publish": ExecutionParameter(type=int),
        "fingerprint": ExecutionParameter(type=str),
    }
    INPUTS: ClassVar[dict[str, Any]] = {
        "trained_model": ChannelParameter(type=Model, optional=True),
        "vocabularies": ChannelParameter(type=Vocabularies, optional=True),
    }
    OUTPUTS: ClassVar[dict[str, Any]] = {
        "model": ChannelParameter(type=Model),
        "infra_blessing": ChannelParameter(type=InfraBlessing),
        "model_blessing": ChannelParameter(type=ModelBlessing),
        "pushed_model": ChannelParameter(type=PushedModel, optional=True),
    }


class KerasExporter(BaseComponent):
    """Exports what a lexport config describes, and verifies it as `lexport export` does; see docs/verification.md.

    Where the verification fails, the component fails, with every finding in its error: nothing is blessed, and there is
    no model for a Pusher to take.

    Example:
        ```python
        exporter = KerasExporter(
            config="configs/debian_sections.yaml",
            trained_model=trainer.outputs["model"],
            vocabularies=builder.outputs["vocabularies"],
        )
        pusher = Pusher(
            model=exporter.outputs["model"],
            infra_blessing=exporter.outputs["infra_blessing"],
            push_destination=...,
        )
        ```

    Args:
        config: the path of the YAML file, for the process that defines the pipeline and for those that run it.
        trained_model: a `Model` with one `.keras` file in its serving directory, in place of the model that the config
            names; left out, the factory or file of the config gives the model.
        vocabularies: in place of those of the config, whose names they must have; left out, the component builds them.
        publish: whether to publish where the config says, too, by an atomic rename; then there is no need of a Pusher,
            which copies file by file into the place where a server looks.

    Outputs:
        model: a standard `Model` whose serving directory is the export, with the digests of its vocabularies and its
            canonical digest as custom properties.
        infra_blessing: an `InfraBlessing` with the verification report: all loaders serve it.
        model_blessing: a `ModelBlessing` with the same report: it answers as the trained model does. How good that is
            only an Evaluator can say; where there is one, give its blessing to the Pusher.
        pushed_model: where `publish` is set, a `PushedModel`.

    Raises:
        ConfigError: the config is not valid; every error is named. It is read when the pipeline is defined, too.
    """

    SPEC_CLASS = KerasExporterSpec
    EXECUTOR_SPEC = ExecutorClassSpec(KerasExporterExecutor)

    def __init__(
        self,
        config: str | os.PathLike[str],
        *,
        trained_model: BaseChannel | None = None,
        vocabularies: BaseChannel | None = None,
        publish: bool = False,
    ) -> None:
        data_given = vocabularies is not None
        spec = KerasExporterSpec(
            config=os.path.abspath(config),  # noqa: PTH100
            publish=int(publish),
            fingerprint=config_fingerprint(load_config(config, data_given=data_given), data_given=data_given),
            trained_model=trained_model,
            vocabularies=vocabularies,
            model=Channel(type=Model),
            infra_blessing=Channel(type=InfraBlessing),
            model_blessing=Channel(type=ModelBlessing),
            pushed_model=Channel(type=PushedModel) if publish else None,
        )
        super().__init__(spec=spec)
