"""`TermCounter`: counts the terms of a plain job."""

from pathlib import Path
from typing import Any

from lexport.corpus.accumulation.partitions import PARTITIONS
from lexport.corpus.accumulation.spill_file import SpillFile
from lexport.corpus.accumulation.sum_tables import with_bytes
from lexport.corpus.count_job import CountJob
from lexport.corpus.kernel import TermTable, count_terms
from lexport.corpus.one_array import one_array
from lexport.corpus.rows import Rows

__all__ = ["TermCounter"]


class TermCounter:
    """A `Counter` of nothing but terms.

    Args:
        job: a plain one.
    """

    def __init__(self, job: CountJob) -> None:
        self._job = job
        self._terms = TermTable(job.dtype)

    @property
    def nbytes(self) -> int:
        """See `Counter`."""
        return self._terms.nbytes

    def count(self, rows: Rows) -> None:
        """See `Counter`."""
        count_terms(rows, self._job, self._terms)

    def add_table(self, table: Any) -> None:
        """See `Counter`."""
        table = with_bytes(table)
        self._terms.add(one_array(table["term"]), one_array(table["count"]).to_numpy())

    def add_counter(self, other: "TermCounter") -> None:
        """See `Counter`."""
        self._terms.add_table(other._terms)
        other.close()

    def tables(self) -> list[Any]:
        """See `Counter`."""
        return [self._terms.counts()]

    def spill(self, path: Path) -> SpillFile:
        """See `Counter`."""
        file = SpillFile.write(path, self._terms.partitions(PARTITIONS))
        self.close()
        return file

    def close(self) -> None:
        """See `Counter`."""
        self._terms.close()
