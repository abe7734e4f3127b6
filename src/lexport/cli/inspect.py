"""`lexport inspect DIR`: what a SavedModel holds, without running it."""

from pathlib import Path
from typing import Annotated

import typer

from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result

__all__ = ["inspect"]

SHORT_HELP = "Show what a SavedModel holds, without TensorFlow."
HELP = """Show what a SavedModel holds: signatures, assets and the ops that read them, vocabularies with their first and
last terms, tables, ops, versions, sizes.

Any SavedModel will do, with or without a manifest of lexport. Nothing in it is run or trusted, and TensorFlow is not
imported. Problems are shown and change the exit code of nothing: lexport verify judges."""


def inspect(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The directory that holds saved_model.pb.", show_default=False)
    ],
    vocabulary: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Print nothing but the terms of this vocabulary, each after its id: an asset or a table.",
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Inspects; see `lexport inspect --help`."""
    if vocabulary is not None:
        from lexport.cli.vocabulary_terms import print_terms

        return print_terms(directory, vocabulary, as_json=as_json)
    from lexport.cli.inspection import inspect_directory

    inspection = inspect_directory(directory)
    if as_json:
        from lexport.cli.inspection_json import inspection_json

        print_json(inspection_json(inspection))
    else:
        from lexport.cli.inspection_tree import inspection_tree

        print_result(inspection_tree(inspection))
    return 0
