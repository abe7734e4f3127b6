"""`lexport diff A B`: what changed between two exports, or between two vocabularies."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from lexport.cli import vocab_diff
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.errors import AssetError, ConfigError, Problem

__all__ = ["diff"]

SHORT_HELP = "Show what changed between two exports, or two vocabularies."
HELP = """Show what changed between A (old) and B (new), two SavedModels: terms added, removed and moved, signatures,
weights, ops, assets. Nothing in them is run or trusted, and TensorFlow is not imported. Anything else, such as two
vocabulary files, is compared as by `lexport vocab diff`.

The exit code is 0 where there is nothing that a client would notice, 1 where there is, 2 where they cannot be
compared."""
GRAPH_FILE, KERAS = "saved_model.pb", ".keras"

Place = Annotated[Path, typer.Argument(help="The directory of a SavedModel; or a vocabulary file.", show_default=False)]


def diff(
    a: Place,
    b: Place,
    limit: Annotated[int, typer.Option(min=0, help="How many terms and variables of each kind to show.")] = 10,
    as_json: Json = False,
) -> int:
    """Compares; see `lexport diff --help`."""
    problems = [*_problems(a, b), *_problems(b, a)]
    if problems:
        raise ConfigError("they cannot be compared", problems)
    if not all((place / GRAPH_FILE).exists() for place in (a, b)):
        return vocab_diff.diff(a, b, limit=limit, as_json=as_json)
    from lexport.compare import compare_exports

    try:
        compared = compare_exports(a, b)
    except AssetError as error:
        raise ConfigError(error.summary, error.problems) from error
    if as_json:
        from lexport.cli.export_diff_json import export_diff_json

        print_json(export_diff_json(compared, limit))
    else:
        from lexport.cli.export_diff_tree import export_diff_tree

        print_result(export_diff_tree(a, b, compared, limit))
    return 1 if compared.noticed else 0


def _problems(place: Path, other: Path) -> Iterator[Problem]:
    if not place.exists():
        yield Problem(str(place), "there is no such file or directory")
    elif place.suffix == KERAS:
        remedy = "Compare what was exported of both models; lexport doctor says what is in one"
        yield Problem(str(place), f"{KERAS} files are not compared", remedy)
    elif place.is_dir() and not (place / GRAPH_FILE).exists() and (other / GRAPH_FILE).exists():
        yield Problem(str(place), f"holds no {GRAPH_FILE}, and {other} does", "Give the directory of a SavedModel")
