"""`Budget`: keeps the counts of all jobs within the memory limit."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from lexport.corpus.accumulation import Accumulator
from lexport.corpus.engines.returned_memory import return_unused

__all__ = ["Budget", "smallest_limit"]

# What the rows that are under way take, for each thread that counts and one more: a block of text, the tokens that are
# made of it, and what is needed meanwhile.
UNDER_WAY = 48 << 20
# Shares of the rest, so that the worst case fits into it: a run takes half as much again as what it was made of, and
# merging takes about five times what is merged.
WAITING_SHARE = 16
RUNS_SHARE = 12


def smallest_limit(workers: int) -> int:
    """Gives the smallest limit with which so many threads can work, in bytes."""
    return (workers + 2) * UNDER_WAY


class Budget:
    """Combines what waits, merges runs and puts them onto the disk, so that memory does not run over.

    Args:
        limit: bytes that counting may take.
        accumulators: of all jobs.
        executor: where the work is done, while this thread goes on reading.
        workers: how many threads count.
    """

    def __init__(self, limit: int, accumulators: Sequence[Accumulator], executor: Executor, workers: int) -> None:
        left = limit - (workers + 1) * UNDER_WAY
        self._waiting_limit = left // WAITING_SHARE
        self._runs_limit = left // RUNS_SHARE
        self._accumulators = accumulators
        self._executor = executor
        self._work: tuple[Accumulator, Future[Any]] | None = None

    def keep(self) -> None:
        """Does what there is to do after something was added."""
        if self._work and self._work[1].done():
            self._finish()
        if self._run_bytes() > self._runs_limit:
            self._finish()
            self._shrink()
        if sum(one.waiting_bytes for one in self._accumulators) > self._waiting_limit:
            largest = max(self._accumulators, key=lambda one: one.waiting_bytes)
            self._start(largest, largest.take_waiting())

    def settle(self) -> None:
        """Waits for work that was started."""
        self._finish()

    def _shrink(self) -> None:
        largest = max(self._accumulators, key=lambda one: one.run_bytes)
        if largest.runs > 1:
            self._start(largest, largest.take_runs())
            self._finish()
        if self._run_bytes() > self._runs_limit // 2:
            largest.spill()

    def _run_bytes(self) -> int:
        return sum(one.run_bytes for one in self._accumulators)

    def _start(self, accumulator: Accumulator, work: Callable[[], Any]) -> None:
        self._finish()
        self._work = accumulator, self._executor.submit(work)

    def _finish(self) -> None:
        if self._work:
            accumulator, result = self._work
            self._work = None
            accumulator.add_run(result.result())
            return_unused()
