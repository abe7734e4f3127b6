"""`VocabularyFolder`: the vocabularies of a config on their way from one step of a pipeline to the next."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lexport.config import VocabularyConfig
from lexport.errors import AssetError, Problem, VocabularyError
from lexport.savedmodel.tree import open_inside, read_content
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.checks import DIGEST, NAME
from lexport.vocabulary.sentencepiece_model import SentencePieceModel
from lexport.vocabulary.writing import write_vocabularies

__all__ = ["FolderEntry", "VocabularyFolder"]

INDEX = "vocabularies.json"
DTYPES = ("string", "int64", "sentencepiece")
INDEX_LIMIT = 64 << 20


@dataclass(frozen=True)
class FolderEntry:
    """One vocabulary of a folder.

    Attributes:
        dtype: `string`, `int64` or `sentencepiece`.
        sha256: of its file, in hexadecimal.
        terms: how many it has.
        statistics: the sha256 of the file with what was counted; None where nothing was.
    """

    dtype: str
    sha256: str
    terms: int
    statistics: str | None


@dataclass(frozen=True)
class VocabularyFolder:
    """Vocabularies as files `NAME.txt` or `NAME.model` and `NAME.statistics.parquet`, beside a list of their digests.

    Attributes:
        path: the folder.
        entries: by name.
        sha256: of the list, in hexadecimal.

    Example:
        >>> from tempfile import mkdtemp
        >>> folder = VocabularyFolder.write({"words": Vocabulary.from_terms("words", ["the", "of"])}, Path(mkdtemp()))
        >>> VocabularyFolder.read(folder.path).load()["words"].terms
        ('the', 'of')
    """

    path: Path
    entries: Mapping[str, FolderEntry]
    sha256: str

    @property
    def digests(self) -> dict[str, str]:
        """The sha256 of each vocabulary."""
        return {name: one.sha256 for name, one in self.entries.items()}

    @classmethod
    def write(
        cls, vocabularies: Mapping[str, Vocabulary | SentencePieceModel], path: str | os.PathLike[str]
    ) -> "VocabularyFolder":
        """Writes vocabularies; the list of them last, so that a folder without one is not finished.

        Args:
            vocabularies: by name.
            path: the folder, made where it is missing.

        Raises:
            VocabularyError: a file cannot be written.
        """
        folder = Path(path)
        files = {
            name: (folder / _file_name(name, one.dtype), folder / _statistics(name) if one.statistics else None)
            for name, one in vocabularies.items()
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VocabularyError(f"cannot make {folder}: {error.strerror}") from error
        write_vocabularies([(one, *files[name]) for name, one in vocabularies.items()])
        entries = {
            name: FolderEntry(one.dtype, one.digest, len(one), _sha256(files[name][1]))
            for name, one in vocabularies.items()
        }
        content = {"vocabularies": {name: asdict(one) for name, one in entries.items()}}
        data = (json.dumps(content, indent=1) + "\n").encode()
        (folder / INDEX).write_bytes(data)
        return cls(folder, entries, hashlib.sha256(data).hexdigest())

    @classmethod
    def read(
        cls, path: str | os.PathLike[str], digests: Mapping[str, str] | None = None, sha256: str | None = None
    ) -> "VocabularyFolder":
        """Reads the list, and compares every file with it.

        Args:
            path: the folder. Nothing in it is trusted.
            digests: the sha256 of each vocabulary as another place keeps them; they must be those of the list.
            sha256: that of the list, with dtypes and statistics, as another place keeps it.

        Raises:
            VocabularyError: the list is missing or damaged, or files are not those that were written; all are named.
        """
        folder = Path(path)
        data, entries = _read_index(folder)
        received = hashlib.sha256(data).hexdigest()
        problems = [
            *_unlike(entries, digests or {}),
            *([] if sha256 in (None, received) else [Problem(INDEX, f"required sha256 {sha256}; received {received}")]),
            *(one for name in entries for one in _changed(folder, name, entries[name])),
        ]
        if problems:
            raise VocabularyError(f"the vocabularies in {folder} are not those that were built", problems)
        return cls(folder, entries, received)

    def configs(self) -> dict[str, VocabularyConfig]:
        """Gives what a config says of vocabularies that are read from these files, and from no others."""
        return {name: self._config(name, one) for name, one in self.entries.items()}

    def load(self) -> dict[str, Vocabulary | SentencePieceModel]:
        """Gives the vocabularies, after comparing their digests once more.

        Raises:
            VocabularyError: a file was changed.
        """
        return {name: self._load(name, one) for name, one in self.entries.items()}

    def _load(self, name: str, entry: FolderEntry) -> Vocabulary | SentencePieceModel:
        config = self._config(name, entry)
        file = config.file or ""
        loaded: Vocabulary | SentencePieceModel
        if entry.dtype == "sentencepiece":
            loaded = SentencePieceModel.from_file(name, file, digest=entry.sha256)
        else:
            loaded = Vocabulary.from_file(
                name, file, dtype=config.dtype, digest=entry.sha256, statistics=config.statistics, allow=config.allow
            )
        if len(loaded) != entry.terms:
            raise VocabularyError(f"{INDEX} tells {entry.terms} terms of {name!r}, which has {len(loaded)}")
        return loaded

    def _config(self, name: str, entry: FolderEntry) -> VocabularyConfig:
        file = self.path.absolute() / _file_name(name, entry.dtype)
        if entry.dtype == "sentencepiece":
            return VocabularyConfig(file=file, sha256=entry.sha256)
        statistics = self.path.absolute() / _statistics(name) if entry.statistics else None
        dtype: Any = entry.dtype
        # Whoever built it has allowed what is in it, and the digest says that it is the same.
        return VocabularyConfig(
            file=file, sha256=entry.sha256, dtype=dtype, statistics=statistics, allow=["blank-term", "special-token"]
        )


def _file_name(name: str, dtype: str) -> str:
    return f"{name}.{'model' if dtype == 'sentencepiece' else 'txt'}"


def _statistics(name: str) -> str:
    return f"{name}.statistics.parquet"


def _sha256(file: Path | None) -> str | None:
    return None if file is None else hashlib.sha256(file.read_bytes()).hexdigest()


def _read_index(folder: Path) -> tuple[bytes, dict[str, FolderEntry]]:
    index = folder / INDEX
    try:
        with open_inside(folder, INDEX) as file:
            data = file.read(INDEX_LIMIT)
        found = json.loads(data)["vocabularies"]
        entries = {name: FolderEntry(**one) for name, one in found.items()}
    except FileNotFoundError:
        raise VocabularyError(f"{folder} has no {INDEX}, so its vocabularies were not written to their end") from None
    except (OSError, AssetError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise VocabularyError(f"{index} cannot be read: {error}") from error
    wrong = [name for name, one in entries.items() if not (NAME.fullmatch(name) and _is_sound(one))]
    if wrong:
        raise VocabularyError(f"{index} is damaged", [Problem(repr(name), "is no vocabulary") for name in wrong])
    return data, entries


def _is_sound(entry: FolderEntry) -> bool:
    digests = [entry.sha256, *([entry.statistics] if entry.statistics is not None else [])]
    hexadecimal = all(isinstance(one, str) and DIGEST.fullmatch(one) for one in digests)
    return entry.dtype in DTYPES and type(entry.terms) is int and hexadecimal


def _unlike(entries: Mapping[str, FolderEntry], digests: Mapping[str, str]) -> Iterator[Problem]:
    for name, digest in digests.items():
        if name not in entries:
            yield Problem(name, f"is missing in {INDEX}; required sha256 {digest}")
        elif entries[name].sha256 != digest:
            yield Problem(name, f"was built with sha256 {digest}; {INDEX} tells {entries[name].sha256}")
    for name in entries.keys() - digests.keys() if digests else ():
        yield Problem(name, "was not built by the step before")


def _changed(folder: Path, name: str, entry: FolderEntry) -> Iterator[Problem]:
    files = {_file_name(name, entry.dtype): entry.sha256}
    if entry.statistics is not None:
        files[_statistics(name)] = entry.statistics
    for file, digest in files.items():
        try:
            received = read_content(folder, file).sha256
        except AssetError as error:
            yield Problem(f"vocabulary {name!r}", error.summary)
            continue
        if received != digest:
            message = f"{file} was changed since it was built: required sha256 {digest}; received {received}"
            yield Problem(f"vocabulary {name!r}", message, "Run the step that builds the vocabularies again")
