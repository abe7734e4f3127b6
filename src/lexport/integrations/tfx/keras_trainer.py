"""`KerasTrainer`: TFX's Trainer, with the vocabularies as one more input."""

from typing import Any, ClassVar

from tfx.components.trainer.executor import GenericExecutor
from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.proto import trainer_pb2
from tfx.types.artifact import Artifact
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter
from tfx.types.standard_artifacts import Model, ModelRun
from tfx.types.standard_component_specs import TrainerSpec
from tfx.utils import json_utils

from lexport.errors import ConfigError
from lexport.integrations.export_notes import read_noted
from lexport.integrations.tfx.artifact_notes import notes_of
from lexport.integrations.tfx.artifact_types import Vocabularies
from lexport.integrations.tfx.local_folders import read_locally

__all__ = ["KerasTrainer", "KerasTrainerExecutor", "KerasTrainerSpec"]

VOCABULARIES = "vocabularies"


class KerasTrainerSpec(TrainerSpec):
    """What TFX's Trainer takes and gives, and the vocabularies."""

    INPUTS: ClassVar[dict[str, Any]] = {**TrainerSpec.INPUTS, VOCABULARIES: ChannelParameter(type=Vocabularies)}


class KerasTrainerExecutor(GenericExecutor):
    """Calls the user's `run_fn`, as TFX's own executor does, with checked vocabularies."""

    def _GetFnArgs(  # noqa: N802
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> Any:
        arguments = super()._GetFnArgs(input_dict, output_dict, exec_properties)
        (artifact,) = input_dict[VOCABULARIES]
        with read_locally(artifact.uri) as folder:
            arguments.vocabularies = read_noted(folder, notes_of(artifact)).load()
        return arguments


class KerasTrainer(BaseComponent):
    """Trains a Keras 3 model; TFX's Trainer has no input through which vocabularies could come.

    The `run_fn` finds them, by name, as `fn_args.vocabularies`; everything else is what TFX's Trainer gives it. It
    saves the model as `model.save(Path(fn_args.serving_model_dir) / "model.keras")`, which `KerasExporter` takes.

    Example:
        ```python
        def run_fn(fn_args):
            model = build(fn_args.vocabularies, fn_args.train_files, fn_args.eval_files)
            Path(fn_args.serving_model_dir).mkdir(parents=True)
            model.save(Path(fn_args.serving_model_dir) / "model.keras")
        ```

    Args:
        examples: the Examples to train on.
        vocabularies: as `VocabularyBuilder` gives them.
        run_fn: the name of the function, such as `my_pipeline.training.run_fn`.
        module_file: or else the file in which a function `run_fn` is.
        train_args: a `TrainArgs` message: splits and steps.
        eval_args: an `EvalArgs` message.
        custom_config: what else the function is to be given, as `fn_args.custom_config`.
        schema, base_model, hyperparameters, transform_graph, statistics: as TFX's Trainer takes them.

    Outputs:
        model: a standard `Model` with what the function saved.
        model_run: a standard `ModelRun`.

    Raises:
        ConfigError: neither or both of `run_fn` and `module_file` are given.
    """

    SPEC_CLASS = KerasTrainerSpec
    EXECUTOR_SPEC = ExecutorClassSpec(KerasTrainerExecutor)

    def __init__(
        self,
        examples: BaseChannel,
        vocabularies: BaseChannel,
        *,
        run_fn: str | None = None,
        module_file: str | None = None,
        train_args: Any = None,
        eval_args: Any = None,
        custom_config: dict[str, Any] | None = None,
        **inputs: BaseChannel,
    ) -> None:
        if (run_fn is None) == (module_file is None):
            raise ConfigError(f"give one of run_fn and module_file; received {run_fn!r} and {module_file!r}")
        unknown = sorted(inputs.keys() - KerasTrainerSpec.INPUTS.keys())
        if unknown:
            raise ConfigError(
                f"KerasTrainer has no inputs {', '.join(unknown)}; it has {', '.join(KerasTrainerSpec.INPUTS)}"
            )
        spec = KerasTrainerSpec(
            examples=examples,
            vocabularies=vocabularies,
            run_fn=run_fn,
            module_file=module_file,
            train_args=train_args or trainer_pb2.TrainArgs(),
            eval_args=eval_args or trainer_pb2.EvalArgs(),
            custom_config=json_utils.dumps(custom_config),
            model=Channel(type=Model),
            model_run=Channel(type=ModelRun),
            **inputs,
        )
        super().__init__(spec=spec)
