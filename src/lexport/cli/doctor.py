"""`lexport doctor PATH`: what is wrong with a SavedModel or a `.keras` file, without running it."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.errors import LexportError

__all__ = ["doctor"]

SHORT_HELP = "Say what is wrong with a SavedModel or a .keras file, without TensorFlow."
HELP = """Say what is wrong with a SavedModel or a .keras file, whoever made it: each finding with its code, its place,
why it matters and what to do.

Nothing in it is run or trusted, and TensorFlow is not imported. Errors break a loader or can change an answer; warnings
are waste and leaks.

Exit codes: 0 no error; 1 errors; 2 not readable."""
NOT_READABLE = 2


def doctor(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="The directory that holds saved_model.pb, or a .keras file.", show_default=False
        ),
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False,
    as_json: Json = False,
) -> int:
    """Examines; see `lexport doctor --help`."""
    from lexport.doctor import examine

    try:
        report = examine(path)
    except LexportError as error:
        from lexport.cli.failure import failure_of
        from lexport.cli.guard import report as report_failure

        return report_failure(replace(failure_of(error), exit_code=NOT_READABLE), as_json=as_json)
    passed = report.passed(strict=strict)
    if as_json:
        print_json(report.as_json() | {"strict": strict, "passed": passed})
    else:
        from lexport.cli.doctor_tree import doctor_tree

        print_result(doctor_tree(report))
    return 0 if passed else 1
