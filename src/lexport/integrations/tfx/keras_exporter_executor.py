"""`KerasExporterExecutor`: exports and verifies a trained model."""

import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import artifact_utils
from tfx.types.artifact import Artifact
from tfx.utils import path_utils

from lexport.config import load_config
from lexport.errors import ConfigError
from lexport.integrations.export_notes import export_notes, read_noted
from lexport.integrations.logged_steps import LoggedSteps
from lexport.integrations.tfx.artifact_notes import note, notes_of
from lexport.integrations.tfx.blessings import bless_infrastructure, bless_model, note_pushed
from lexport.integrations.tfx.config_fingerprint import check_fingerprint
from lexport.integrations.tfx.local_folders import read_locally, written_locally
from lexport.publish import read_manifest
from lexport.run.after_publication import after_publication
from lexport.run.export_into import export_into
from lexport.run.export_report import ExportReport
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
            exec_properties: `config`, `publish`, `fingerprint`.

        Raises:
            LexportError: the model cannot be exported, or its verification failed; there is no model in the output.
        """
        self._log_startup(input_dict, output_dict, exec_properties)
        outputs = {name: artifact_utils.get_single_instance(found) for name, found in output_dict.items()}
        publish, data_given = bool(exec_properties["publish"]), bool(input_dict.get("vocabularies"))
        config = load_config(exec_properties["config"], data_given=data_given)
        check_fingerprint(config, exec_properties["fingerprint"], data_given=data_given)
        with after_publication() as published, ExitStack() as stack:
            folder = stack.enter_context(written_locally(outputs["model"].uri))
            into = Path(path_utils.serving_model_dir(str(folder)))
            report = export_into(
                config,
                into,
                vocabularies=_vocabularies(input_dict.get("vocabularies"), stack),
                model_file=_model_file(input_dict.get("trained_model"), stack),
                publish=publish,
                announcer=LoggedSteps("KerasExporter"),
            )
            manifest = read_manifest(into)
            if publish:
                published.append(report.path)
                _archive(into, outputs["pushed_model"], report)
            notes = export_notes(manifest, report.verification, report.version if publish else None)
            for artifact in outputs.values():
                note(artifact, notes)
            told = report.verification.to_json()
            bless_infrastructure(outputs["infra_blessing"], told)
            bless_model(outputs["model_blessing"], told)


def _archive(into: Path, pushed: Artifact, report: ExportReport) -> None:
    """Keeps a copy with the pipeline, as Pusher does."""
    with written_locally(pushed.uri) as folder:
        shutil.copytree(into, folder, dirs_exist_ok=True)
    note_pushed(pushed, report.path, report.version)


def _vocabularies(artifacts: list[Artifact] | None, stack: ExitStack) -> VocabularyFolder | None:
    if not artifacts:
        return None
    artifact = artifact_utils.get_single_instance(artifacts)
    return read_noted(stack.enter_context(read_locally(artifact.uri)), notes_of(artifact))


def _model_file(artifacts: list[Artifact] | None, stack: ExitStack) -> Path | None:
    if not artifacts:
        return None
    uri = artifact_utils.get_single_uri(artifacts)
    folder = Path(path_utils.serving_model_dir(str(stack.enter_context(read_locally(uri)))))
    files = sorted(folder.glob("*.keras"))
    if len(files) != 1:
        found = ", ".join(sorted(one.name for one in folder.iterdir())) if folder.is_dir() else "no such directory"
        raise ConfigError(
            f"the trained model must be one .keras file in {folder}; received {found}. In the run_fn of the Trainer "
            "call model.save(os.path.join(fn_args.serving_model_dir, 'model.keras'))"
        )
    return files[0]
