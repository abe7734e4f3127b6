"""`GroupCandidates`: the best terms of each group."""

from typing import Any

import numpy as np
import pyarrow as pa

from lexport.corpus.one_array import one_array
from lexport.corpus.selection.ordering import best_first
from lexport.corpus.selection.term_groups import TermGroups

__all__ = ["GroupCandidates"]

MERGE_ROWS = 1 << 20


class GroupCandidates:
    """Takes table after table, and keeps the best terms of each group.

    Args:
        groups: which group a term is in, and how many each may have.
        measure: the column that ranks.
    """

    def __init__(self, groups: TermGroups, measure: str) -> None:
        self._groups = groups
        self._measure = measure
        self._codes: dict[str, int] = {}
        self._tokens = np.zeros(0, np.int64)
        self._tables: list[Any] = []
        self._rows = self._merged = 0

    def add(self, table: Any) -> None:
        """Takes the terms of a table, none of which came before."""
        keys = self._groups.keys(one_array(table["term"]))
        table = table.append_column("group", keys).filter(keys.is_valid())
        codes = self._numbered(one_array(table["group"]))
        np.add.at(self._tokens, codes, one_array(table["count"]).to_numpy())
        table = self._groups.enough(table.drop_columns("group").append_column("group", pa.array(codes)))
        self._tables.append(table)
        self._rows += len(table)
        if self._groups.max_terms is not None and self._rows > max(2 * self._merged, MERGE_ROWS):
            self._tables = [self._first_of_each(pa.concat_tables(self._tables), self._groups.max_terms)]
            self._rows = self._merged = len(self._tables[0])

    def chosen(self) -> Any:
        """Gives the terms that their groups take, in any order."""
        table = pa.concat_tables(self._tables)
        if self._groups.max_terms is not None:
            table = self._first_of_each(table, self._groups.max_terms)
        if self._groups.coverage is not None:
            table = self._covering(table)
        return table.drop_columns("group")

    def _numbered(self, keys: Any) -> Any:
        encoded = keys.dictionary_encode()
        codes = [self._codes.setdefault(key, len(self._codes)) for key in encoded.dictionary.to_pylist()]
        self._tokens = np.pad(self._tokens, (0, len(self._codes) - len(self._tokens)))
        return np.array(codes, np.int64)[encoded.indices.to_numpy()] if codes else np.zeros(0, np.int64)

    def _by_group(self, table: Any) -> tuple[Any, Any, Any]:
        """Gives the table group by group, best first, the group of each row, and where its group starts."""
        table = table.combine_chunks()
        order = best_first(one_array(table[self._measure]).to_numpy(), one_array(table["term"]))
        order = order[np.argsort(one_array(table["group"]).to_numpy()[order], kind="stable")]
        table = table.take(pa.array(order))
        groups = one_array(table["group"]).to_numpy()
        return table, groups, np.searchsorted(groups, groups)

    def _first_of_each(self, table: Any, limit: int) -> Any:
        ordered, _, starts = self._by_group(table)
        return ordered.filter(pa.array(np.arange(len(ordered)) - starts < limit))

    def _covering(self, table: Any) -> Any:
        """Keeps a term where those before it in its group do not yet cover the share."""
        ordered, groups, starts = self._by_group(table)
        counts = one_array(ordered["count"]).to_numpy()
        before = np.cumsum(counts) - counts
        wanted = np.array([self._groups.tokens_to_cover(int(tokens)) for tokens in self._tokens], np.int64)
        return ordered.filter(pa.array(before - before[starts] < wanted[groups] if len(ordered) else [], pa.bool_()))
