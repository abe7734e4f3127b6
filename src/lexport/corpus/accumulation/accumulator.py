"""`Accumulator`: the counts of one job, while they come in."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from lexport.corpus.accumulation.budget import Budget
from lexport.corpus.accumulation.counter import Counter
from lexport.corpus.accumulation.counters import new_counter
from lexport.corpus.accumulation.partitions import PARTITIONS
from lexport.corpus.accumulation.spill_error import SpillError
from lexport.corpus.accumulation.spill_file import SpillFile
from lexport.corpus.accumulation.sum_tables import sum_tables
from lexport.corpus.accumulation.terms_as_text import text_tables
from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted
from lexport.corpus.kernel import label_totals
from lexport.corpus.rows import Rows

__all__ = ["Accumulator"]

# How many tables of labels wait to be added up.
MOST_TOTALS = 64


class Accumulator:
    """Gathers the counts of one job.

    Threads count side by side, each with a counter of its own. A counter that the budget has no room for goes onto
    the disk, in partitions; partition by partition what was counted comes together again.

    Args:
        job: what is counted.
        folder: where to put what does not stay in memory.
        budget: of all accumulators.
    """

    def __init__(self, job: CountJob, folder: Path, budget: Budget) -> None:
        self.job = job
        self._folder = folder
        self._budget = budget
        self._lock = Lock()
        self._numbers = itertools.count()  # of the files; the next one is taken by one thread
        self._counters: list[Counter] = []  # those that no thread has
        self._files: list[SpillFile] = []
        self._labels: list[Any] = []
        self._rows_before = 0
        budget.join(self)

    def count(self, rows: Rows) -> None:
        """Counts what is in some rows; several threads may do so at once.

        Raises:
            UnreadableSource: a column does not hold what the job counts.
            VocabularyError: text is no integer, where integers are counted.
            SpillError: what has no room in memory cannot be put onto the disk.
        """
        with self._counter() as counter:
            counter.count(rows)
        if self.job.label:
            self.add_labels(label_totals(rows, self.job))

    def add_table(self, table: Any) -> None:
        """Adds counts that another engine, or an earlier day, has put into a table as in `Counted`."""
        with self._counter() as counter:
            counter.add_table(table)

    def add_labels(self, totals: Any) -> None:
        """Adds how often each label was seen."""
        with self._lock:
            self._labels.append(totals)
            if len(self._labels) > MOST_TOTALS:
                self._labels = [sum_tables(self._labels, "label")]

    def add_previous(self, previous: Counted) -> None:
        """Adds the tables, rows and labels of what was counted before."""
        for table in previous.tables:
            self.add_table(table)
        self._rows_before += previous.rows
        if previous.labels is not None:
            self.add_labels(previous.labels)

    def largest_idle(self) -> int:
        """See `Idle`."""
        with self._lock:
            return max((one.nbytes for one in self._counters), default=0)

    def spill_largest(self) -> None:
        """See `Idle`.

        Raises:
            SpillError: the disk cannot be written.
        """
        with self._lock:
            if not self._counters:
                return
            self._counters.sort(key=lambda one: one.nbytes)
            counter = self._counters.pop()
        self._spill(counter)

    def counted(self, rows: int) -> Counted:
        """Gives the result, to be read once.

        Args:
            rows: how many rows were read for it.
        """
        labels = sum_tables(self._labels, "label") if self._labels else None
        return Counted(text_tables(self.tables(), self.job), rows + self._rows_before, labels)

    def tables(self) -> Iterator[Any]:
        """Gives the counts of all terms, to be read once: tables without a term in common, as in `Counted`.

        Where nothing was put onto the disk there is one table; otherwise one for each partition. Terms are
        `large_binary` or `int64`.
        """
        if not self._files:
            yield from self._together() if self._counters else ()
            return
        while self._counters:
            self.spill_largest()
        with ExitStack() as stack:
            parts = [stack.enter_context(file.opened()) for file in self._files]
            for partition in range(PARTITIONS):
                counter = new_counter(self.job)
                for table in (table for read in parts for table in read(partition)):
                    counter.add_table(table)
                tables = counter.tables()
                counter.close()
                yield from tables

    def _together(self) -> list[Any]:
        """The largest counter takes all others in."""
        whole, *others = sorted(self._counters, key=lambda one: one.nbytes, reverse=True)
        self._counters = []
        for other in others:
            whole.add_counter(other)
        tables = whole.tables()
        whole.close()
        return tables

    @contextmanager
    def _counter(self) -> Iterator[Counter]:
        """Lends a counter to a thread; one with which something went wrong does not come back."""
        with self._lock:
            counter = self._counters.pop() if self._counters else None
        if counter is None:
            counter = new_counter(self.job)
            self._budget.add(counter.nbytes, counters=1)
        before = counter.nbytes
        try:
            yield counter
        except BaseException:
            counter.close()
            self._budget.add(-before, counters=-1)
            raise
        self._budget.add(counter.nbytes - before)
        with self._lock:
            self._counters.append(counter)
        if self._budget.is_over:
            self._budget.relieve()

    def _spill(self, counter: Counter) -> None:
        nbytes = counter.nbytes
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = counter.spill(self._folder / f"{self.job.name}-{next(self._numbers)}")
        except OSError as error:
            raise SpillError.about(self._folder, error) from error
        with self._lock:
            self._files.append(file)
        self._budget.add(-nbytes, counters=-1)
