"""Bringing equal terms together, by sorting their hashes.

Arrow groups by building a hash table, which takes about ten times the bytes of what is grouped; sorting takes twice.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.vocabulary.term_hashes import term_hashes

__all__ = ["Groups", "group_integers", "group_terms"]


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
        >>> groups = group_integers(np.array([7, 5, 7]))
        >>> ids = groups.ids.tolist()
        >>> ids[0] == ids[2] != ids[1]
        True
    """
    return _grouped(
        term_hashes(pa.array(keys)), lambda order: _changes(keys.take(order)), lambda chosen: (keys[chosen],)
    )


def group_terms(terms: Any) -> Groups:
    """Groups an Arrow array of `large_binary`, `large_string` or `int64`."""
    if pa.types.is_int64(terms.type):
        return group_integers(np.asarray(terms))

    def differs(order: Any) -> Any:
        ordered = terms.take(pa.array(order))
        return np.asarray(pc.not_equal(ordered[1:], ordered[:-1]))

    def ranks(chosen: Any) -> tuple[Any]:
        values = terms.take(pa.array(chosen))
        places = np.empty(len(chosen), np.int64)
        places[np.asarray(pc.sort_indices(values)).astype(np.int64)] = np.arange(len(chosen))
        return (places,)

    return _grouped(term_hashes(terms), differs, ranks)


def _grouped(hashes: Any, differs: Callable[[Any], Any], sort_keys: Callable[[Any], tuple[Any, ...]]) -> Groups:
    """Groups elements by their hashes, and makes sure of it by the elements themselves.

    The place of each element takes the lowest bits of its hash: so plain numbers are sorted, which is several times as
    fast as finding an order.

    Args:
        hashes: of the elements.
        differs: tells of elements in some order whether each differs from the one before it.
        sort_keys: gives the values by which some elements can be sorted, the first key last.
    """
    bits = np.uint64(max(len(hashes) - 1, 0).bit_length())
    keys = (hashes >> bits << bits) | np.arange(len(hashes), dtype=np.uint64)
    keys.sort()
    order = (keys & ((np.uint64(1) << bits) - np.uint64(1))).view(np.int64)
    same = ((keys[1:] ^ keys[:-1]) >> bits) == 0
    changes = differs(order)
    if (changes & same).any():  # several elements with one hash: their copies may alternate
        order = _untangled(order, same, changes, sort_keys)
        changes = differs(order)
    return Groups(order, np.flatnonzero(np.concatenate([np.ones(min(len(order), 1), bool), changes])))


def _untangled(order: Any, same: Any, changes: Any, sort_keys: Callable[[Any], tuple[Any, ...]]) -> Any:
    """Sorts the elements of every run of equal hashes that holds different elements."""
    runs = np.concatenate([[0], np.cumsum(~same)])
    tangled = np.zeros(runs[-1] + 1, bool)
    tangled[runs[1:][changes & same]] = True
    places = np.flatnonzero(tangled[runs])
    chosen = order[places]
    order[places] = chosen[np.lexsort((*sort_keys(chosen), runs[places]))]
    return order


def _changes(values: Any) -> Any:
    return values[1:] != values[:-1]
