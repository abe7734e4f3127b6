"""`lexport doctor PATH`: what is wrong with a SavedModel or a `.keras` file, without running it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.errors import AssetError, ConfigError, LexportError

if TYPE_CHECKING:
    from lexport.surgery.repairs import RepairReport

__all__ = ["doctor"]

SHORT_HELP = "Say what is wrong with a SavedModel or a .keras file, without TensorFlow."
HELP = """Say what is wrong with a SavedModel or a .keras file, whoever made it: each finding with its code, its place,
why it matters and what to do.

Nothing in it is run or trusted, and TensorFlow is not imported. Errors break a loader or can change an answer; warnings
are waste and leaks.

With --fix OUT, a copy is written to OUT in which what is certain is mended: vocabularies in the graph are assets, files
that nothing refers to are gone, paths of the training machine are out of the names of tables, variables that were
stored twice are stored once. Other processes serve both, as far as their sandbox lets them, and the copy is written
only where it gives the same answers. What is then said is said of the copy.

Exit codes: 0 no error; 1 errors, or no proof; 2 not readable."""
NOT_READABLE = 2


def doctor(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="The directory that holds saved_model.pb, or a .keras file.", show_default=False
        ),
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False,
    fix: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT",
            help="Write a copy in which what is certain is mended, once other processes have proven that it answers "
            "as before. OUT must not exist, or be empty.",
            show_default=False,
        ),
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --fix, rows to ask both: one JSON object a line, with the inputs of a signature as keys. Needed "
            "where a signature takes more than terms and numbers, such as serialized examples.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Examines; see `lexport doctor --help`."""
    from lexport.doctor import examine

    if examples is not None and fix is None:
        raise ConfigError("--examples are what --fix asks of both; give --fix OUT, too")
    try:
        report = examine(path)
    except LexportError as error:
        from lexport.cli.failure import failure_of
        from lexport.cli.guard import report as report_failure

        return report_failure(replace(failure_of(error), exit_code=NOT_READABLE), as_json=as_json)
    repaired = None if fix is None else _repaired(path, fix, examples)
    told = repaired.after if repaired else report
    passed = told.passed(strict=strict)
    if as_json:
        print_json((_as_json(repaired) if repaired else report.as_json()) | {"strict": strict, "passed": passed})
    elif repaired:
        from lexport.cli.repair_tree import repair_documents

        print_result(*repair_documents(repaired))
    else:
        from lexport.cli.doctor_tree import doctor_tree

        print_result(doctor_tree(report))
    return 0 if passed else 1


def _repaired(path: Path, out: Path, examples: Path | None) -> "RepairReport":
    if path.is_file():
        raise AssetError(
            f"--fix mends SavedModels, and {path} is a .keras file. Load the model where its code is, call "
            "lexport.adopt(model) and save it again"
        )
    if examples is not None:
        _check_examples(examples)
    from lexport.surgery.repairs import repair

    with StepAnnouncer() as announcer:
        announcer.step(f"mending a copy of {path}, which other processes will serve beside the original")
        report = repair(path, out, examples=examples)
        announcer.step(f"written to {out}" if report.out else "nothing to mend")
    return report


def _check_examples(examples: Path) -> None:
    """They are read once the copy is written, which can take long, and is for nothing where they are a pipe."""
    from lexport.verify.examples import LARGEST_EXAMPLES
    from lexport.verify.given_file import check_given_file

    try:
        check_given_file(examples, LARGEST_EXAMPLES)
    except OSError as error:
        raise ConfigError(f"cannot read the examples {examples}: {error.strerror}") from error


def _as_json(repaired: "RepairReport") -> dict[str, Any]:
    from lexport.cli.repair_tree import repair_json

    return repair_json(repaired)
