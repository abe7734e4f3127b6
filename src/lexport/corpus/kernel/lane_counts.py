"""`LaneCounts`: counted tokens in the three lanes of `packed.py`."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from lexport.corpus.kernel.grouping import group_integers, group_pairs, group_terms
from lexport.corpus.kernel.packed import Packed, concat_packed

__all__ = ["LaneCounts", "count_packed", "merge_counts"]


class LaneCounts(NamedTuple):
    """Tokens with their counts; `count_packed` and `merge_counts` give each token once.

    Attributes:
        tokens: the three lanes.
        short: `int64`, the counts of the first lane.
        medium: `int64`, those of the second.
        long: `int64`, those of the third.
    """

    tokens: Packed
    short: Any
    medium: Any
    long: Any

    @property
    def rows(self) -> int:
        """How many counts there are."""
        return len(self.short) + len(self.medium) + len(self.long)

    @property
    def nbytes(self) -> int:
        """The bytes that tokens and counts take."""
        return self.tokens.nbytes + 8 * self.rows


def count_packed(parts: Sequence[Packed]) -> LaneCounts:
    """Counts tokens.

    Example:
        >>> import pyarrow as pa
        >>> twice = Packed(np.array([5, 5], np.uint64), np.empty((0, 2), np.uint64), pa.array([], pa.large_binary()))
        >>> counts = count_packed([twice, twice])
        >>> counts.tokens.short.tolist(), counts.short.tolist()
        ([5], [4])
    """
    tokens = concat_packed(parts)
    tokens.short.sort()
    keys, counts = _count_sorted(tokens.short)
    medium, long = group_pairs(tokens.medium), group_terms(tokens.long)
    distinct = Packed(keys, tokens.medium[medium.places], tokens.long.take(pa.array(long.places)))
    return LaneCounts(distinct, counts, medium.sizes, long.sizes)


def merge_counts(parts: Sequence[LaneCounts]) -> LaneCounts:
    """Adds the counts of each token up; within one of the parts, too, a token may come twice."""
    tokens = concat_packed([part.tokens for part in parts])
    counts = [np.concatenate(lane) for lane in zip(*(part[1:] for part in parts), strict=True)]
    groups = [group_integers(tokens.short), group_pairs(tokens.medium), group_terms(tokens.long)]
    places = [lane.places for lane in groups]
    distinct = Packed(tokens.short[places[0]], tokens.medium[places[1]], tokens.long.take(pa.array(places[2])))
    return LaneCounts(distinct, *(lane.sums(count) for lane, count in zip(groups, counts, strict=True)))


def _count_sorted(keys: Any) -> tuple[Any, Any]:
    last = np.append(np.flatnonzero(keys[1:] != keys[:-1]), len(keys) - 1) if len(keys) else np.empty(0, np.int64)
    return keys[last], np.diff(last, prepend=-1)
