"""`KerasExporterExecutor`: exports and verifies a trained model."""

import shutil
from pathlib import Path
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import artifact_utils
from tfx.types.artifact import Artifact
from tfx.utils import path_utils

from lexport.config import load_config
from lexport.errors import ConfigError
from lexport.integrations.logged_steps import LoggedSteps
from lexport.integrations.tfx.artifact_notes import note_export, noted_digests
from lexport.integrations.tfx.blessings import bless_infrastructure, bless_model, note_pushed
from lexport.publish import read_manifest
from lexport.run.export_into import export_into
from lexport.run.vocabulary_folder import VocabularyFolder

__all__ = ["KerasExporterExecutor"]


class KerasExporterExecutor(BaseExecutor):
    """Runs `export_into`, and notes what came of it."""

    def Do(  # noqa: N802
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Exports; see `KerasExporter`.

        Args:
            input_dict: `trained_model` and `vocabularies`, where they are given.
            output_dict: `model`, `infra_blessing`, `model_blessing`, and `pushed_model` where it publishes itself.
            exec_properties: `config`, `publish`.

        Raises:
            LexportError: the model cannot be exported, or its verification failed; there is no model in the output.
        """
        self._log_startup(input_dict, output_dict, exec_properties)
        publish = bool(exec_properties["publish"])
        model = artifact_utils.get_single_instance(output_dict["model"])
        into = Path(path_utils.serving_model_dir(model.uri))
        report = export_into(
            load_config(exec_properties["config"]),
            into,
            vocabularies=_vocabularies(input_dict.get("vocabularies") or []),
            model_file=_model_file(input_dict.get("trained_model") or []),
            publish=publish,
            announcer=LoggedSteps("KerasExporter"),
        )
        manifest, verification = read_manifest(into), report.verification
        for outputs in output_dict.values():
            note_export(outputs[0], manifest, verification, report.version if publish else None)
        told = verification.to_json()
        bless_infrastructure(artifact_utils.get_single_instance(output_dict["infra_blessing"]), told)
        bless_model(artifact_utils.get_single_instance(output_dict["model_blessing"]), model, told)
        if publish:
            pushed = artifact_utils.get_single_instance(output_dict["pushed_model"])
            shutil.copytree(into, pushed.uri, dirs_exist_ok=True)
            note_pushed(pushed, report.path, report.version)


def _vocabularies(artifacts: list[Artifact]) -> VocabularyFolder | None:
    if not artifacts:
        return None
    artifact = artifact_utils.get_single_instance(artifacts)
    return VocabularyFolder.read(artifact.uri, noted_digests(artifact))


def _model_file(artifacts: list[Artifact]) -> Path | None:
    if not artifacts:
        return None
    folder = Path(path_utils.serving_model_dir(artifact_utils.get_single_uri(artifacts)))
    files = sorted(folder.glob("*.keras"))
    if len(files) != 1:
        found = ", ".join(sorted(one.name for one in folder.iterdir())) if folder.is_dir() else "no such directory"
        raise ConfigError(
            f"the trained model must be one .keras file in {folder}; received {found}. In the run_fn of the Trainer call "
            "model.save(os.path.join(fn_args.serving_model_dir, 'model.keras'))"
        )
    return files[0]
