"""`Accumulator`: the counts of one job, while they come in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lexport.corpus.accumulation.lane_store import LaneStore
from lexport.corpus.accumulation.partitions import PARTITIONS
from lexport.corpus.accumulation.spill_file import SpillFile
from lexport.corpus.accumulation.table_store import TableStore, sum_tables
from lexport.corpus.accumulation.terms_as_text import text_tables
from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted

__all__ = ["Accumulator"]


class Accumulator:
    """Gathers the partial counts of one job.

    What comes in waits; what waited is combined into a run; runs are combined into one, which can be put onto
    the disk. Whoever owns the accumulator decides when, by what each takes, and may do the work in another thread.

    Args:
        job: what is counted.
        folder: where to put what does not stay in memory.
    """

    def __init__(self, job: CountJob, folder: Path) -> None:
        self.job = job
        self._folder = folder
        self._store: LaneStore | TableStore = LaneStore(job.dtype) if job.plain else TableStore()
        self._waiting: list[Any] = []
        self._runs: list[Any] = []
        self._spilled: list[SpillFile] = []
        self._labels: list[Any] = []
        self._rows_before = 0
        self.waiting_bytes = 0

    @property
    def run_bytes(self) -> int:
        """What the runs take in memory."""
        return sum(run.nbytes for run in self._runs)

    @property
    def runs(self) -> int:
        """How many runs there are in memory."""
        return len(self._runs)

    def add(self, partial: Any) -> None:
        """Takes partial counts; they wait."""
        self._waiting.append(partial)
        self.waiting_bytes += partial.nbytes

    def add_table(self, table: Any) -> None:
        """Takes counts that another engine, or an earlier day, has put into a table as in `Counted`."""
        self.add(self._store.of_table(table))

    def add_labels(self, totals: Any) -> None:
        """Takes how often each label was seen."""
        self._labels = [sum_tables([*self._labels, totals], "label")]

    def add_before(self, previous: Counted) -> None:
        """Takes the rows and labels of what was counted before; its tables are added one by one."""
        self._rows_before += previous.rows
        if previous.labels is not None:
            self.add_labels(previous.labels)

    def take_waiting(self) -> Callable[[], Any]:
        """Hands over what waits; the call makes a run of it, to be given to `add_run`."""
        waiting, self._waiting, self.waiting_bytes = self._waiting, [], 0
        return lambda: self._store.combine(waiting)

    def take_runs(self) -> Callable[[], Any]:
        """Hands over the runs; the call makes one of them, to be given to `add_run`."""
        runs, self._runs = self._runs, []
        return lambda: self._store.combine(runs)

    def add_run(self, run: Any) -> None:
        """Takes what `take_waiting` or `take_runs` has made."""
        self._runs.append(run)

    def spill(self) -> None:
        """Puts the runs onto the disk.

        Raises:
            OSError: the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for run in self._runs:
            file = self._folder / f"{self.job.name}-{len(self._spilled)}"
            self._spilled.append(self._store.spill(run, file))
        self._runs = []

    def counted(self, rows: int) -> Counted:
        """Gives the result, to be read once.

        Args:
            rows: how many rows were read for it.
        """
        labels = self._labels[0] if self._labels else None
        return Counted(text_tables(self.tables(), self.job), rows + self._rows_before, labels)

    def tables(self) -> Iterator[Any]:
        """Gives the counts of all terms, to be read once: tables without a term in common, as in `Counted`.

        Where nothing was put onto the disk there is one table; otherwise one for each partition. Terms are
        `large_binary` or `int64`.
        """
        if self._waiting:
            self.add_run(self.take_waiting()())
        if not self._spilled:
            yield from self._store.tables(self.take_runs()()) if self._runs else ()
            return
        if self._runs:
            self.add_run(self.take_runs()())
        self.spill()
        for partition in range(PARTITIONS):
            parts = [self._store.read(file, partition) for file in self._spilled]
            yield from self._store.tables(self._store.combine(parts))
