"""`Budget`: keeps the counts of all jobs within the memory limit."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from lexport.corpus.accumulation import Accumulator

__all__ = ["Budget"]

# Shares of the limit, so that the worst case fits into it: combining takes about twice what it is given besides, one
# combination runs at a time, and meanwhile as much may come in. The rest is for the rows that are being counted.
WAITING_SHARE = 8
RUNS_SHARE = 6


class Budget:
    """Combines what waits, merges runs and puts them onto the disk, so that memory does not run over.

    Args:
        limit: bytes that counting may take.
        accumulators: of all jobs.
        executor: where the work is done, while this thread goes on reading.
    """

    def __init__(self, limit: int, accumulators: Sequence[Accumulator], executor: Executor) -> None:
        self._waiting_limit = limit // WAITING_SHARE
        self._runs_limit = limit // RUNS_SHARE
        self._accumulators = accumulators
        self._executor = executor
        self._work: tuple[Accumulator, Future[Any]] | None = None

    def keep(self) -> None:
        """Does what there is to do after something was added."""
        if self._work and self._work[1].done():
            self._finish()
        if sum(one.waiting_bytes for one in self._accumulators) > self._waiting_limit:
            largest = max(self._accumulators, key=lambda one: one.waiting_bytes)
            self._start(largest, largest.take_waiting())
        elif self._run_bytes() > self._runs_limit and not self._work:
            self._shrink()

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
