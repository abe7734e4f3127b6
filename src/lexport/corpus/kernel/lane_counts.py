"""`LaneCounts`: counted tokens in the three lanes of `packed.py`."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.kernel.packed import Packed, concat_packed

__all__ = ["LaneCounts", "count_packed", "merge_counts"]

PAIR = pa.binary(16)


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
    short, medium, long_tokens = concat_packed(parts)
    short.sort()
    keys, counts = _count_sorted(short)
    pairs = pc.value_counts(_as_arrow(medium))
    long = pc.value_counts(long_tokens)
    return LaneCounts(
        Packed(keys, _as_pairs(pairs.field("values")), long.field("values")),
        counts,
        np.asarray(pairs.field("counts")),
        np.asarray(long.field("counts")),
    )


def merge_counts(parts: Sequence[LaneCounts]) -> LaneCounts:
    """Adds the counts of each token up; within one of the parts, too, a token may come twice."""
    tokens = concat_packed([part.tokens for part in parts])
    short, short_counts = _sum_integers(tokens.short, np.concatenate([part.short for part in parts]))
    pairs = _as_arrow(tokens.medium)
    medium, medium_counts = _sum_values(pairs, np.concatenate([part.medium for part in parts]))
    long, long_counts = _sum_values(tokens.long, np.concatenate([part.long for part in parts]))
    return LaneCounts(Packed(short, _as_pairs(medium), long), short_counts, medium_counts, long_counts)


def _count_sorted(keys: Any) -> tuple[Any, Any]:
    last = _last_of_each(keys)
    return keys[last], np.diff(last, prepend=-1)


def _last_of_each(keys: Any) -> Any:
    if not len(keys):
        return np.empty(0, np.int64)
    return np.append(np.flatnonzero(keys[1:] != keys[:-1]), len(keys) - 1)


def _sum_integers(keys: Any, counts: Any) -> tuple[Any, Any]:
    order = np.argsort(keys)
    keys = keys[order]
    last = _last_of_each(keys)
    if not len(last):
        return keys, counts
    first = np.append(0, last[:-1] + 1)
    return keys[last], np.add.reduceat(counts[order], first)


def _sum_values(values: Any, counts: Any) -> tuple[Any, Any]:
    encoded = values.dictionary_encode()
    # Exact: float64 holds every integer up to 2**53. Grouping by Arrow takes several times as long.
    sums = np.bincount(np.asarray(encoded.indices), weights=counts, minlength=len(encoded.dictionary))
    return encoded.dictionary, sums.astype(np.int64)


def _as_arrow(pairs: Any) -> Any:
    return pa.Array.from_buffers(PAIR, len(pairs), [None, pa.py_buffer(np.ascontiguousarray(pairs))])


def _as_pairs(values: Any) -> Any:
    buffer = values.buffers()[1]
    if buffer is None or not len(values):
        return np.empty((0, 2), np.uint64)
    return np.frombuffer(buffer, np.uint64, 2 * len(values), 16 * values.offset).reshape(-1, 2)
