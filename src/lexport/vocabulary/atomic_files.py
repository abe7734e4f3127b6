"""`atomic_files`: files that appear whole, and on the disk, or not at all."""

import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

__all__ = ["atomic_files"]


@contextmanager
def atomic_files(*paths: str | os.PathLike[str], mode: int | None = None) -> Iterator[tuple[IO[bytes], ...]]:
    """Opens a temporary file beside each path, which take their places when the block ends without an error.

    Whoever reads a path meanwhile reads the old file whole, and so does whoever looks after a crash or a power cut:
    the bytes of all files are on the disk before the first of them has its name. The names then follow one directly
    after the other; what belongs together and must be told from what does not needs a mark inside, such as a digest.

    Args:
        *paths: the files; folders are made where there are none.
        mode: the permissions; by default those that any new file gets.

    Raises:
        OSError: one cannot be written. Nothing has changed then, and nothing is left beside them.

    Example:
        >>> with atomic_files("words.txt") as (file,):
        ...     size = file.write(b"the")
        >>> Path("words.txt").read_bytes()
        b'the'
    """
    targets = [Path(path) for path in paths]
    written = [target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp") for target in targets]
    try:
        with ExitStack() as stack:
            yield tuple(stack.enter_context(_new_file(path)) for path in written)
        for path in written:
            if mode is not None:
                path.chmod(mode)
            _sync(path)
        _refuse_folders(targets)
        for path, target in zip(written, targets, strict=True):
            path.replace(target)
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink()
        raise
    for folder in {target.parent for target in targets}:
        # Windows opens no folders, and some network file systems sync none; the files themselves are whole.
        with suppress(OSError):
            _sync(folder)


def _new_file(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")


def _refuse_folders(targets: Sequence[Path]) -> None:
    """The one thing that a file cannot replace, found before any has been replaced."""
    for target in targets:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
