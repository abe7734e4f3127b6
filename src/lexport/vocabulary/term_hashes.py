"""Hashes of many terms at once."""

from typing import Any

__all__ = ["hashes_of_text", "term_hashes"]

HASHED_AT_ONCE = 1 << 16
# An odd number without a pattern, for multiplicative hashing (Knuth, The Art of Computer Programming, 6.4).
FACTOR = 0x9E3779B97F4A7C15


def term_hashes(terms: Any) -> Any:
    """Hashes each term; equal terms have equal hashes, in every process.

    Args:
        terms: an Arrow array of `large_string`, `large_binary` or `int64`, without nulls.

    Returns:
        A NumPy array of `uint64`, all of whose bits depend on all bytes of a term.

    Example:
        >>> import pyarrow as pa
        >>> first, second, third = term_hashes(pa.array(["the", "of", "the"], pa.large_string()))
        >>> bool(first == third), bool(first == second)
        (True, False)
    """
    import numpy as np
    import pyarrow as pa

    if pa.types.is_int64(terms.type):
        return _mixed(np.asarray(terms).view(np.uint64) * np.uint64(FACTOR))
    hashes = np.empty(len(terms), np.uint64)
    for start in range(0, len(terms), HASHED_AT_ONCE):
        part = terms.slice(start, HASHED_AT_ONCE)
        ends = np.frombuffer(part.buffers()[1], np.int64)[part.offset : part.offset + len(part) + 1]
        text = np.frombuffer(part.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
        hashes[start : start + len(part)] = hashes_of_text(text, ends - ends[0])
    return hashes


def hashes_of_text(text: Any, ends: Any) -> Any:
    """Hashes pieces of text, taking in eight bytes of each after the other, as long as there are any.

    Args:
        text: the pieces one after the other, a NumPy array of bytes.
        ends: 0, and then where each piece ends; int64.
    """
    import numpy as np

    padded = np.concatenate([text, np.zeros(8, np.uint8)])
    eight = np.ndarray((len(padded) - 7,), np.uint64, padded, strides=(1,))  # those from each byte on
    own = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)
    places, left = ends[:-1], np.diff(ends)
    hashes = _mixed((left.astype(np.uint64) + np.uint64(1)) * np.uint64(FACTOR))
    active = np.arange(len(hashes))
    while len(active):
        words = eight[places] & own[np.minimum(left, 8)]
        hashes[active] = _mixed((hashes[active] ^ words) * np.uint64(FACTOR))
        more = left > 8
        active, places, left = active[more], places[more] + 8, left[more] - 8
    return hashes


def _mixed(hashes: Any) -> Any:
    """Lets the lower bits depend on the upper ones, too."""
    import numpy as np

    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(FACTOR)
    hashes ^= hashes >> np.uint64(32)
    return hashes
