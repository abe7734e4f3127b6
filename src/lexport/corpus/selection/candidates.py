"""`Candidates`: the best terms of all tables, and not many more in memory than will be taken."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.one_array import one_array
from lexport.corpus.selection.ordering import best_first

__all__ = ["Candidates"]

MERGE_ROWS = 1 << 18


class Candidates:
    """Takes table after table, and keeps the best terms.

    Args:
        measure: the column that ranks.
        limit: how many terms will be wanted at most; None keeps all.

    Example:
        >>> candidates = Candidates("count", 2)
        >>> for terms, counts in ((["a", "b"], [1, 5]), (["c"], [3])):
        ...     candidates.add(pa.table({"term": pa.array(terms, pa.large_string()), "count": counts}))
        >>> candidates.ranked().to_pydict()
        {'term': ['b', 'c'], 'count': [5, 3]}
    """

    def __init__(self, measure: str, limit: int | None) -> None:
        self._measure = measure
        self._limit = limit
        self._tables: list[Any] = []
        self._rows = 0

    def add(self, table: Any) -> None:
        """Takes the terms of a table, none of which came before."""
        self._tables.append(table if self._limit is None else self._best(table, self._limit))
        self._rows += len(self._tables[-1])
        if self._limit is not None and self._rows > max(2 * self._limit, MERGE_ROWS):
            self._tables = [self._best(pa.concat_tables(self._tables), self._limit)]
            self._rows = len(self._tables[0])

    def ranked(self) -> Any:
        """Gives the best terms as one table, in their order; the candidates are gone then."""
        waiting = [pa.concat_tables(self._tables)]
        self._tables = []
        return self._in_order(waiting).slice(0, self._limit)

    def _in_order(self, waiting: list[Any]) -> Any:
        """Orders a table, which is taken out of its list so that it can go as soon as it is copied."""
        columns = {name: one_array(waiting[0][name]) for name in waiting[0].column_names}
        waiting.clear()
        # Else the pool keeps the tables that were put together beside what is to be sorted.
        pa.default_memory_pool().release_unused()
        order = pa.array(best_first(columns[self._measure].to_numpy(), columns["term"]))
        return pa.table({name: columns.pop(name).take(order) for name in list(columns)})

    def _best(self, table: Any, limit: int) -> Any:
        """Gives the best `limit` rows, in any order; only those that are equal to the last of them are sorted."""
        if len(table) <= limit:
            return table
        if limit == 0:
            return table.slice(0, 0)
        measure = one_array(table[self._measure]).to_numpy()
        last = np.partition(measure, len(measure) - limit)[len(measure) - limit]
        better = table.filter(pc.greater(table[self._measure], int(last)))
        equal = table.filter(pc.equal(table[self._measure], int(last)))
        return pa.concat_tables([better, self._in_order([equal]).slice(0, limit - len(better))])
