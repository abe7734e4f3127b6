"""Bringing equal terms together, by sorting their hashes.

Arrow groups by building a hash table, which takes about ten times the bytes of what is grouped; sorting takes twice.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.kernel.hashing import hashes_of_terms, hashes_of_words

__all__ = ["Groups", "group_integers", "group_pairs", "group_terms"]


class Groups(NamedTuple):
    """Which elements are equal.

    Attributes:
        order: the places of all elements, equal ones next to each other.
        first: where in that order each group begins.
    """

    order: Any
    first: Any

    @property
    def places(self) -> Any:
        """The place of one element of each group."""
        return self.order[self.first]

    @property
    def ids(self) -> Any:
        """The number of the group of each element."""
        numbers = np.empty(len(self.order), np.int64)
        numbers[self.order] = np.repeat(np.arange(len(self.first)), self.sizes)
        return numbers

    @property
    def sizes(self) -> Any:
        """How many elements each group has."""
        return np.diff(self.first, append=len(self.order))

    def sums(self, values: Any) -> Any:
        """Adds up the values of each group; integers, exactly."""
        return np.add.reduceat(values[self.order], self.first) if len(self.first) else values[:0]


def group_integers(keys: Any) -> Groups:
    """Groups a NumPy array of integers.

    Example:
        >>> group_integers(np.array([7, 5, 7])).ids.tolist()
        [1, 0, 1]
    """
    order = np.argsort(keys)
    found = keys[order]
    return Groups(order, _first(found[1:] != found[:-1], len(keys)))


def group_pairs(pairs: Any) -> Groups:
    """Groups the rows of a `uint64` array of shape (n, 2)."""
    hashes = hashes_of_words(pairs)
    order = np.argsort(hashes)
    differs = _row_differs(pairs, order)
    if (differs & _same(hashes[order])).any():  # two rows with one hash: their copies may alternate
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        differs = _row_differs(pairs, order)
    return Groups(order, _first(differs, len(pairs)))


def group_terms(terms: Any) -> Groups:
    """Groups an Arrow array of `large_binary`, `large_string` or `int64`."""
    if pa.types.is_int64(terms.type):
        return group_integers(np.asarray(terms))
    hashes = hashes_of_terms(terms)
    order = np.argsort(hashes)
    differs = _term_differs(terms.take(pa.array(order)))
    if (differs & _same(hashes[order])).any():
        order = np.asarray(pc.sort_indices(terms)).astype(np.int64)
        differs = _term_differs(terms.take(pa.array(order)))
    return Groups(order, _first(differs, len(terms)))


def _row_differs(pairs: Any, order: Any) -> Any:
    # Column by column: choosing rows of two numbers takes NumPy four times as long.
    first, second = (column.take(order) for column in pairs.T)
    return (first[1:] != first[:-1]) | (second[1:] != second[:-1])


def _same(sorted_hashes: Any) -> Any:
    return sorted_hashes[1:] == sorted_hashes[:-1]


def _term_differs(terms: Any) -> Any:
    return np.asarray(pc.not_equal(terms[1:], terms[:-1]))


def _first(differs: Any, size: int) -> Any:
    return np.flatnonzero(np.concatenate([np.ones(min(size, 1), bool), differs]))
