"""The table by which a SentencePiece model normalises text: whether C++ code can follow it safely.

The SentencePiece that is compiled into tensorflow-text 2.21 follows the offsets in this table without looking where
they lead: a table with one wrong byte makes the process that serves it read anywhere, or crash.

The table is the size of its first part in 4 bytes, that part, and texts that end with NUL. The first part is a
"double array" of 32-bit units. A state is a place in it; from state `p` the byte `b` leads to unit `p ^ b`, if that
unit is labelled `b`, and from there to the state `(p ^ b) ^ offset`. Where the unit has a leaf, the unit at that
state holds the place of a text.
"""

from typing import Any

import numpy as np

__all__ = ["charsmap_problem"]

# The published tables have some hundred kilobytes, and keys of at most 18 characters.
MAX_BYTES = 16 << 20
MAX_DEPTH = 128
# So many matches of different length, at one place of a text, C++ has room for.
MAX_LEAVES = 32

_LABEL = 0x800000FF
_BLOCK = 256
_CHUNK = 1 << 13


def charsmap_problem(table: bytes) -> str | None:
    """Says what is wrong with a table; None where nothing is.

    Example:
        >>> charsmap_problem(b""), charsmap_problem(b"abc")
        (None, 'has 3 bytes: it is cut off')
    """
    if not table:
        return None
    if len(table) > MAX_BYTES:
        return f"has {len(table):,} bytes, more than {MAX_BYTES:,}"
    size = int.from_bytes(table[:4], "little")
    if not 0 < size < len(table) - 4:
        return f"has {len(table)} bytes: it is cut off"
    if size % 4 or table[-1]:
        return "does not end where it should"
    units = np.frombuffer(table, np.uint32, size // 4, offset=4).astype(np.int64)
    return _wrong_path(units, len(table) - 4 - size)


def _wrong_path(units: Any, texts: int) -> str | None:
    """Follows every path at once, byte by byte."""
    states, leaves = _offsets(units[:1]), np.zeros(1, np.int64)
    left = 4 * len(units) + _BLOCK  # a sound table has no more steps than units
    for _ in range(MAX_DEPTH):
        left -= len(states)
        if left < 0:
            break
        if np.any(states >= len(units) // _BLOCK * _BLOCK):
            return "leads out of its own bounds"
        targets, leaves, values = _step(units, states, leaves)
        if np.any(values >= len(units)) or np.any((units[values] & 0x7FFFFFFF) >= texts):
            return "leads out of its own bounds"
        if leaves.max(initial=0) > MAX_LEAVES:
            return f"has more than {MAX_LEAVES} keys that begin each other"
        if not len(targets):
            return None
        states, same = np.unique(targets, return_inverse=True)
        most = np.zeros(len(states), np.int64)
        np.maximum.at(most, same, leaves)
        leaves = most
    return "has no end"


def _step(units: Any, states: Any, leaves: Any) -> tuple[Any, Any, Any]:
    """Takes the next byte: gives the states, the leaves that were passed on the way to each, and places of texts."""
    found = []
    for begin in range(0, len(states), _CHUNK):
        part = states[begin : begin + _CHUNK]
        places = part[:, None] ^ np.arange(_BLOCK)
        owner, byte = np.nonzero((units[places] & _LABEL) == np.arange(_BLOCK))
        found.append((places[owner, byte], leaves[begin + owner]))
    places, leaves = (np.concatenate(parts) for parts in zip(*found, strict=True))
    targets = places ^ _offsets(units[places])
    ending = (units[places] & 0x100) > 0
    return targets, leaves + ending, targets[ending]


def _offsets(units: Any) -> Any:
    return (units >> 10) << ((units & 0x200) >> 6)
