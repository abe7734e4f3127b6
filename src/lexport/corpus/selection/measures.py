"""`Measures`: from the tables of counting to one row a term, with the measure that ranks it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.counted import Counted
from lexport.corpus.one_array import one_array
from lexport.corpus.selection.information import expected_information, mutual_information, recommended_difference
from lexport.corpus.selection.limits import PER_UNIT
from lexport.corpus.selection.selection import Selection
from lexport.errors import Problem, VocabularyError

__all__ = ["Measures"]

CELLS_AT_ONCE = 1 << 22


class Measures:
    """Adds up what was counted for a term with each label, and scores it where labels rank.

    Scores are rounded to millionths, as weights are: so terms that tell as much are equal in spite of the order in
    which floats were added, and every measure is an integer.

    Args:
        counted: whose labels are the totals.
        selection: says what ranks.

    Raises:
        VocabularyError: terms are to be ranked by labels that were not counted.
    """

    def __init__(self, counted: Counted, selection: Selection) -> None:
        self.column = "score" if selection.informed else selection.rank
        self._informed = selection.informed
        self._adjusted = selection.rank == "adjusted_mutual_information"
        self._expected: dict[float, Any] = {}
        if not self._informed:
            return
        if counted.labels is None:
            raise VocabularyError(f"terms cannot be ranked by {selection.rank}: labels were not counted")
        self._weighted = "weight" in counted.labels.column_names
        totals = _numbers(counted.labels["weight" if self._weighted else "count"]) / (PER_UNIT if self._weighted else 1)
        known = counted.labels["label"].is_valid().to_numpy()
        self._rows = float(totals.sum())
        # In the order of their bytes, so that sums do not depend on the order of counting.
        labels = one_array(counted.labels["label"].filter(pa.array(known))).cast(pa.large_string())
        order = pc.sort_indices(labels)
        self._labels, self._totals = labels.take(order), totals[known][order.to_numpy()]
        given = selection.min_difference
        self._min_difference = recommended_difference(self._rows) if given is None else given

    def of(self, table: Any) -> Any:
        """Gives a table with one row for each term: its sums, and where labels rank its `score`, all int64."""
        if "label" not in table.column_names:
            return table
        terms = one_array(table["term"]).dictionary_encode()
        codes = terms.indices.to_numpy()
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        columns = {name: _numbers(table[name])[order] for name in table.column_names if name not in ("term", "label")}
        sums = {name: np.add.reduceat(values, starts) for name, values in columns.items()} if len(codes) else columns
        if self._informed:
            labels = one_array(table["label"]).take(pa.array(order))
            sums["score"] = self._scores(terms.dictionary, codes[order], labels, columns, sums)
        return pa.table({"term": terms.dictionary, **sums})

    def _scores(self, terms: Any, codes: Any, labels: Any, columns: Mapping[str, Any], sums: Mapping[str, Any]) -> Any:
        seen, per_term = self._seen(columns), self._seen(sums)
        self._check(terms, labels, seen, per_term)
        found = pc.fill_null(pc.index_in(labels, value_set=self._labels), -1).to_numpy()
        scores = np.empty(len(terms))
        size = max(1, CELLS_AT_ONCE // max(1, len(self._labels)))
        for first in range(0, len(terms), size):
            rows = slice(*np.searchsorted(codes, [first, first + size]))
            block = per_term[first : first + size]
            together = np.zeros((len(block), len(self._labels)))
            labelled = found[rows] >= 0
            together[codes[rows][labelled] - first, found[rows][labelled]] = seen[rows][labelled]
            scores[first : first + size] = self._information(block, together)
        # Adding 0 makes the negative zero an ordinary one.
        return np.rint(scores * PER_UNIT + 0.0).astype(np.int64)

    def _seen(self, columns: Mapping[str, Any]) -> Any:
        """What counts as being seen together: weights where there are any, or else rows, or else occurrences."""
        if self._weighted:
            return columns["weight"] / PER_UNIT
        return (columns["documents"] if "documents" in columns else columns["count"]).astype(np.float64)

    def _information(self, x: Any, together: Any) -> Any:
        pairs = mutual_information(self._rows, x[:, None], self._totals, together, self._min_difference)
        if self._adjusted:
            pairs -= np.stack([self._by_chance(value) for value in self._prepared(x)]) if len(x) else 0
        # A term that is in every row tells nothing.
        return np.where(np.rint(x) == np.rint(self._rows), 0.0, np.nansum(pairs, axis=1))

    def _prepared(self, x: Any) -> Any:
        """Computes what chance gives for the frequencies that are new, all at once."""
        new = np.array([value for value in np.unique(x) if value not in self._expected])
        # The pairs of a rarer term are never further from chance than it is frequent: they are left out anyway.
        asked = new[(new > 0) & (new >= self._min_difference)]
        labels = np.flatnonzero(self._totals > 0)
        table = np.zeros((len(asked), len(self._totals)))
        if table.size and len(labels):
            places = np.ix_(np.arange(len(asked)), labels)
            x_pairs, y_pairs = np.repeat(asked, len(labels)), np.tile(self._totals[labels], len(asked))
            table[places] = expected_information(self._rows, x_pairs, y_pairs).reshape(len(asked), len(labels))
        self._expected.update(zip(asked.tolist(), table, strict=True))
        return x.tolist()

    def _by_chance(self, x: float) -> Any:
        return self._expected.get(x, np.zeros(len(self._totals)))

    def _check(self, terms: Any, labels: Any, seen: Any, per_term: Any) -> None:
        problems = [
            Problem("", f"{terms[int(index)].as_py()!r} was seen {per_term[index]:g} times in {self._rows:g} rows")
            for index in np.flatnonzero(np.rint(per_term) > np.rint(self._rows))
        ]
        if problems:
            raise VocabularyError(
                "mutual information is about the rows that hold a term: count documents, or give each term once a row",
                problems,
            )
        unknown = labels.filter(pc.and_(labels.is_valid(), pc.invert(pc.is_in(labels, value_set=self._labels))))
        if len(unknown):
            raise VocabularyError(f"the label {unknown[0].as_py()!r} is missing from the totals of the labels")
        if np.any(seen < 0) or np.any(self._totals < 0):
            raise VocabularyError("mutual information needs weights that are not negative")


def _numbers(column: Any) -> Any:
    return one_array(column).to_numpy(zero_copy_only=False)
