"""`read_given_file`: a file that the user named, of a size that fits into memory, and never one that has no end."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

__all__ = ["check_given_file", "read_given_file"]

CHUNK = 1 << 20


def read_given_file(path: str | os.PathLike[str], largest: int) -> bytes:
    """Reads a whole file; links to it are followed, as it is the user who named it.

    Args:
        path: the file.
        largest: the most bytes that it may have.

    Raises:
        OSError: it cannot be read, is no regular file, or is larger; `strerror` says which.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     _ = file.write(b"the")
        ...     file.flush()
        ...     read_given_file(file.name, 3)
        b'the'
    """
    with _opened(path, largest) as (file, size):
        # Files of the kernel say that they are empty; of all others no more is read than they had at first.
        most = min(max(size, CHUNK), largest)
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it grew while it was read, beyond {most:,} bytes")
    return data


def check_given_file(path: str | os.PathLike[str], largest: int) -> None:
    """Checks that `read_given_file` would read a file, without reading it.

    Args:
        path: the file.
        largest: the most bytes that it may have.

    Raises:
        OSError: as of `read_given_file`.

    Example:
        >>> check_given_file("/dev/null", 3)
        Traceback (most recent call last):
        ...
        OSError: [Errno 22] it is not a regular file but a pipe, a device or the like; write what it gives to a file
    """
    with _opened(path, largest):
        pass


@contextmanager
def _opened(path: str | os.PathLike[str], largest: int) -> Iterator[tuple[BinaryIO, int]]:
    # Opening a pipe that nobody writes to would wait for ever.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(status.st_mode):
            what = "it is not a regular file but a pipe, a device or the like; write what it gives to a file"
            raise OSError(errno.EINVAL, what)
        if status.st_size > largest:
            raise OSError(errno.EFBIG, f"it has {status.st_size:,} bytes; at most {largest:,} are read")
        with os.fdopen(handle, "rb", closefd=False) as file:
            yield file, status.st_size
    finally:
        os.close(handle)
