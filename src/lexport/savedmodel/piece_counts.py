"""How many pieces an asset has that is a SentencePiece model."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from lexport.errors import AssetError
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.tree import open_inside
from lexport.tfformats.sentencepiece_pieces import count_pieces

__all__ = ["piece_counter"]

# Far above what models have.
MAX_BYTES = 256 << 20


def piece_counter(directory: Path) -> Callable[[str], int | None]:
    """Makes what counts the pieces of an asset, by its file name; a name that leaves the directory is not opened.

    Args:
        directory: the SavedModel.
    """
    return partial(_count, directory)


def _count(directory: Path, name: str) -> int | None:
    try:
        with open_inside(directory, f"{ASSETS}/{name}") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, AssetError):
        return None  # what is missing or refused is told of as an asset
    return count_pieces(data) if len(data) <= MAX_BYTES else None
