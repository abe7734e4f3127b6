"""Which terms go together on the disk: a hash tells, so that all counts of a term meet again."""

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["PARTITIONS", "partition_of_terms", "partition_of_words", "partition_order"]

PARTITIONS = 256  # what a `uint8` tells apart

# Odd numbers without a pattern, for multiplicative hashing (Knuth, The Art of Computer Programming, 6.4).
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
_SHIFT = np.uint64(56)

BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 2**64)
HASHED_BYTES = 1 << 20


def partition_of_words(words: Any) -> Any:
    """Gives the partition of each row of a `uint64` array of shape (n, at most 4), as `uint8`.

    Example:
        >>> first, second, third = partition_of_words(np.array([[7], [7], [8]], np.uint64))
        >>> bool(first == second), bool(first == third)
        (True, False)
    """
    mixed = np.zeros(len(words), np.uint64)
    for column, factor in zip(words.T, _FACTORS, strict=False):
        mixed = (mixed ^ column) * factor
        mixed ^= mixed >> np.uint64(29)
    return ((mixed * _FACTORS[0]) >> _SHIFT).astype(np.uint8)


def partition_of_terms(terms: Any) -> Any:
    """Gives the partition of each element of an Arrow array of `large_binary`, `large_string` or `int64`."""
    if pa.types.is_int64(terms.type):
        return partition_of_words(np.asarray(terms).view(np.uint64).reshape(-1, 1))
    _, offsets, _ = terms.buffers()
    ends = np.frombuffer(offsets, np.int64)[terms.offset : terms.offset + len(terms) + 1]
    hashes = np.zeros(len(terms), np.uint64)
    # Many terms at a time, and no more than can be hashed with the powers at hand.
    first = 0
    while first < len(terms):
        last = max(int(np.searchsorted(ends, ends[first] + HASHED_BYTES, "right")) - 1, first + 1)
        hashes[first:last] = _hashes(terms.slice(first, last - first), ends[first : last + 1])
        first = last
    return partition_of_words(hashes.reshape(-1, 1))


def _hashes(terms: Any, ends: Any) -> Any:
    """Hashes all bytes of each term, as the value of a polynomial at `BASE`, modulo 2**64.

    Sums over a stretch are differences of sums from the beginning on; the power at which a term begins is divided
    out, as BASE is odd and has an inverse.
    """
    text = np.frombuffer(terms.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    starts = ends - ends[0]
    powers = _powers(BASE, len(text))
    sums = np.zeros(len(text) + 1, np.uint64)
    np.cumsum((text.astype(np.uint64) + np.uint64(1)) * powers[: len(text)], out=sums[1:])
    return (sums[starts[1:]] - sums[starts[:-1]]) * _powers(INVERSE, len(text))[starts[:-1]]


@lru_cache(maxsize=4)
def _table(base: int, size: int) -> Any:
    factors = np.full(size, base, np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


def _powers(base: int, size: int) -> Any:
    if size < HASHED_BYTES:
        return _table(base, HASHED_BYTES + 1)
    return np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(size, base, np.uint64)]))


def partition_order(partitions: Any) -> tuple[Any, Any]:
    """Gives the order that brings partitions together, and where in it each begins and the last ends."""
    order = np.argsort(partitions, kind="stable")
    return order, np.searchsorted(partitions[order], np.arange(PARTITIONS + 1))
