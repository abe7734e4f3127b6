"""Finding files on this machine."""

import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lexport.errors import Problem

__all__ = ["find_local"]


def find_local(pattern: str) -> Iterator[tuple[str, int] | Problem]:
    """Gives the path and the size in bytes of each file that a path or a glob names, or what is wrong with it.

    Example:
        >>> print(*find_local("missing.txt"))
        missing.txt: there is no such file
    """
    found = _match(pattern)
    if not found:
        missing = "no file matches" if glob.has_magic(pattern) else "there is no such file"
        yield Problem(pattern, missing)
    for path in found:
        yield _examine(path)


def _match(pattern: str) -> list[Path]:
    """A name that exists is taken as it is, so that brackets in it are no pattern."""
    if os.path.lexists(pattern):
        return [Path(pattern)]
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207 - Path.glob refuses absolute patterns
    return [Path(path) for path in found]


def _examine(path: Path) -> tuple[str, int] | Problem:
    try:
        status = path.stat()
    except OSError as error:
        return Problem(str(path), f"cannot be read: {error.strerror}")
    if stat.S_ISDIR(status.st_mode):
        return Problem(str(path), "must be a file; it is a folder", f"Write a glob: {path}/*")
    if status.st_size == 0:
        return Problem(str(path), "the file is empty")
    return str(path), status.st_size
