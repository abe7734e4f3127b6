"""How far the reading of a source has come."""

from collections.abc import Callable, Sequence
from threading import Lock

__all__ = ["FileMeter", "Progress", "ProgressMeter"]

Progress = Callable[[int, int], None]
"""Called with the bytes read so far and the bytes of all files, both as they lie where they are stored."""


class FileMeter:
    """What is read of one file, or of one part of a file; one reader writes into it.

    Args:
        size: the bytes of the file or part.
        add: called with the bytes that are new; those beyond the size are not, as a header may be read twice.

    Example:
        >>> meter = FileMeter(30, print)
        >>> meter.read(20)
        20
        >>> meter.read(20)
        10
    """

    def __init__(self, size: int, add: Callable[[int], None] | None = None) -> None:
        self.size = size
        self._left = size
        self._add = add

    def read(self, size: int) -> None:
        """Takes note of bytes that were read."""
        new = min(size, self._left)
        self._left -= new
        if self._add and new:
            self._add(new)

    def reach(self, part: int, whole: int) -> None:
        """Takes note of how far the reading has come, where it is not bytes that count."""
        self.read(self.size * part // max(whole, 1) - (self.size - self._left))


class ProgressMeter:
    """Adds up what is read from each file and reports it; several files may be read at once, by several threads.

    Compressed files count as they lie on the disk. CSV is read a few blocks (some 10 MiB) ahead of the rows that
    are handed out; of Parquet and Arrow files rows count, as only the bytes of some columns are read.

    Args:
        progress: what to call, or None.
        sizes: the sizes of the files or parts in bytes.

    Example:
        >>> meter = ProgressMeter(lambda done, total: print(done, "of", total), [10, 30])
        >>> meter.of(1).read(20)
        >>> meter.report()
        20 of 40
    """

    def __init__(self, progress: Progress | None, sizes: Sequence[int]) -> None:
        self._progress = progress
        self._sizes = sizes
        self._total = sum(sizes)
        self._done = 0
        self._lock = Lock()

    def of(self, index: int) -> FileMeter:
        """Gives the meter of a file, by its place in `sizes`."""
        return FileMeter(self._sizes[index], self._add)

    def report(self) -> None:
        """Calls the callable; to be called by one thread."""
        if self._progress:
            self._progress(self._done, self._total)

    def finish(self) -> None:
        """Reports that all files are read."""
        if self._progress:
            self._progress(self._total, self._total)

    def _add(self, size: int) -> None:
        with self._lock:
            self._done += size
