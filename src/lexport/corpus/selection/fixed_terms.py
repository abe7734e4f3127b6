"""`FixedTerms`: the terms that are in the vocabulary whatever was counted, in their places."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.selection.selection import Selection
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.arrow_terms import arrow_terms
from lexport.vocabulary.file_format import Dtype

__all__ = ["FixedTerms"]

# Of each dtype: the empty term, which no file can hold, and the out-of-vocabulary token.
NEVER_TERMS: dict[str, list[Any]] = {"string": ["", "[UNK]"], "int64": [-1]}


class FixedTerms:
    """The kept terms and then the reserved ones, with what was counted for them; 0 where a term was not seen.

    Args:
        selection: names them.
        dtype: of the vocabulary.

    Raises:
        VocabularyError: they are of another type.
    """

    def __init__(self, selection: Selection, dtype: Dtype) -> None:
        _check(selection, dtype)
        kind = pa.large_string() if dtype == "string" else pa.int64()
        self.terms = arrow_terms(selection.keep.data, dtype) if selection.keep else pa.nulls(0, kind)
        if selection.reserved:
            reserved = pa.array(selection.reserved, kind)
            new = reserved.filter(pc.invert(pc.is_in(reserved, value_set=self.terms)))
            self.terms = pa.concat_arrays([self.terms, new])
        self.tokens = 0
        self._columns: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.terms)

    def never(self, dtype: Dtype) -> list[Any]:
        """Gives what is never a term, as Arrow scalars; what somebody reserved is one."""
        scalars = [pa.scalar(term, self.terms.type) for term in NEVER_TERMS[dtype]]
        return [term for term in scalars if not pc.is_in(term, value_set=self.terms).as_py()]

    def take_from(self, table: Any) -> Any:
        """Takes note of the fixed terms of a table, and gives the others."""
        if not len(self.terms):
            return table
        places = pc.index_in(table["term"], value_set=self.terms)
        found = places.is_valid()
        mine = table.filter(found)
        at = places.filter(found).to_numpy()
        for name in mine.column_names[1:]:
            values = self._columns.setdefault(name, np.zeros(len(self.terms), np.int64))
            values[at] = mine[name].to_numpy()
        self.tokens += pc.sum(mine["count"]).as_py() or 0
        return table.filter(pc.invert(found))

    def table(self, names: Sequence[str]) -> Any:
        """Gives their table, with these columns of numbers."""
        nothing = np.zeros(len(self.terms), np.int64)
        return pa.table({"term": self.terms, **{name: self._columns.get(name, nothing) for name in names}})


def _check(selection: Selection, dtype: Dtype) -> None:
    problems = []
    if selection.keep is not None and selection.keep.dtype != dtype:
        message = f"must hold {dtype} terms; received {selection.keep!r}"
        problems.append(Problem("keep", message))
    wrong = [term for term in selection.reserved if isinstance(term, str) != (dtype == "string")]
    if wrong:
        problems.append(Problem("reserved", f"must be {dtype} terms; received {wrong[0]!r}"))
    if problems:
        raise VocabularyError("the selection does not fit the terms", problems)
