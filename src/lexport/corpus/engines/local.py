"""`LocalEngine`: counts on this machine, on all cores, within a memory limit."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from lexport.corpus.accumulation import Accumulator, Budget, spill_folder
from lexport.corpus.counted import Counted
from lexport.corpus.engines.limits import counting_limit, smallest_limit
from lexport.corpus.engines.previous_counts import add_previous
from lexport.corpus.engines.returned_memory import return_large_blocks
from lexport.corpus.engines.scan import Scan
from lexport.corpus.engines.scan_reader import ScanReader
from lexport.corpus.progress import Progress, ProgressMeter
from lexport.errors import Problem, VocabularyError

__all__ = ["MEMORY_LIMIT", "LocalEngine"]

MEMORY_LIMIT = 768 << 20


class LocalEngine:
    """Counts on this machine: reads batch by batch, counts on all cores, and spills to the disk what is too much.

    Args:
        memory_limit: how many bytes counting may add to what the process takes already. It decides when counts are
            put onto the disk.
        workers: how many threads count; by default as many as there are cores and the limit allows.
        spill_directory: where to; by default the system's folder for temporary files.

    Raises:
        VocabularyError: a value is not valid; all such values are named.

    Example:
        >>> LocalEngine(workers=2).workers
        2
    """

    def __init__(
        self,
        *,
        memory_limit: int = MEMORY_LIMIT,
        workers: int | None = None,
        spill_directory: str | os.PathLike[str] | None = None,
    ) -> None:
        problems = []
        if workers is not None and workers < 1:
            problems.append(Problem("workers", f"must be at least 1; received {workers}"))
        smallest = smallest_limit(max(workers or 1, 1))
        if memory_limit < smallest:
            threads = f"{workers or 1} thread{'s' if (workers or 1) > 1 else ''}"
            message = f"must be at least {smallest} bytes for {threads}; received {memory_limit}"
            problems.append(Problem("memory_limit", message))
        if problems:
            raise VocabularyError("the local engine cannot be set up", problems)
        self.memory_limit = memory_limit
        self.workers = workers or _affordable_workers(memory_limit)
        self._spill_directory = spill_directory

    @contextmanager
    def count(
        self, scans: Sequence[Scan], progress: Progress | None = None
    ) -> Iterator[tuple[tuple[Counted, ...], ...]]:
        """Counts all scans, one after the other; see `Engine.count`."""
        return_large_blocks()
        meter = ProgressMeter(progress, [file.size for scan in scans for file in scan.files])
        budget = Budget(counting_limit(self.memory_limit, self.workers))
        with spill_folder(self._spill_directory) as folder:
            accumulators = [
                [Accumulator(job, folder / f"{number}", budget) for job in scan.jobs]
                for number, scan in enumerate(scans)
            ]
            rows = self._count(scans, accumulators, budget, meter)
            meter.finish()
            yield tuple(
                tuple(one.counted(seen) for one in group) for group, seen in zip(accumulators, rows, strict=True)
            )

    def _count(
        self,
        scans: Sequence[Scan],
        accumulators: Sequence[Sequence[Accumulator]],
        budget: Budget,
        meter: ProgressMeter,
    ) -> list[int]:
        """Fills the accumulators, and gives the number of rows of each scan."""
        rows: list[int] = []
        problems: list[Problem] = []
        first_file = 0
        with ThreadPoolExecutor(self.workers, thread_name_prefix="lexport-count") as executor:
            for scan, group in zip(scans, accumulators, strict=True):
                add_previous(scan, group)
                budget.settle()
                reader = ScanReader(scan, group, executor, ahead=self.workers + 1)
                reader.read(meter, first_file)
                rows.append(reader.rows)
                problems += reader.problems
                first_file += len(scan.files)
            budget.settle()
        if problems:
            raise VocabularyError("the source cannot be read", problems)
        return rows


def _affordable_workers(memory_limit: int) -> int:
    cores = os.cpu_count() or 1
    # At least half of the limit is for the counters: what does not fit into them costs more than another thread brings.
    affordable = [count for count in range(1, cores + 1) if 2 * counting_limit(memory_limit, count) >= memory_limit]
    return max(affordable, default=1)
