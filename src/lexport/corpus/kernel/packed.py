"""`Packed`: tokens in three lanes, by length.

Counting strings is slow: each has to be hashed and compared byte by byte. Most tokens are short, though. One of at
most 8 bytes is a `uint64`, and integers are sorted ten times as fast as strings are hashed. One of at most 16 bytes
is a value of fixed size, which Arrow hashes without looking for where it lies. The rest is hashed as bytes.

A token is always in the same lane, so the lanes have no term in common. The bytes behind a short token are zero;
therefore tokens that hold a NUL are in the last lane, however short they are.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from lexport.corpus.kernel.tokens import PADDING, Tokens, array_of_tokens

__all__ = ["Lanes", "Packed", "concat_packed", "lanes_of", "no_tokens", "pack"]

SHORT = 8
MEDIUM = 16

# By the length of a token: which bytes of its first and of its second eight are its own.
_FIRST = np.array([(1 << 8 * min(length, 8)) - 1 for length in range(MEDIUM + 1)], np.uint64)
_SECOND = np.array([(1 << 8 * max(length - 8, 0)) - 1 for length in range(MEDIUM + 1)], np.uint64)


class Packed(NamedTuple):
    """Tokens in three lanes.

    Attributes:
        short: `uint64`, tokens of at most 8 bytes, the first byte the lowest; the bits of integers.
        medium: `uint64` of shape (n, 2), tokens of at most 16 bytes.
        long: an Arrow array of `large_binary`, all others.
    """

    short: Any
    medium: Any
    long: Any

    @property
    def nbytes(self) -> int:
        """The bytes that they take."""
        return int(self.short.nbytes + self.medium.nbytes + self.long.nbytes)


class Lanes(NamedTuple):
    """Which tokens are in which lane, by their places in rising order."""

    short: Any
    medium: Any
    long: Any


def no_tokens() -> Packed:
    """Gives empty lanes."""
    return Packed(np.empty(0, np.uint64), np.empty((0, 2), np.uint64), pa.array([], pa.large_binary()))


def concat_packed(parts: Sequence[Packed]) -> Packed:
    """Joins the lanes of several."""
    if not parts:
        return no_tokens()
    short = np.concatenate([part.short for part in parts])
    medium = np.concatenate([part.medium for part in parts])
    return Packed(short, medium, pa.concat_arrays([part.long for part in parts]))


def lanes_of(tokens: Tokens) -> Lanes:
    """Tells the lanes of tokens."""
    is_short = tokens.lengths <= SHORT
    is_long = tokens.lengths > MEDIUM
    if tokens.has_nul:
        nul = _holds_nul(tokens)
        is_short &= ~nul
        is_long |= nul
    return Lanes(np.flatnonzero(is_short), np.flatnonzero(~(is_short | is_long)), np.flatnonzero(is_long))


def pack(tokens: Tokens, lanes: Lanes) -> Packed:
    """Puts tokens into their lanes, in the order of their places.

    Example:
        >>> from lexport.corpus.kernel.tokens import tokens_of_text
        >>> tokens = tokens_of_text(b"a aa not-so-short a-really-very-long-one", (None, b""))
        >>> packed = pack(tokens, lanes_of(tokens))
        >>> packed.short.tolist(), packed.medium.shape, packed.long.to_pylist()
        ([97, 24929], (1, 2), [b'a-really-very-long-one'])
    """
    data, starts, lengths, _ = tokens
    # The eight bytes from each place on; nothing is copied until places are chosen.
    eight = np.ndarray((len(data) - 7,), np.uint64, data, strides=(1,))
    short = eight[starts[lanes.short]]
    short &= _FIRST.take(lengths[lanes.short])
    medium = np.empty((len(lanes.medium), 2), np.uint64)
    medium[:, 0] = eight[starts[lanes.medium]]
    medium[:, 1] = eight[starts[lanes.medium] + 8]
    medium[:, 1] &= _SECOND.take(lengths[lanes.medium])
    return Packed(short, medium, array_of_tokens(tokens, lanes.long))


def _holds_nul(tokens: Tokens) -> Any:
    nuls = np.flatnonzero(tokens.data[: len(tokens.data) - PADDING] == 0)
    nearest = np.append(nuls, np.iinfo(np.int64).max)[np.searchsorted(nuls, tokens.starts)]
    return nearest < tokens.starts + tokens.lengths
