"""Reading the files of a scan, and handing their rows to the threads that count."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future

from lexport.corpus.accumulation import Accumulator
from lexport.corpus.engines.refusals import UNREADABLE, refusals
from lexport.corpus.engines.scan import Scan
from lexport.corpus.progress import FileMeter, ProgressMeter
from lexport.corpus.readers import read
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile
from lexport.errors import Problem

__all__ = ["ScanReader"]


class ScanReader:
    """Counts the rows of one scan in threads, while this thread reads.

    Args:
        scan: the files and what is counted in them.
        accumulators: of the jobs of the scan, in their order.
        executor: where the rows are counted.
        ahead: how many batches of rows may be under way.

    Attributes:
        rows: how many rows were read.
        problems: what is wrong with the files.
    """

    def __init__(self, scan: Scan, accumulators: Sequence[Accumulator], executor: Executor, ahead: int) -> None:
        self.rows = 0
        self.problems: list[Problem] = []
        self._scan = scan
        self._accumulators = accumulators
        self._executor = executor
        self._ahead = ahead
        self._under_way: deque[tuple[SourceFile, Future[None]]] = deque()

    def read(self, meter: ProgressMeter, first_file: int) -> None:
        """Reads all files; `first_file` is the place of the first one among those of all scans."""
        for number, file in enumerate(self._scan.files, first_file):
            for rows in self._rows_of(file, meter.of(number)):
                self.rows += rows.number
                self._under_way.append((file, self._executor.submit(_count, rows, self._accumulators)))
                self._gather(self._ahead)
                meter.report()
        self._gather(0)

    def _rows_of(self, file: SourceFile, meter: FileMeter) -> Iterator[Rows]:
        try:
            yield from read(file, self._scan.columns, meter)
        except UNREADABLE as error:
            self._refuse(file, error)

    def _gather(self, left: int) -> None:
        """Waits until no more than so many batches are under way."""
        while len(self._under_way) > left:
            file, counted = self._under_way.popleft()
            try:
                counted.result()
            except UNREADABLE as error:
                self._refuse(file, error)

    def _refuse(self, file: SourceFile, error: Exception) -> None:
        self.problems += [problem for problem in refusals(file, error) if problem not in self.problems]


def _count(rows: Rows, accumulators: Sequence[Accumulator]) -> None:
    for accumulator in accumulators:
        accumulator.count(rows)
