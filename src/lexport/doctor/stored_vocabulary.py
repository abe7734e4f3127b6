"""`StoredVocabulary`: where a `.keras` file holds a vocabulary."""

from dataclasses import dataclass

__all__ = ["StoredVocabulary"]


@dataclass(frozen=True)
class StoredVocabulary:
    """A vocabulary in a `.keras` file.

    Attributes:
        where: the member of the archive.
        layer: the name of the layer; empty where the archive tells terms and layers apart by place alone.
        storage: `file` for terms in a member of their own, `config` for a list in config.json, `owned` for what a
            layer of lexport keeps with a digest, `path` for a file outside of the archive.
        terms: how many; None where nobody can tell.
        size: their bytes.
    """

    where: str
    layer: str
    storage: str
    terms: int | None
    size: int | None
