"""`KnownTerms`: for each value whether it holds a term, and whether it holds one of a vocabulary."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.integer_terms import parse_integers
from lexport.corpus.one_array import one_array
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
        best = _largest(self._known(encoded.dictionary)[np.asarray(encoded.indices)], sizes)
        ends = np.concatenate([[0], np.cumsum(best + 1)])
        terms = np.ones(ends[-1], np.int64)
        terms[ends[:-1][best >= 0]] = 0
        marks = pa.array([ANY, KNOWN], pa.large_string()).take(pa.array(terms))
        return pa.LargeListArray.from_arrays(pa.array(ends), marks)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lookup"}

    def _known(self, tokens: Any) -> Any:
        """Tells of each distinct token whether its term is known: 1, 0, or -1 where it is no term."""
        if pa.types.is_int64(tokens.type):
            return self._found(tokens)
        terms = self.inner.standardized(tokens)
        if self.dtype == "int64":
            parsed = parse_integers(pa.table({"term": terms, "count": np.arange(len(terms))}))
            terms, kept = one_array(parsed["term"]), one_array(parsed["count"])
        else:
            kept = pa.array(np.flatnonzero(np.asarray(pc.greater(pc.binary_length(terms), 0))))
            terms = terms.take(kept)
        result = np.full(len(tokens), -1, np.int8)
        result[kept.to_numpy()] = self._found(terms)
        return result

    def _found(self, terms: Any) -> Any:
        return (self._lookup.find(terms) >= 0).astype(np.int8)

    @cached_property
    def _lookup(self) -> TermLookup:
        return TermLookup(arrow_terms(self.data, self.dtype))


def _largest(values: Any, sizes: Any) -> Any:
    """Gives the largest of the values of each list, by the sizes of the lists; -1 where there is none."""
    largest = np.full(len(sizes), -1, np.int8)
    filled = sizes > 0
    starts = (np.cumsum(sizes) - sizes)[filled]
    if len(starts):
        largest[filled] = np.maximum.reduceat(values, starts)
    return largest
