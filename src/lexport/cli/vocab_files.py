"""`VocabularyFile`: a vocabulary as a file, alone, in a published version, or where `lexport vocab build` put it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lexport.errors import AssetError, Problem, VocabularyError

if TYPE_CHECKING:
    from lexport.publish import VocabularyEntry
    from lexport.vocabulary import Statistics

__all__ = ["MODEL", "STATISTICS", "VocabularyFile", "chosen", "find_vocabulary_files"]

T = TypeVar("T")
STATISTICS = ".statistics.parquet"
MODEL = ".model"


@dataclass(frozen=True)
class VocabularyFile:
    """A vocabulary file as it is, sound or not.

    Attributes:
        name: of the vocabulary.
        path: of the file.
        dtype: what the terms are; None where only a manifest could tell.
        data: all of it.
        problems: how it differs from what the manifest says.
    """

    name: str
    path: Path
    dtype: str | None
    data: bytes
    problems: tuple[Problem, ...] = ()

    @property
    def lines(self) -> int:
        """How many terms: lines, of which the last need not be ended."""
        return self.data.count(b"\n") + (bool(self.data) and not self.data.endswith(b"\n"))

    @cached_property
    def sha256(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def canonical(self) -> bytes:
        """The bytes with the last line ended."""
        return self.data if not self.data or self.data.endswith(b"\n") else self.data + b"\n"

    def first(self, count: int) -> list[tuple[int, str]]:
        """The first terms, each with its line, counted from 1."""
        found = self.data.removesuffix(b"\n").split(b"\n", count)[: min(count, self.lines)]
        return [(number, _decoded(term)) for number, term in enumerate(found, start=1)]

    def last(self, count: int) -> list[tuple[int, str]]:
        """The last terms, each with its line."""
        kept = min(count, self.lines)
        found = self.data.removesuffix(b"\n").rsplit(b"\n", count)[-kept:] if kept else []
        return [(number, _decoded(term)) for number, term in enumerate(found, start=self.lines - kept + 1)]

    @property
    def statistics_path(self) -> Path:
        """Where its statistics are, if it has any."""
        return self.path.with_name(f"{self.path.name.removesuffix('.txt')}{STATISTICS}")

    def statistics(self, path: Path) -> "Statistics":
        """Reads the statistics in a file.

        Raises:
            VocabularyError: they cannot be read, are damaged, or are those of another vocabulary.
        """
        from lexport.vocabulary import Statistics

        read = Statistics.read(path)
        digest = hashlib.sha256(self.canonical).hexdigest()
        if read.vocabulary != digest:
            raise VocabularyError(
                f"{path} holds the statistics of another vocabulary: required those of {self.path}, sha256 {digest}; "
                f"received those of sha256 {read.vocabulary}. Use the two files that were written together"
            )
        problems = list(read.misfits(self.name, self.lines))
        if problems:
            raise VocabularyError(f"{path} is damaged", problems)
        return read


def find_vocabulary_files(path: Path, names: Sequence[str] = ()) -> list[VocabularyFile]:
    """Reads a vocabulary file, or those of a directory.

    Args:
        path: a file; or a published version's directory: then what its manifest says of a file is compared with it;
            or any other directory with files NAME.txt, and NAME.model for SentencePiece models.
        names: which of a directory; none for all.

    Raises:
        VocabularyError: a file cannot be read, or a directory does not have a vocabulary of one of the names.
        AssetError: the manifest, or a file that it names, cannot be read.
    """
    if not path.is_dir():
        if names:
            raise VocabularyError(f"--name chooses among the vocabularies of a directory or a config; {path} is none")
        return [_of_path(path.stem, path, _read(path))]
    from lexport.publish import MANIFEST, read_manifest

    found = {} if (path / MANIFEST).exists() else _in_folder(path)
    if found:
        files = chosen(path, found, names)
        return [_of_path(name, file, _read_inside(path, file.name)) for name, file in files.items()]
    manifest = read_manifest(path)
    entries = chosen(path, manifest.vocabularies, names)
    return [_published(path, name, entry) for name, entry in entries.items()]


def _in_folder(folder: Path) -> dict[str, Path]:
    found = {file.stem: file for file in sorted(folder.glob("*.txt"))}
    models = sorted(folder.glob(f"*{MODEL}"))
    return found | {file.name if file.stem in found else file.stem: file for file in models}


def _of_path(name: str, path: Path, data: bytes) -> VocabularyFile:
    return _of(name, path, "sentencepiece" if path.suffix == MODEL else None, data)


def _of(name: str, path: Path, dtype: str | None, data: bytes) -> VocabularyFile:
    from lexport.cli.model_file import ModelFile

    return (ModelFile if dtype == "sentencepiece" else VocabularyFile)(name, path, dtype, data)


def chosen(place: Path, known: Mapping[str, T], names: Sequence[str]) -> dict[str, T]:
    """Gives those that are named, or all.

    Raises:
        VocabularyError: there are none of some names; all are named, and those that there are.
    """
    problems = [Problem(name, "there is no such vocabulary") for name in names if name not in known]
    if problems:
        raise VocabularyError(f"{place} has the vocabularies {', '.join(known) or 'none'}", problems)
    return {name: one for name, one in known.items() if name in names or not names}


def _published(directory: Path, name: str, entry: "VocabularyEntry") -> VocabularyFile:
    data = _read_inside(directory, entry.asset)
    found = _of(name, directory / entry.asset, entry.dtype, data)
    problems = []
    if found.sha256 != entry.sha256:
        message = (
            f"was changed: the manifest requires {entry.terms:,} terms with sha256 {entry.sha256}; received "
            f"{found.lines:,} with sha256 {found.sha256}"
        )
        problems.append(Problem(entry.asset, message))
    return replace(found, problems=tuple(problems))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise VocabularyError(f"cannot read {path}: {error.strerror}") from error


def _read_inside(directory: Path, file: str) -> bytes:
    """Reads a file that a manifest names; whoever wrote the manifest may have written anything."""
    from lexport.savedmodel.tree import open_inside

    try:
        with open_inside(directory, file) as opened:
            return opened.read()
    except OSError as error:
        raise AssetError(f"cannot read {file} in {directory}: {error.strerror}") from error


def _decoded(term: bytes) -> str:
    return term.decode(errors="backslashreplace")
