"""Hashes of terms: 64 bits, of words and of bytes."""

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["hashes_of_terms", "hashes_of_words"]

# Odd numbers without a pattern, for multiplicative hashing (Knuth, The Art of Computer Programming, 6.4).
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)

BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 2**64)
HASHED_BYTES = 1 << 20


def hashes_of_words(words: Any) -> Any:
    """Hashes each row of a `uint64` array of shape (n, 1) or (n, 2); all bits depend on all bits.

    Example:
        >>> first, second, third = hashes_of_words(np.array([[7], [7], [8]], np.uint64))
        >>> bool(first == second), bool(first == third)
        (True, False)
    """
    mixed = np.zeros(len(words), np.uint64)
    for column, factor in zip(words.T, _FACTORS, strict=False):
        mixed = (mixed ^ column) * factor
        mixed ^= mixed >> np.uint64(29)
    return mixed * _FACTORS[0]


def hashes_of_terms(terms: Any) -> Any:
    """Hashes each element of an Arrow array of `large_binary`, `large_string` or `int64`."""
    if pa.types.is_int64(terms.type):
        return hashes_of_words(np.asarray(terms).view(np.uint64).reshape(-1, 1))
    _, offsets, _ = terms.buffers()
    ends = np.frombuffer(offsets, np.int64)[terms.offset : terms.offset + len(terms) + 1]
    hashes = np.zeros(len(terms), np.uint64)
    first = 0
    while first < len(terms):
        last = max(int(np.searchsorted(ends, ends[first] + HASHED_BYTES, "right")) - 1, first + 1)
        hashes[first:last] = _polynomials(terms, ends[first : last + 1])
        first = last
    return hashes_of_words(hashes.reshape(-1, 1))


def _polynomials(terms: Any, ends: Any) -> Any:
    """Gives the bytes of each term as the value of a polynomial at `BASE`, modulo 2**64.

    Sums over a stretch are differences of sums from the beginning on; the power at which a term begins is divided
    out, as BASE is odd and has an inverse.
    """
    text = np.frombuffer(terms.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    starts = ends - ends[0]
    sums = np.zeros(len(text) + 1, np.uint64)
    np.cumsum((text.astype(np.uint64) + np.uint64(1)) * _powers(BASE, len(text))[: len(text)], out=sums[1:])
    return (sums[starts[1:]] - sums[starts[:-1]]) * _powers(INVERSE, len(text))[starts[:-1]]


def _powers(base: int, size: int) -> Any:
    """Gives at least `size + 1` powers; a term that is longer than the others is no reason to keep more."""
    return _known_powers(base) if size <= HASHED_BYTES else _new_powers(base, size)


@lru_cache(maxsize=2)
def _known_powers(base: int) -> Any:
    return _new_powers(base, HASHED_BYTES)


def _new_powers(base: int, size: int) -> Any:
    factors = np.full(size + 1, base, np.uint64)
    factors[0] = 1
    return np.cumprod(factors)
