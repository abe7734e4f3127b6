"""`Counter`: counts for one job, in one thread at a time."""

from pathlib import Path
from typing import Any, Protocol, Self

from lexport.corpus.accumulation.spill_file import SpillFile
from lexport.corpus.rows import Rows

__all__ = ["Counter"]


class Counter(Protocol):
    """Counts for one job, in one thread at a time.

    Its tables are those of `Counted`, but for strings, which are bytes.
    """

    @property
    def nbytes(self) -> int:
        """The bytes of memory that it takes, with those that it takes for a moment while it counts."""
        ...

    def count(self, rows: Rows) -> None:
        """Counts in some rows what the job asks for.

        Raises:
            UnreadableSource: a column does not hold what the job counts.
            VocabularyError: text is no integer, where integers are counted.
        """
        ...

    def add_table(self, table: Any) -> None:
        """Adds counts that come as a table, of strings or bytes."""
        ...

    def add_counter(self, other: Self) -> None:
        """Adds what another counter of the same job has counted, and closes that."""
        ...

    def tables(self) -> list[Any]:
        """Gives all counts as one table, in which each term (of each label) is once; none where nothing was counted."""
        ...

    def spill(self, path: Path) -> SpillFile:
        """Writes all counts to a file, partition by partition, and closes the counter.

        Raises:
            OSError: the file cannot be written.
        """
        ...

    def close(self) -> None:
        """Gives the memory back; the counter can be used no more."""
        ...
