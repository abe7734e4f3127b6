"""`lexport digest DIR`: one sha256 for what a SavedModel is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.options import Json
from lexport.cli.output import print_json, print_text

if TYPE_CHECKING:
    from lexport.savedmodel.digest import CanonicalDigest

__all__ = ["digest"]

SHORT_HELP = "Print the canonical digest of a SavedModel."
HELP = """Print one sha256 for what a SavedModel is: the same wherever, whenever and in whatever order it was written.

Two exports of the same model have the same digest, which neither saved_model.pb nor fingerprint.pb have. A weight, a
byte of a vocabulary, a signature, an op or an attribute that differs gives another one. Any SavedModel will do; nothing
in it is run or trusted, and TensorFlow is not imported."""


def digest(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The directory that holds saved_model.pb.", show_default=False)
    ],
    as_json: Json = False,
) -> int:
    """Digests; see `lexport digest --help`."""
    from lexport.savedmodel.digest import read_digest

    found = read_digest(directory)
    if as_json:
        print_json(_as_json(directory, found))
    else:
        print_text(f"{found.sha256}\n")
    return 0


def _as_json(directory: Path, found: "CanonicalDigest") -> dict[str, Any]:
    tensors = {
        key: {"dtype": tensor.dtype, "shape": tensor.shape, "size": tensor.size, "sha256": tensor.sha256}
        for key, tensor in found.tensors.items()
    }
    return {
        "directory": directory,
        "version": found.version,
        "sha256": found.sha256,
        "graph": found.graph,
        "variables": found.variables,
        "tensors": tensors,
        "assets": dict(found.assets),
    }
