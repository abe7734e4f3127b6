"""`lexport verify CONFIG_OR_DIR`: an export rehearsed, or a published one verified again."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.foreign_output import prints_to_stderr
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.cli.quiet_tensorflow import start_tensorflow
from lexport.cli.verification import verification_documents, verification_json
from lexport.errors import ConfigError

if TYPE_CHECKING:
    from lexport.verify import VerificationReport

__all__ = ["verify"]

SHORT_HELP = "Rehearse an export, or verify a published one."
HELP = """Verify without publishing.

Of a config: build, save and verify what it describes, in a temporary place. Of the directory of a published version:
check every file against the manifest, then serve it in other processes and compare with the answers stored beside it.
The exit code is 1 where a check failed, or was required and not run."""


class Device(StrEnum):
    """Where an export is served for verification."""

    CPU = "cpu"
    GPU = "gpu"
    AUTO = "auto"


def verify(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="CONFIG_OR_DIR", help="A YAML file, or a published version's directory.", show_default=False
        ),
    ],
    device: Annotated[
        Device | None,
        typer.Option(
            help="Serve it on the CPU alone, on a GPU as well (an error without one), or on a GPU where there is one. "
            "Left out, the config decides; a published version is served on the CPU."
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Verifies; see `lexport verify --help`."""
    if not target.exists() and target.suffix not in (".yaml", ".yml"):
        raise ConfigError(
            f"{target} does not exist: it must be a config, a YAML file, or the directory of a published version"
        )
    chosen = device and device.value
    report = _verified_directory(target, chosen or "cpu") if target.is_dir() else _rehearsed(target, chosen)
    if as_json:
        print_json(verification_json(report))
    else:
        print_result(*verification_documents(report))
    return 0 if report.passed else 1


def _rehearsed(file: Path, device: str | None) -> "VerificationReport":
    from lexport.config import load_config

    config = load_config(file)
    config = config.model_copy(update={"device": device}) if device else config
    with prints_to_stderr(), StepAnnouncer() as announcer:
        announcer.step("starting TensorFlow")
        start_tensorflow()
        from lexport.run.rehearse import rehearse

        report = rehearse(config, announcer)
        announcer.step("verified" if report.passed else "not verified")
    return report


def _verified_directory(directory: Path, device: str) -> "VerificationReport":
    with StepAnnouncer() as announcer:
        announcer.step(f"verifying {directory} in other processes")
        # TensorFlow is imported by the other processes alone.
        from lexport.run.verify_directory import verify_directory

        report = verify_directory(directory, device=device)
        announcer.step("verified" if report.passed else "not verified")
    return report
