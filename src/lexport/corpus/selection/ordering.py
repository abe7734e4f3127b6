"""The order of terms: by their measure, then by their bytes or value, both descending."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["best_first"]

SMALL = 1 << 16
AT_ONCE = 1 << 16
# How many times eight bytes of the terms are compared as numbers, before Arrow compares what is still equal.
ROUNDS = 3

# By how many bytes of a term are left: which ones of eight bytes are its own.
_OWN = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)


def best_first(measure: Any, terms: Any) -> Any:
    """Gives the indices that put terms into their order.

    The order is total, as terms are distinct: the larger measure first, and then the larger term, by its UTF-8 bytes
    or its value. Ten million strings take about three seconds; Arrow's own sort takes eight.

    Args:
        measure: a NumPy array of int64.
        terms: an Arrow array of `large_string` or `int64`.

    Returns:
        A NumPy array of indices.

    Example:
        >>> best_first(np.array([1, 2, 1]), pa.array(["a", "c", "b"], pa.large_string())).tolist()
        [1, 2, 0]
    """
    if pa.types.is_int64(terms.type):
        return np.lexsort((terms.to_numpy(), measure))[::-1]
    if len(terms) < SMALL:
        return _sorted([("measure", measure), ("term", terms)])[::-1]
    words = _eight_bytes(terms, None, 0)
    order = _stably(np.argsort(words), measure)
    same = _same(order, measure) & _same(order, words)
    del words
    _resolve_ties(order, same, terms)
    return order[::-1]


def _sorted(columns: list[tuple[str, Any]]) -> Any:
    table = pa.table(dict(columns))
    return pc.sort_indices(table, sort_keys=[(name, "ascending") for name, _ in columns]).to_numpy()


def _eight_bytes(terms: Any, places: Any, first: int) -> Any:
    """Eight bytes of each term, from the byte `first` on, as an integer; integers compare as the bytes do.

    Args:
        terms: an Arrow array of `large_string`.
        places: which of them; None for all.
        first: a byte.
    """
    size = len(terms) if places is None else len(places)
    found = np.empty(size, np.uint64)
    for start in range(0, size, AT_ONCE):
        stop = min(start + AT_ONCE, size)
        found[start:stop] = _some_bytes(terms, slice(start, stop) if places is None else places[start:stop], first)
    return found


def _some_bytes(terms: Any, places: Any, first: int) -> Any:
    _, offsets, data = terms.buffers()
    ends = np.frombuffer(offsets, np.int64)[terms.offset : terms.offset + len(terms) + 1]
    text = np.frombuffer(data or b"", np.uint8)
    if len(text) < 8:
        text = np.concatenate([text, np.zeros(8, np.uint8)])
    eight = np.ndarray((len(text) - 7,), np.uint64, text, strides=(1,))  # those from each byte on
    starts = ends[:-1][places] + first
    left = np.clip(ends[1:][places] - starts, 0, 8)
    # At the end of the text eight bytes begin before the term; those are shifted out.
    begins = np.minimum(starts, len(eight) - 1)
    words = eight[begins] >> (8 * np.minimum(starts - begins, 7)).astype(np.uint64)
    return (words & _OWN[left]).byteswap()


def _stably(order: Any, keys: Any) -> Any:
    """Orders an order by keys, digit by digit: NumPy sorts integers of 16 bits several times as fast as others."""
    numbers = keys.astype(np.int64).view(np.uint64)
    numbers -= np.uint64(int(keys.min(initial=0)) % 2**64)  # modulo 2**64, so that the least of them is 0
    for shift in range(0, int(numbers.max(initial=0)).bit_length(), 16):
        digits = (numbers >> np.uint64(shift)).astype(np.uint16)
        order = order[np.argsort(digits[order], kind="stable")]
    return order


def _same(order: Any, values: Any) -> Any:
    """Tells of all but the first in an order whether the value is that of the one before."""
    same = np.empty(max(len(order) - 1, 0), bool)
    for start in range(0, len(same), AT_ONCE):
        ordered = values[order[start : start + AT_ONCE + 1]]
        same[start : start + AT_ONCE] = ordered[1:] == ordered[:-1]
    return same


def _resolve_ties(order: Any, same: Any, terms: Any) -> None:
    """Puts runs of equals into the order of the whole terms, in place.

    Args:
        order: of all terms.
        same: of all but the first in it, whether its measure and its first eight bytes are those of the one before.
        terms: an Arrow array of `large_string`.
    """
    for number in range(1, ROUNDS + 1):
        if not same.any():
            return
        tied = np.concatenate([[False], same]) | np.concatenate([same, [False]])
        runs = np.cumsum(np.concatenate([[True], ~same]), dtype=np.uint32)[tied]
        members = order[tied]
        if number == ROUNDS:
            order[tied] = members[_sorted([("run", runs), ("term", terms.take(pa.array(members)))])]
            return
        words = _eight_bytes(terms, members, 8 * number)
        by_words = _stably(np.argsort(words), runs)
        order[tied] = members[by_words]
        words = words[by_words]
        places = np.flatnonzero(tied)[1:] - 1
        same[places] &= (runs[1:] == runs[:-1]) & (words[1:] == words[:-1])
