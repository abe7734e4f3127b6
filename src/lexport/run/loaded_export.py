"""`LoadedExport`: a published directory, checked and loaded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lexport.errors import AssetError
from lexport.publish import Manifest, VocabularyEntry
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.file_format import Dtype
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["LoadedAsset", "LoadedAssets", "LoadedExport", "LoadedModels", "LoadedVocabularies"]

T = TypeVar("T")


class _UnknownNameError(AssetError, KeyError):
    """A KeyError too, so that `get` and `in` of a mapping do what they do elsewhere."""


@dataclass(frozen=True)
class LoadedAsset:
    """One asset file of a loaded directory.

    Attributes:
        name: as it was registered, such as `words.txt` or `sub/labels.txt`.
        path: where it is.
        digest: the sha256 of its bytes, in hexadecimal.

    Example:
        >>> LoadedAsset("words.txt", Path("out/assets/words.txt"), "0" * 64).name
        'words.txt'
    """

    name: str
    path: Path
    digest: str

    def read_text(self, encoding: str = "utf-8") -> str:
        """Reads the whole file; line ends stay as they are."""
        return self.read_bytes().decode(encoding)

    def read_bytes(self) -> bytes:
        """Reads the whole file."""
        return self.path.read_bytes()


class LoadedAssets:
    """The assets of a loaded directory: by name, and in the order of their names.

    Example:
        >>> assets = LoadedAssets([LoadedAsset("words.txt", Path("assets/words.txt"), "0" * 64)])
        >>> [asset.name for asset in assets], "words.txt" in assets, assets["words.txt"].path.name
        (['words.txt'], True, 'words.txt')
    """

    def __init__(self, assets: Iterable[LoadedAsset]) -> None:
        self._assets = {asset.name: asset for asset in sorted(assets, key=lambda asset: asset.name)}

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(self._assets)

    def __getitem__(self, name: str) -> LoadedAsset:
        if name not in self._assets:
            raise _UnknownNameError(f"there is no asset {name!r}; there are {list(self._assets)}")
        return self._assets[name]

    def __contains__(self, name: object) -> bool:
        return name in self._assets

    def __iter__(self) -> Iterator[LoadedAsset]:
        return iter(self._assets.values())

    def __len__(self) -> int:
        return len(self._assets)


class _Loaded(Mapping[str, T]):
    """Vocabularies of one sort in a loaded directory by name; each is read when it is asked for."""

    _what: str

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self._directory = directory
        entries = manifest.vocabularies.items()
        self._entries = {name: entry for name, entry in entries if self._takes(entry)}

    def _takes(self, entry: VocabularyEntry) -> bool:
        raise NotImplementedError

    def _made(self, name: str, entry: VocabularyEntry, data: bytes) -> T:
        raise NotImplementedError

    def __getitem__(self, name: str) -> T:
        if name not in self._entries:
            raise _UnknownNameError(f"there is no {self._what} {name!r}; there are {list(self._entries)}")
        entry = self._entries[name]
        return self._made(name, entry, (self._directory / entry.asset).read_bytes())

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class LoadedVocabularies(_Loaded[Vocabulary]):
    """The vocabularies of terms."""

    _what = "vocabulary"

    def _takes(self, entry: VocabularyEntry) -> bool:
        return entry.dtype in ("string", "int64")

    def _made(self, name: str, entry: VocabularyEntry, data: bytes) -> Vocabulary:
        dtype: Dtype = "int64" if entry.dtype == "int64" else "string"
        return Vocabulary.from_bytes(name, data, dtype=dtype, digest=entry.sha256)


class LoadedModels(_Loaded[SentencePieceModel]):
    """The SentencePiece models."""

    _what = "SentencePiece model"

    def _takes(self, entry: VocabularyEntry) -> bool:
        return entry.dtype == "sentencepiece"

    def _made(self, name: str, entry: VocabularyEntry, data: bytes) -> SentencePieceModel:
        return SentencePieceModel.from_bytes(name, data, digest=entry.sha256)


@dataclass(frozen=True)
class LoadedExport:
    """A directory that `lexport.export` or `lexport.save` wrote, checked against its manifest and loaded.

    Attributes:
        directory: where it is.
        manifest: what was written, and what was verified.
        assets: the asset files.
        vocabularies: the vocabularies of terms by name.
        models: the SentencePiece models by name.
        root: what `tf.saved_model.load` gives: the functions and attributes of the saved object.
    """

    directory: Path
    manifest: Manifest
    assets: LoadedAssets
    vocabularies: Mapping[str, Vocabulary]
    models: Mapping[str, SentencePieceModel]
    root: Any

    @property
    def signatures(self) -> Mapping[str, Any]:
        """The functions to call, by name: keyword tensors in, a dict of tensors out."""
        functions: Mapping[str, Any] = self.root.signatures
        return functions
