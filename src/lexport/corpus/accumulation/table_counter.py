"""`TableCounter`: counts terms with documents, weights or labels."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from lexport.corpus.accumulation.partitions import partition_of_terms, partition_order
from lexport.corpus.accumulation.spill_file import SpillFile
from lexport.corpus.accumulation.sum_tables import sum_tables, with_bytes
from lexport.corpus.count_job import CountJob
from lexport.corpus.kernel import measured_counts
from lexport.corpus.one_array import one_array
from lexport.corpus.rows import Rows

__all__ = ["TableCounter"]

# Adding tables up takes about five times what they take themselves.
NEEDED = 6
# What comes in waits until it is as large as what was added up before, or at least so large.
LEAST_WAITING = 4 << 20
# What a table takes besides, which is most of it where it has few rows.
OVERHEAD = 8 << 10


class TableCounter:
    """A `Counter` of terms with measures.

    Args:
        job: one that is not plain.
    """

    def __init__(self, job: CountJob) -> None:
        self._job = job
        self._tables: list[Any] = []
        self._bytes = 0
        self._waiting = 0

    @property
    def nbytes(self) -> int:
        """See `Counter`."""
        return NEEDED * self._bytes

    def count(self, rows: Rows) -> None:
        """See `Counter`."""
        self._add(measured_counts(rows, self._job))

    def add_table(self, table: Any) -> None:
        """See `Counter`."""
        self._add(with_bytes(table))

    def add_counter(self, other: "TableCounter") -> None:
        """See `Counter`."""
        for table in other.tables():
            self._add(table)
        other.close()

    def tables(self) -> list[Any]:
        """See `Counter`."""
        if len(self._tables) > 1:
            self._tables, self._waiting = [sum_tables(self._tables)], 0
            self._bytes = self._tables[0].nbytes
        return list(self._tables)

    def spill(self, path: Path) -> SpillFile:
        """See `Counter`."""
        file = SpillFile.write(path, _partitions(self.tables()))
        self.close()
        return file

    def close(self) -> None:
        """See `Counter`."""
        self._tables, self._bytes = [], 0

    def _add(self, table: Any) -> None:
        size = int(table.nbytes) + OVERHEAD
        self._tables.append(table)
        self._bytes += size
        self._waiting += size
        if self._waiting > max(self._bytes - self._waiting, LEAST_WAITING):
            self.tables()


def _partitions(tables: Sequence[Any]) -> Iterator[Any]:
    """All labels of a term are in one partition."""
    for table in tables:
        order, bounds = partition_order(partition_of_terms(one_array(table["term"])))
        ordered = table.take(pa.array(order))
        for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            yield ordered.slice(begin, end - begin)
