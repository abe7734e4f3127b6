"""`ResultFiles`: where the workers of a cluster leave what they have counted, and this process finds it."""

import importlib
import json
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexport.corpus.engines.pieces import Kind, Piece, table_of_bytes, table_to_bytes
from lexport.corpus.remote_files import explain, is_url, local_path, without_secrets
from lexport.errors import Problem, VocabularyError

__all__ = ["ResultFiles"]

LIST = "results.json"
READ = "read-"


@dataclass(frozen=True)
class ResultFiles:
    """A folder, here or at a URL, that workers write into.

    Each file has a name of its own, as a worker may be tried again, or twice at once; the list of those that count is
    written last.

    Attributes:
        folder: a path or a URL, known to this process and to the workers by the same name.
    """

    folder: str

    @classmethod
    @contextmanager
    def within(cls, place: str | os.PathLike[str] | None) -> Iterator["ResultFiles"]:
        """Makes a folder, and removes it and all that is in it afterwards.

        Args:
            place: a path or a URL that exists or can be made; by default the system's folder for temporary files.

        Raises:
            VocabularyError: it cannot be written.
        """
        where = local_path(os.fspath(place or tempfile.gettempdir()))
        where = where if is_url(where) else str(Path(where).absolute())
        files = cls(f"{where.rstrip('/')}/lexport-counting-{uuid.uuid4().hex}")
        try:
            system, path = files._system()
            system.makedirs(path, exist_ok=True)
        except Exception as error:
            problem = Problem(f"temp_location {without_secrets(where)}", *explain(where, error))
            raise VocabularyError("the workers have no place for what they count", [problem]) from error
        try:
            yield files
        finally:
            if system.exists(path):  # object stores have no empty folders
                system.rm(path, recursive=True)

    def write(self, piece: Piece) -> list[Any]:
        """Writes a piece, and gives its line for the list."""
        name = f"{piece.kind.name.lower()}-{piece.scan}-{piece.job}-{uuid.uuid4().hex}.arrows"
        self._write(name, table_to_bytes(piece.table))
        return [int(piece.kind), piece.scan, piece.job, name]

    def write_list(self, lines: Iterable[Sequence[Any]]) -> None:
        """Writes the list of the files that count, in the order in which they are to be read."""
        self._write(LIST, json.dumps(sorted(lines)).encode())

    def read(self) -> Iterator[Piece]:
        """Gives the pieces of the list, problems first.

        Raises:
            VocabularyError: a file is not there.
        """
        for kind, scan, job, name in json.loads(self._read(LIST)):
            yield Piece(Kind(kind), scan, job, table_of_bytes(self._read(name)))

    def mark_read(self, share: int) -> None:
        """Notes that a share was read."""
        self._write(f"{READ}{share}", b"")

    def shares_read(self) -> list[int]:
        """Gives the numbers of the shares that were read."""
        system, path = self._system()
        system.invalidate_cache()
        names = [name.rpartition("/")[2] for name in system.ls(path, detail=False)]
        return [int(name.removeprefix(READ)) for name in names if name.startswith(READ)]

    def _write(self, name: str, data: bytes) -> None:
        system, path = self._system()
        system.makedirs(path, exist_ok=True)
        system.pipe_file(f"{path}/{name}", data)

    def _read(self, name: str) -> bytes:
        system, path = self._system()
        try:
            return bytes(system.cat_file(f"{path}/{name}"))
        except FileNotFoundError:
            message = "the workers have written what they counted, but it is not there where this process looks"
            remedy = "Give a temp_location that this process and all workers can reach, such as a URL"
            where = f"temp_location {without_secrets(self.folder)}"
            raise VocabularyError("the counts are lost", [Problem(where, message, remedy)]) from None

    def _system(self) -> tuple[Any, str]:
        # Loaded on first use, as `lexport.corpus` is imported by what reads no URL.
        system, path = importlib.import_module("fsspec.core").url_to_fs(self.folder)
        return system, str(path)
