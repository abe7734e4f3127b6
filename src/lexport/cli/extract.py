"""`lexport extract DIR OUT`: the vocabularies of any SavedModel as files."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from lexport.cli.document import Span, Tree, line
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.errors import PublishError

__all__ = ["extract"]

SHORT_HELP = "Write the vocabularies of a SavedModel as files."
HELP = """Write the vocabularies of DIR, any SavedModel, as files into OUT, a folder that must not exist.

Files that fill lookup tables are copied as they are. Terms that stand in the graph as constants are written one a line,
in the order of their ids, as NAME.txt after the node of their table. Nothing in DIR is run or trusted, and nothing is
written where a term cannot be represented as a line."""


def extract(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The directory that holds saved_model.pb.", show_default=False)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write.", show_default=False)],
    as_json: Json = False,
) -> int:
    """Extracts; see `lexport extract --help`."""
    from lexport.cli.extracted_files import extracted_files
    from lexport.publish.exclusive_rename import rename_exclusively

    if out.exists() or out.is_symlink():
        raise PublishError(f"{out} exists already. Give a folder that does not, so that nothing is replaced")
    files = extracted_files(directory)
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
        try:
            for file in files:
                (staged / file.name).write_bytes(file.data)
            staged.chmod(0o755)
            rename_exclusively(staged, out.absolute())
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise PublishError(f"cannot write {out}: {error.strerror}") from error
    if as_json:
        print_json([{"file": out / file.name, "from": file.source, "terms": file.terms} for file in files])
    else:
        told = [line(Span(file.name, "name"), f"  {file.terms:,} terms from {file.source}") for file in files]
        print_result(Tree.of(Span(str(out), "name"), told))
    return 0
