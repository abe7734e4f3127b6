"""`run_ahead`: work on what comes next, while what came before is used."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["run_ahead"]

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_THREADS = 4


def run_ahead(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Works on items in threads, a few at a time, and gives the results in the order of the items.

    For work that lets other threads run, as Arrow's parsers do. What it raises is raised in its turn.

    Example:
        >>> list(run_ahead(str.upper, ["a", "b"]))
        ['A', 'B']
    """
    threads = min(os.cpu_count() or 1, MOST_THREADS)
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
