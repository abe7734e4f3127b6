"""`VocabularyBuilderExecutor`: counts the Examples of a pipeline."""

import json
from typing import Any

from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import artifact_utils
from tfx.types.artifact import Artifact

from lexport.config import EngineConfig, load_vocabularies_config
from lexport.integrations.export_notes import folder_notes
from lexport.integrations.logged_steps import LoggedSteps
from lexport.integrations.tfx.artifact_notes import note
from lexport.integrations.tfx.config_fingerprint import check_fingerprint
from lexport.integrations.tfx.example_files import example_files
from lexport.integrations.tfx.local_folders import written_locally
from lexport.run.build_vocabulary_folder import build_vocabulary_folder

__all__ = ["VocabularyBuilderExecutor"]


class VocabularyBuilderExecutor(BaseBeamExecutor):
    """Builds vocabularies with the options that the pipeline gives to Beam."""

    def Do(  # noqa: N802
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Builds all vocabularies of the config; see `VocabularyBuilder`.

        Args:
            input_dict: `examples`.
            output_dict: `vocabularies`.
            exec_properties: `config`, `splits`, `fingerprint`.

        Raises:
            LexportError: the vocabularies cannot be built; nothing is in the output that looks finished.
        """
        self._log_startup(input_dict, output_dict, exec_properties)
        out = artifact_utils.get_single_instance(output_dict["vocabularies"])
        config = load_vocabularies_config(exec_properties["config"], data_given=True)
        check_fingerprint(config, exec_properties["fingerprint"], data_given=True)
        files = example_files(input_dict["examples"], json.loads(exec_properties["splits"]))
        engine, steps = self._engine(config.engine), LoggedSteps("VocabularyBuilder")
        with written_locally(out.uri) as folder:
            built = build_vocabulary_folder(config, folder, files=files, engine=engine, announcer=steps)
        note(out, folder_notes(built))

    def _engine(self, configured: EngineConfig) -> EngineConfig:
        kept = {"memory_limit": configured.memory_limit, "spill_directory": configured.spill_directory}
        options = [str(option) for option in self._beam_pipeline_args]
        beam = EngineConfig(kind="beam", options=options, temp_location=configured.temp_location)
        return beam.model_copy(update=kept)
