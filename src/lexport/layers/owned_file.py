"""`OwnedFile`: a file that a layer owns beside, or instead of, a vocabulary."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lexport.vocabulary import ContentStore

__all__ = ["OwnedFile"]


@dataclass(frozen=True)
class OwnedFile:
    """Bytes with a snapshot in the content-addressed store.

    Attributes:
        name: of the file, also in a SavedModel's `assets/`.
        data: the bytes.
        store: the folder of the store.

    Example:
        >>> file = OwnedFile("labels.bin", b"cat", "files")
        >>> file.ensure_stored().read_bytes(), file.digest[:8]
        (b'cat', '77af778b')
    """

    name: str
    data: bytes
    store: str

    @cached_property
    def digest(self) -> str:
        """The sha256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    def ensure_stored(self) -> Path:
        """Puts the snapshot back where it was deleted or damaged, and gives its path.

        Raises:
            VocabularyError: the store cannot be written.
        """
        return ContentStore(self.store).put(self.name, self.digest, self.data)
