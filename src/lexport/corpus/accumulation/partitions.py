"""Which terms go together on the disk: a hash tells, so that all counts of a term meet again."""

from typing import Any

import numpy as np

from lexport.corpus.kernel.hashing import hashes_of_terms, hashes_of_words

__all__ = ["PARTITIONS", "partition_of_terms", "partition_of_words", "partition_order"]

PARTITIONS = 256  # what a `uint8` tells apart

_SHIFT = np.uint64(56)


def partition_of_words(words: Any) -> Any:
    """Gives the partition of each row of a `uint64` array of shape (n, 1) or (n, 2), as `uint8`."""
    return (hashes_of_words(words) >> _SHIFT).astype(np.uint8)


def partition_of_terms(terms: Any) -> Any:
    """Gives the partition of each element of an Arrow array of `large_binary`, `large_string` or `int64`."""
    return (hashes_of_terms(terms) >> _SHIFT).astype(np.uint8)


def partition_order(partitions: Any) -> tuple[Any, Any]:
    """Gives the order that brings partitions together, and where in it each begins and the last ends."""
    order = np.argsort(partitions, kind="stable")
    return order, np.searchsorted(partitions[order], np.arange(PARTITIONS + 1))
