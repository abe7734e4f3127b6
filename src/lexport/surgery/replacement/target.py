"""`Target`: a vocabulary of a SavedModel that can be replaced."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lexport.doctor.subject import Subject
from lexport.errors import AssetError, Problem
from lexport.publish import Manifest
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.tables import ContentKind
from lexport.savedmodel.tree import open_inside
from lexport.surgery.replacement.derived_content import derived_problems
from lexport.surgery.replacement.table_filling import TableFilling, filling_problems, read_fillings
from lexport.vocabulary.file_format import Dtype

__all__ = ["LARGEST", "Target", "find_assets", "read_target"]

SENTENCEPIECE = "sentencepiece"
LARGEST = 1 << 30  # bytes of a vocabulary, which is compared term by term in memory

MOST_DIGITS = 4000


@dataclass(frozen=True)
class Target:
    """A vocabulary that fills tables from an asset.

    Attributes:
        name: what the user calls it.
        asset: its file name below `assets/`.
        dtype: of its terms.
        terms: as TensorFlow reads the lines of the file.
        sha256: of the file, in hexadecimal.
        fillings: the nodes that fill tables from it.
    """

    name: str
    asset: str
    dtype: Dtype
    terms: tuple[bytes, ...]
    sha256: str
    fillings: tuple[TableFilling, ...]

    @property
    def gives_ids(self) -> bool:
        """Whether a table gives ids for its terms; one that gives terms for ids is no input of a model."""
        return any(not one.inverse for one in self.fillings)


def find_assets(subject: Subject, manifest: Manifest | None, names: Collection[str]) -> dict[str, str | Problem]:
    """Finds the file of each vocabulary: by the manifest, by the name of the file, or by its stem.

    Args:
        subject: the SavedModel.
        manifest: that of an export; None for any other SavedModel.
        names: what the user calls them.

    Returns:
        The file name below `assets/`, or why there is none, by name.
    """
    known = _known(subject, manifest)
    return {name: known[name] if name in known else _unknown(subject, manifest, name, known) for name in names}


def read_target(subject: Subject, manifest: Manifest | None, name: str, asset: str) -> Target | list[Problem]:
    """Reads a vocabulary of a SavedModel.

    Args:
        subject: the SavedModel.
        manifest: that of an export; None for any other SavedModel.
        name: what the user calls it.
        asset: its file.

    Returns:
        The vocabulary, or everything that stands in the way of another one.
    """
    entry = manifest.vocabularies.get(name) if manifest else None
    found = subject.inventory.asset(asset)
    if entry is not None and entry.dtype == SENTENCEPIECE:
        return [_sentencepiece(name)]
    if found is None or found.content is None:
        return [Problem(name, f"the asset {asset!r} cannot be read: {found.problem if found else 'it is missing'}")]
    if found.content.size > LARGEST:
        return [Problem(name, f"the asset {asset!r} has {found.content.size:,} bytes; at most {LARGEST:,} are read")]
    fillings = read_fillings(subject, asset)
    problems = [*filling_problems(subject, name, asset, fillings), *derived_problems(subject, name, fillings)]
    dtypes = sorted({dtype for one in fillings for dtype in one.dtypes})
    if not problems and len(dtypes) > 1:
        problems = [
            Problem(name, f"the tables that {asset!r} fills take {' and '.join(dtypes)}, so no file suits both")
        ]
    if problems:
        return problems
    dtype: Dtype = "int64" if dtypes == ["int64"] else "string"
    try:
        terms = tuple(_terms(subject, asset, dtype))
    except (OSError, AssetError) as error:
        return [Problem(name, f"the asset {asset!r} cannot be read: {error}")]
    return Target(name, asset, dtype, terms, found.content.sha256, fillings)


def _terms(subject: Subject, asset: str, dtype: Dtype) -> Iterator[bytes]:
    """Reads terms as TensorFlow does: it parts lines at line feeds alone, and drops every carriage return."""
    with open_inside(subject.directory, f"{ASSETS}/{asset}") as file:
        for line in file:
            term = line.removesuffix(b"\n").replace(b"\r", b"")
            # 007 and 7 are one key; digits without end are none, and Python reads only so many of them.
            number = dtype == "int64" and len(term) < MOST_DIGITS and term.removeprefix(b"-").isdigit()
            yield b"%d" % int(term) if number else term


def _known(subject: Subject, manifest: Manifest | None) -> Mapping[str, str]:
    files = {item.asset for table in subject.inventory.tables for item in table.content if item.asset is not None}
    listed = (
        {name: entry.asset.removeprefix(f"{ASSETS}/") for name, entry in manifest.vocabularies.items()}
        if manifest
        else {}
    )
    stems: dict[str, list[str]] = {}
    for file in sorted(files):
        stems.setdefault(PurePosixPath(file).stem, []).append(file)
    alone = {stem: found[0] for stem, found in stems.items() if len(found) == 1}
    return {**alone, **{file: file for file in files}, **listed}


def _unknown(subject: Subject, manifest: Manifest | None, name: str, known: Mapping[str, str]) -> Problem:
    inlined = sorted(
        place.node
        for table in subject.inventory.tables
        for place in table.places
        if any(item.kind is ContentKind.INLINED for item in table.content)
    )
    if name in inlined or (inlined and not known):
        message = "stands in the graph as constants, not in a file" if name in inlined else "is no vocabulary of a file"
        remedy = f"Make it an asset first: lexport doctor {subject.directory} --fix OUT"
        return Problem(name, message, remedy)
    candidates = sorted(manifest.vocabularies) if manifest and manifest.vocabularies else sorted(set(known.values()))
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    told = ", ".join(map(repr, candidates)) or "none"
    return Problem(name, f"is no vocabulary of {subject.directory}", f"{hint}There are: {told}")


def _sentencepiece(name: str) -> Problem:
    message = (
        "is a SentencePiece model: how it cuts a text follows from all scores and from its normalization together, so "
        "no piece of it can be shown to keep its meaning in another model, even where it keeps its id"
    )
    return Problem(name, message, "Train the model with the new pieces, and export it")
