"""`lexport export CONFIG`: from a config to a published version."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.foreign_output import prints_to_stderr
from lexport.cli.options import Json
from lexport.cli.output import is_terminal, print_json, print_result, print_text
from lexport.cli.printable import printable
from lexport.cli.quiet_tensorflow import start_tensorflow
from lexport.cli.verification import verification_documents, verification_json
from lexport.errors import ConfigError, Problem, VerificationError

if TYPE_CHECKING:
    from lexport.config import ExportConfig
    from lexport.run.export_report import ExportReport

__all__ = ["export"]

SHORT_HELP = "Build, verify and publish a SavedModel."
HELP = """Build, verify and publish the SavedModel that CONFIG describes.

Steps and progress go to stderr, the verification to stdout; the last line of stdout is the path of the published
version. Where anything is wrong nothing is published."""


def export(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="The YAML file.", show_default=False)],
    directory: Annotated[
        Path | None,
        typer.Option(help="Publish here instead of publish.directory; relative to the working directory."),
    ] = None,
    version: Annotated[int | None, typer.Option(help="Publish as this version, instead of publish.version.")] = None,
    as_json: Json = False,
) -> int:
    """Exports; see `lexport export --help`."""
    # Before TensorFlow starts: a mistake in the config is told at once.
    loaded = _loaded(config, directory, version)
    with prints_to_stderr(), StepAnnouncer() as announcer:
        announcer.step("starting TensorFlow")
        start_tensorflow()
        from lexport.run.run_export import run_export

        report = _run(run_export, loaded, announcer, as_json=as_json)
        announcer.step("published")
    _print(report, as_json=as_json)
    return 0


def _run(run_export: Any, config: "ExportConfig", announcer: Any, *, as_json: bool) -> "ExportReport":
    try:
        report: ExportReport = run_export(config, announcer)
    except VerificationError as error:
        # What passed helps to understand what failed; with --json the error alone is the document.
        if error.report is not None and not as_json:
            announcer.step("not published")
            print_result(*verification_documents(error.report))
            # The table has told everything about them.
            failed = ", ".join(problem.where for problem in error.problems)
            raise VerificationError(f"{error.summary}: {failed}" if failed else error.summary) from error
        raise
    return report


def _loaded(file: Path, directory: Path | None, version: int | None) -> "ExportConfig":
    from lexport.config import load_config

    config = load_config(file)
    given = {"directory": None if directory is None else str(directory), "version": version}
    overriding = {name: value for name, value in given.items() if value is not None}
    return config.model_copy(update={"publish": _publication(config, overriding)}) if overriding else config


def _publication(config: "ExportConfig", overriding: dict[str, Any]) -> Any:
    """Checks the options as the same settings of the config are checked."""
    from pydantic import ValidationError

    from lexport.config import PublishConfig

    try:
        return PublishConfig.model_validate(dict(config.publish) | overriding)
    except ValidationError as error:
        problems = [
            Problem(f"--{found['loc'][0]}", found["msg"], found["ctx"]["remedy"])
            for found in error.errors(include_url=False)
        ]
        raise ConfigError("the options do not fit", problems) from error


def _print(report: "ExportReport", *, as_json: bool) -> None:
    if as_json:
        verification = verification_json(report.verification)
        content = {"path": report.path, "version": report.version, "metrics": report.metrics}
        print_json(content | {"passed": report.passed, "verification": verification})
        return
    print_result(*verification_documents(report.verification))
    # Never drawn: a script takes the last line as it is.
    here = Path.cwd()
    path = str(report.path.relative_to(here) if report.path.is_relative_to(here) else report.path)
    print_text(f"{printable(path) if is_terminal(sys.stdout) else path}\n")
