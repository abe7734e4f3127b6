"""`KnownTerms`: for each value whether it holds a term, and whether it holds one of a vocabulary."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.integer_terms import parse_integers
from lexport.corpus.term_lookup import TermLookup
from lexport.corpus.text_terms import TextTerms
from lexport.vocabulary.arrow_terms import arrow_terms
from lexport.vocabulary.file_format import Dtype

__all__ = ["ANY", "KNOWN", "KnownTerms"]

# Digits, so that they are terms of strings and of integers.
ANY, KNOWN = "0", "1"


@dataclass(frozen=True)
class KnownTerms(TextTerms):
    r"""Makes of each value the terms `ANY`, where it holds a term, and `KNOWN`, where it holds a known one.

    Engines that count in how many rows a term occurs count with it how many rows hold a known term, which the counts
    of the terms themselves cannot tell.

    Attributes:
        inner: how values become terms.
        data: the canonical bytes of the vocabulary that says what is known.
        dtype: of the vocabulary.

    Example:
        >>> known = KnownTerms(inner=TextTerms(split="whitespace"), data=b"the\ncat\n")
        >>> known.lists(pa.array(["the dog", "a cow", ""], pa.large_string())).to_pylist()
        [['0', '1'], ['0'], []]
    """

    inner: TextTerms = field(default_factory=TextTerms)
    data: bytes = b""
    dtype: Dtype = "string"

    @property
    def standardizes_distinct(self) -> bool:
        """False: what `lists` gives is not to be changed."""
        return False

    @property
    def takes_integers(self) -> bool:
        """True: whether an integer is known is to be found out, too."""
        return True

    def lists(self, values: Any) -> Any:
        """Gives a list of none, one or both of the two terms for each value of strings or integers."""
        if pa.types.is_int64(values.type):
            sizes, tokens = np.ones(len(values), np.int64), values
        else:
            lists = self.inner.lists(values)
            sizes, tokens = np.asarray(pc.list_value_length(lists)), lists.flatten().cast(pa.large_string())
        encoded = tokens.dictionary_encode()
        seen = self._known(encoded.dictionary)[np.asarray(encoded.indices)]
        owners = np.repeat(np.arange(len(values)), sizes)
        marks = np.zeros((len(values), 2), bool)
        marks[owners[seen >= 0], 0] = True
        marks[owners[seen > 0], 1] = True
        ends = np.concatenate([[0], np.cumsum(marks.sum(axis=1))])
        terms = pa.array([ANY, KNOWN], pa.large_string()).take(pa.array(np.nonzero(marks)[1]))
        return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), terms)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lookup"}

    def _known(self, tokens: Any) -> Any:
        """Tells of each distinct token whether its term is known: 1, 0, or -1 where it is no term."""
        result = np.full(len(tokens), -1, np.int64)
        if pa.types.is_int64(tokens.type):
            return np.where(self._lookup.find(tokens) >= 0, 1, 0)
        terms = self.inner.standardized(tokens)
        if self.dtype == "int64":
            parsed = parse_integers(pa.table({"term": terms, "count": np.arange(len(terms))})).combine_chunks()
            terms, kept = _one(parsed["term"]), np.asarray(parsed["count"])
        else:
            kept = np.flatnonzero(np.asarray(pc.greater(pc.binary_length(terms), 0)))
            terms = terms.take(pa.array(kept))
        result[kept] = np.where(self._lookup.find(terms) >= 0, 1, 0)
        return result

    @cached_property
    def _lookup(self) -> TermLookup:
        return TermLookup(arrow_terms(self.data, self.dtype))


def _one(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
