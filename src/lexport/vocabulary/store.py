"""The content-addressed store: `<home>/vocabularies/<sha256>/<name>.txt`, and the same for other files.

TensorFlow reads a vocabulary from a file, and reuses the table of a path that it has read before, whatever the
file holds by then. So every vocabulary has a snapshot at a path that names its content; two different
vocabularies can never stand at the same path, and edits of the source file change nothing.
"""

import hashlib
import os
from pathlib import Path

import platformdirs

from lexport.errors import VocabularyError
from lexport.vocabulary.atomic_files import atomic_files

__all__ = ["HOME_VARIABLE", "ContentStore"]

HOME_VARIABLE = "LEXPORT_HOME"


class ContentStore:
    r"""A folder of snapshots by the sha256 of their bytes, safe under concurrent writers.

    Args:
        kind: the sub-folder, such as `vocabularies`.
        home: the folder; `$LEXPORT_HOME`, or else the user's cache directory, where it is None.

    Example:
        >>> store = ContentStore("vocabularies")
        >>> path = store.put("words.txt", hashlib.sha256(b"the\n").hexdigest(), b"the\n")
        >>> path.read_bytes()
        b'the\n'
    """

    def __init__(self, kind: str, home: str | os.PathLike[str] | None = None) -> None:
        chosen = home or os.environ.get(HOME_VARIABLE) or platformdirs.user_cache_path("lexport")
        self.root = Path(chosen).absolute() / kind

    def path(self, name: str, digest: str) -> Path:
        """Gives the path at which the file stands, or would stand."""
        return self.root / digest / name

    def put(self, name: str, digest: str, data: bytes) -> Path:
        """Writes a snapshot unless it is there already, whole; a damaged one is replaced.

        The file appears by a rename, so a reader or another writer never sees half of it.

        Raises:
            VocabularyError: the store cannot be written.
        """
        path = self.path(name, digest)
        if _holds(path, digest, len(data)):
            return path
        try:
            # Nobody has a reason to edit a snapshot: its path says what is in it.
            with atomic_files(path, mode=0o444) as (file,):
                file.write(data)
        except OSError as error:
            raise VocabularyError(
                f"cannot write the snapshot of {name} to {path}: {error.strerror}. "
                f"Set {HOME_VARIABLE} to a folder that can be written"
            ) from error
        return path

    def get(self, name: str, digest: str) -> bytes | None:
        """Reads a snapshot by its digest, under this name or any other; None where there is none.

        A file whose bytes are not those of its digest counts as absent.
        """
        named = self.path(name, digest)
        folder = named.parent
        others = sorted(folder.glob("[!.]*")) if folder.is_dir() else []
        for path in [named, *others]:
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if hashlib.sha256(data).hexdigest() == digest:
                return data
        return None


def _holds(path: Path, digest: str, size: int) -> bool:
    try:
        if path.stat().st_size != size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False
