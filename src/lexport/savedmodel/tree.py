"""The files of a directory that nobody vouches for, read without following a single link."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from lexport.errors import AssetError

__all__ = ["FileContent", "TreeFile", "open_inside", "path_problem", "read_content", "read_tree"]

CHUNK = 1 << 20
MAX_DEPTH = 64

Kind = Literal["file", "symlink", "other"]


@dataclass(frozen=True)
class TreeFile:
    """One entry of a directory tree that is not itself a directory.

    Attributes:
        path: relative to the directory, with `/`.
        kind: `"file"`, `"symlink"` (to a file or to a directory), or `"other"`: a pipe, a socket, a device.
        size: in bytes; 0 for anything but a file.
    """

    path: str
    kind: Kind
    size: int

    @property
    def what(self) -> str:
        """What it is, in words."""
        return {
            "file": "a file",
            "symlink": "a symbolic link",
            "other": "a special file, such as a pipe, a socket or a device",
        }[self.kind]


@dataclass(frozen=True)
class FileContent:
    """What a file holds, without its bytes.

    Attributes:
        size: in bytes.
        sha256: in hexadecimal.
        lines: how many lines, split at line feeds alone as TensorFlow does; a last line need not be ended.
    """

    size: int
    sha256: str
    lines: int


def read_tree(directory: str | os.PathLike[str]) -> tuple[TreeFile, ...]:
    """Lists every file below a directory, ordered by path, and follows no link.

    Raises:
        AssetError: a folder cannot be read, or folders are nested deeper than 64.
    """
    root = Path(directory)
    return tuple(sorted(_walk(root, "", 0), key=lambda file: file.path))


def _walk(root: Path, prefix: str, depth: int) -> Iterator[TreeFile]:
    if depth > MAX_DEPTH:
        raise AssetError(f"{root}: folders are nested deeper than {MAX_DEPTH}: {prefix[:80]}...")
    try:
        entries = list(os.scandir(root / prefix))
    except OSError as error:
        raise AssetError(f"cannot list {root / prefix}: {error.strerror}") from error
    for entry in entries:
        path = f"{prefix}{entry.name}"
        if entry.is_symlink():
            yield TreeFile(path, "symlink", 0)
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(root, f"{path}/", depth + 1)
        elif entry.is_file(follow_symlinks=False):
            yield TreeFile(path, "file", entry.stat(follow_symlinks=False).st_size)
        else:
            yield TreeFile(path, "other", 0)


def path_problem(path: str) -> str | None:
    r"""Says why a relative path must not be joined to a directory; None where it may.

    Example:
        >>> path_problem("assets/words.txt"), path_problem("../words.txt")
        (None, "it leaves the directory with '..'")
    """
    parts = path.split("/")
    problems = (
        (not path, "it is empty"),
        (path.startswith("/") or "\\" in path or path[1:2] == ":", "it is absolute, or of another system"),
        (".." in parts, "it leaves the directory with '..'"),
        ("" in parts or "." in parts, "it has an empty component or '.'"),
        (any(ord(character) < 32 or ord(character) == 127 for character in path), "it has control characters"),
        (len(path) > 4096 or any(len(part) > 255 for part in parts), "it is too long"),
        (not _is_unicode(path), "it is not Unicode"),
    )
    return next((problem for wrong, problem in problems if wrong), None)


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def open_inside(directory: str | os.PathLike[str], path: str) -> Iterator[BinaryIO]:
    """Opens a regular file below a directory; a link in any component of `path` is refused, not followed.

    Args:
        directory: trusted; it may itself be reached through links.
        path: relative, with `/`; not trusted.

    Raises:
        AssetError: the path leaves the directory, or is not a regular file.
        OSError: the file is missing, is or goes through a link, or cannot be read.
    """
    problem = path_problem(path)
    if problem:
        raise AssetError(f"the path {path!r} is refused: {problem}")
    *folders, name = path.split("/")
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise AssetError(f"{path} is not a regular file")
        yield file


def read_content(directory: str | os.PathLike[str], path: str) -> FileContent:
    """Measures a file below a directory, as `open_inside` opens it.

    Raises:
        AssetError: the file is missing, is refused or cannot be read.
    """
    digest, size, lines, last = hashlib.sha256(), 0, 0, b"\n"
    try:
        with open_inside(directory, path) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                lines += chunk.count(b"\n")
                last = chunk[-1:]
    except OSError as error:
        raise AssetError(f"cannot read {path} in {os.fspath(directory)}: {error.strerror}") from error
    return FileContent(size, digest.hexdigest(), lines + (last != b"\n"))
