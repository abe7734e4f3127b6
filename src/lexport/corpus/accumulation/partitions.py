"""Which terms go together on the disk: a hash tells, so that all counts of a term meet again."""

from typing import Any

import numpy as np
import pyarrow as pa

from lexport.corpus.kernel.tokens import tokens_of_array

__all__ = ["PARTITIONS", "partition_of_terms", "partition_of_words", "partition_order"]

PARTITIONS = 256  # what a `uint8` tells apart

# Odd numbers without a pattern, for multiplicative hashing (Knuth, The Art of Computer Programming, 6.4).
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
_SHIFT = np.uint64(56)


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
    """Gives the partition of each element of an Arrow array of `large_binary`, `large_string` or `int64`.

    Of a long term four stretches of eight bytes are looked at: where terms agree in all of them a partition
    becomes larger than the others, and nothing else happens.
    """
    if pa.types.is_int64(terms.type):
        return partition_of_words(np.asarray(terms).view(np.uint64).reshape(-1, 1))
    _, offsets, _ = terms.buffers()
    lengths = np.diff(np.frombuffer(offsets, np.int64)[terms.offset : terms.offset + len(terms) + 1])
    found = np.zeros(len(terms), np.uint8)
    filled = np.flatnonzero(lengths)
    tokens = tokens_of_array(terms)
    eight = np.ndarray((len(tokens.data) - 7,), np.uint64, tokens.data, strides=(1,))
    starts, sizes = tokens.starts, tokens.lengths
    words = np.empty((len(starts), 4), np.uint64)
    # A short token is read beyond its end, and what stands there differs from place to place: cut it off.
    kept = np.uint64(2**64 - 1) >> (np.uint64(8) * (8 - np.minimum(sizes, 8)).astype(np.uint64))
    words[:, 0] = eight[starts] & kept
    for place, share in ((1, 1), (2, 2)):
        words[:, place] = eight[starts + np.maximum(sizes - 8, 0) * share // 3] & kept
    words[:, 3] = eight[starts + np.maximum(sizes - 8, 0)] & kept ^ sizes.astype(np.uint64)
    found[filled] = partition_of_words(words)
    return found


def partition_order(partitions: Any) -> tuple[Any, Any]:
    """Gives the order that brings partitions together, and where in it each begins and the last ends."""
    order = np.argsort(partitions, kind="stable")
    return order, np.searchsorted(partitions[order], np.arange(PARTITIONS + 1))
