"""`export_into`: an export as a step of a pipeline makes it, at the place that the pipeline names."""

import shutil
from dataclasses import replace
from pathlib import Path

from lexport.config import ExportConfig
from lexport.config.given_parts import with_model_file, with_publication, with_vocabularies
from lexport.errors import PublishError
from lexport.run.announcer import Announcer
from lexport.run.checked_manifest import checked_manifest
from lexport.run.export_report import ExportReport
from lexport.run.run_export import run_export
from lexport.run.vocabulary_folder import VocabularyFolder

__all__ = ["export_into"]

WORKPLACE = ".lexport"


def export_into(
    config: ExportConfig,
    into: Path,
    *,
    vocabularies: VocabularyFolder | None = None,
    model_file: Path | None = None,
    publish: bool = False,
    announcer: Announcer | None = None,
) -> ExportReport:
    """Exports what a config describes, verifies it, and puts it at one place, whole or not at all.

    Args:
        config: what to export.
        into: where the SavedModel is to be; nothing may be there.
        vocabularies: those of the step before, in place of those of the config.
        model_file: the trained model of the step before, in place of the config's factory or file.
        publish: whether to publish it as a version where the config says, too; `into` holds a copy then.
        announcer: hears of each step.

    Returns:
        What was verified; its path is that of the published version, or `into`.

    Raises:
        LexportError: something is wrong, or the verification failed; nothing is at `into` and nothing published then.
        PublishError: something is at `into`; or a version was published and could not be copied, which it says.
    """
    if into.exists():
        raise PublishError(f"{into} exists already; required a place where nothing is")
    workplace = into.parent / WORKPLACE
    if vocabularies is not None:
        config = with_vocabularies(config, vocabularies.configs())
    if model_file is not None:
        config = with_model_file(config, model_file)
    if not publish:
        config = with_publication(config, workplace)
    try:
        report = run_export(config, announcer)
        if publish:
            _copy(report.path, workplace / into.name)
            (workplace / into.name).rename(into)
            return report
        report.path.rename(into)
        return replace(report, path=into)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _copy(version: Path, to: Path) -> None:
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(version, to)
        checked_manifest(to)
    except (OSError, shutil.Error) as error:
        raise PublishError(f"{version} was published, and cannot be copied to {to}: {error}") from error
