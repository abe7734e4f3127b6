"""Which terms go together on the disk: a hash tells, so that all counts of a term meet again."""

from typing import Any

import numpy as np

from lexport.vocabulary.term_hashes import term_hashes

__all__ = ["PARTITIONS", "partition_of_terms", "partition_order"]

PARTITIONS = 256  # what a `uint8` tells apart

_SHIFT = np.uint64(56)


def partition_of_terms(terms: Any) -> Any:
    """Gives the partition of each element of an Arrow array of `large_binary`, `large_string` or `int64`."""
    return (term_hashes(terms) >> _SHIFT).astype(np.uint8)


def partition_order(partitions: Any) -> tuple[Any, Any]:
    """Gives the order that brings partitions together, and where in it each begins and the last ends."""
    order = np.argsort(partitions, kind="stable")
    return order, np.searchsorted(partitions[order], np.arange(PARTITIONS + 1))
