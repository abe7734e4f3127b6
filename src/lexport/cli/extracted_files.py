"""The vocabularies of a SavedModel as the bytes of files."""

import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from lexport.errors import AssetError, Problem
from lexport.savedmodel import read_inventory
from lexport.savedmodel.stored_terms import StoredTerms, read_stored_terms
from lexport.savedmodel.tree import open_inside

__all__ = ["ExtractedFile", "extracted_files"]

UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


@dataclass(frozen=True)
class ExtractedFile:
    """A vocabulary, to be written.

    Attributes:
        name: of the file.
        source: where its terms stand in the SavedModel, in words.
        data: its bytes.
        terms: how many lines it has.
    """

    name: str
    source: str
    data: bytes
    terms: int


def extracted_files(directory: Path) -> list[ExtractedFile]:
    """Gives the vocabularies of a SavedModel, each once, whatever the number of tables that it fills.

    Args:
        directory: the SavedModel; not trusted.

    Raises:
        AssetError: it has no vocabulary, or terms that cannot stand on a line of their own; all are named.
    """
    found: dict[str, ExtractedFile] = {}
    problems: list[Problem] = []
    sources: set[str] = set()
    for stored in read_stored_terms(read_inventory(directory)):
        if stored.asset is not None and stored.asset in sources:
            continue
        sources |= {stored.asset} if stored.asset is not None else set()
        data = _data(stored, problems)
        stem = UNSAFE.sub("_", stored.name).lstrip(".").removesuffix(".txt") or "vocabulary"
        names = (f"{stem}.txt" if number == 0 else f"{stem}_{number}.txt" for number in count())
        name = next(name for name in names if name not in found)
        source = f"the asset {stored.asset!r}" if stored.asset is not None else f"constants of {stored.table}"
        found[name] = ExtractedFile(name, source, data, data.count(b"\n") + (not data.endswith(b"\n") and bool(data)))
    if problems:
        raise AssetError(f"{directory} holds terms that no file can represent, so nothing was written", problems)
    if not found:
        raise AssetError(f"{directory} has no vocabulary: no table is filled from an asset or from constants")
    return list(found.values())


def _data(stored: StoredTerms, problems: list[Problem]) -> bytes:
    if stored.asset is not None:
        try:
            with open_inside(stored.inventory.directory, f"assets/{stored.asset}") as file:
                return file.read()
        except OSError as error:
            raise AssetError(f"cannot read assets/{stored.asset}: {error.strerror}") from error
    ordered = sorted(stored.pairs, key=lambda pair: int(pair[0]) if pair[0].lstrip(b"-").isdigit() else 0)
    for _, term in ordered:
        if b"\n" in term or b"\r" in term or not term:
            problems.append(Problem(stored.table, f"the term {term[:80]!r} cannot stand on a line of its own"))
    return b"".join(term + b"\n" for _, term in ordered)
