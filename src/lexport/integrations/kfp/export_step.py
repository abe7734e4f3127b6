"""`export_step`: what the component `export-model` does in its container."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lexport.config import ExportConfig, load_config
from lexport.errors import VerificationError
from lexport.integrations.export_notes import export_notes, read_noted
from lexport.integrations.kfp.model_files import keras_file, put_version
from lexport.integrations.kfp.pinned_config import check_pinned
from lexport.integrations.kfp.report_markdown import report_markdown
from lexport.integrations.logged_steps import LoggedSteps
from lexport.publish import read_manifest
from lexport.run.after_publication import after_publication
from lexport.run.export_into import export_into
from lexport.run.export_report import ExportReport

__all__ = ["export_step"]


def export_step(
    config: str,
    model: Any,
    report: Any,
    *,
    vocabularies: Any = None,
    trained_model: Any = None,
    publish: bool = False,
    config_sha256: str = "",
) -> None:
    """Exports into an artifact and notes what it is; the verification becomes a page.

    Args:
        config: the path of the YAML file.
        model: the artifact of KFP to write to.
        report: the artifact for the page.
        vocabularies: the artifact of `build-vocabularies`, or None.
        trained_model: the artifact with a `.keras` file, or None.
        publish: whether to publish where the config says, too.
        config_sha256: of the config file; empty where any will do.

    Raises:
        LexportError: the model cannot be exported, or its verification failed; nothing is in the artifact then.
    """
    check_pinned(config, config_sha256)
    loaded = load_config(config, data_given=vocabularies is not None)
    with tempfile.TemporaryDirectory(prefix="lexport-kfp-") as folder:
        into = Path(folder) / "export"
        try:
            exported = _export(loaded, into, vocabularies, trained_model, publish=publish)
        except VerificationError as error:
            if error.report is not None:
                Path(report.path).write_text(report_markdown(loaded.name, error.report), encoding="utf-8")
            raise
        with after_publication() as published:
            published += [exported.path] if publish else []
            notes = export_notes(read_manifest(into), exported.verification, exported.version)
            Path(report.path).write_text(report_markdown(loaded.name, exported.verification), encoding="utf-8")
            put_version(into, Path(model.path), exported.version)
    model.metadata.update(notes)
    model.metadata["framework"] = "tensorflow"
    if publish:
        model.metadata["published"] = str(exported.path)


def _export(config: ExportConfig, into: Path, vocabularies: Any, trained_model: Any, *, publish: bool) -> ExportReport:
    with ExitStack() as stack:
        given = None
        if vocabularies is not None:
            given = read_noted(vocabularies.path, vocabularies.metadata)
        file = None
        if trained_model is not None:
            file = stack.enter_context(keras_file(trained_model.path, into.parent))
        return export_into(
            config,
            into,
            vocabularies=given,
            model_file=file,
            publish=publish,
            announcer=LoggedSteps("export-model"),
        )
