"""`VocabularyBuilder`: the vocabularies of a config, from the Examples of a pipeline."""

import json
import os
from collections.abc import Sequence
from typing import Any, ClassVar

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples

from lexport.config import load_vocabularies_config
from lexport.errors import ConfigError
from lexport.integrations.tfx.artifact_types import Vocabularies
from lexport.integrations.tfx.config_fingerprint import config_fingerprint
from lexport.integrations.tfx.vocabulary_builder_executor import VocabularyBuilderExecutor

__all__ = ["VocabularyBuilder", "VocabularyBuilderSpec"]


class VocabularyBuilderSpec(ComponentSpec):
    """What `VocabularyBuilder` takes and gives."""

    PARAMETERS: ClassVar[dict[str, Any]] = {
        "config": ExecutionParameter(type=str),
        "splits": ExecutionParameter(type=str),
        "fingerprint": ExecutionParameter(type=str),
    }
    INPUTS: ClassVar[dict[str, Any]] = {"examples": ChannelParameter(type=Examples)}
    OUTPUTS: ClassVar[dict[str, Any]] = {"vocabularies": ChannelParameter(type=Vocabularies)}


class VocabularyBuilder(BaseBeamComponent):
    """Builds the vocabularies of a lexport config from Examples, on the pipeline's own Beam.

    Vocabularies that the config builds from `source.files` are built from the Examples instead: the column is the name
    of the feature, and all other settings hold. So ids are those of `lexport export` for the same rows. Vocabularies
    that the config reads from files are read from those.

    Example:
        ```python
        builder = VocabularyBuilder(examples=example_gen.outputs["examples"], config="configs/debian_sections.yaml")
        trainer = KerasTrainer(..., vocabularies=builder.outputs["vocabularies"])
        ```

    Args:
        examples: of `tf.Example`s, as CsvExampleGen and ImportExampleGen write them.
        config: the path of the YAML file, for the process that defines the pipeline and for those that run it.
        splits: which splits to count; by default all of them, as `lexport export` counts all rows. A vocabulary that
            must not know the evaluation data is counted with `["train"]`.

    Outputs:
        vocabularies: a `Vocabularies` artifact, with the digest of each as a custom property.

    Raises:
        ConfigError: the config is not valid; every error is named. It is read when the pipeline is defined, too.
    """

    SPEC_CLASS = VocabularyBuilderSpec
    EXECUTOR_SPEC = BeamExecutorSpec(VocabularyBuilderExecutor)

    def __init__(self, examples: BaseChannel, config: str | os.PathLike[str], splits: Sequence[str] = ()) -> None:
        if isinstance(splits, str):
            raise ConfigError(f"splits must be a list of names, such as ['train']; received {splits!r}")
        fingerprint = config_fingerprint(load_vocabularies_config(config, data_given=True), data_given=True)
        spec = VocabularyBuilderSpec(
            examples=examples,
            config=os.path.abspath(config),  # noqa: PTH100
            splits=json.dumps(list(splits)),
            fingerprint=fingerprint,
            vocabularies=Channel(type=Vocabularies),
        )
        super().__init__(spec=spec)
