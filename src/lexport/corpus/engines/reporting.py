"""Reporting progress while this thread waits for a cluster."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

__all__ = ["reporting"]

SECONDS = 1.0


@contextmanager
def reporting(report: Callable[[], None], seconds: float = SECONDS) -> Iterator[None]:
    """Calls a function every so many seconds, in a thread of its own, until the block ends.

    Example:
        >>> import time
        >>> calls = []
        >>> with reporting(lambda: calls.append(1), seconds=0.01):
        ...     time.sleep(0.2)
        >>> len(calls) > 1
        True
    """
    ended = Event()

    def run() -> None:
        while not ended.wait(seconds):
            report()

    thread = Thread(target=run, name="lexport-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
