"""`PieceTrie`: which pieces of a set a text begins with, for millions of places at once."""

from itertools import pairwise
from typing import Any

import numpy as np

__all__ = ["PieceTrie"]


class PieceTrie:
    """A set of strings, all of them at least two characters long, that answers which is the longest one here.

    The strings are places in a flat array of codes, as everything that is compared with them. Asking for the
    longest piece of *any* sub-set is cheap, too: each piece knows the next shorter one that it begins with.

    Args:
        codes: an array of integers from 0 up to `alphabet`.
        alphabet: how many different codes there are.
        starts: where each piece stands in `codes`; int64, shape `(pieces,)`.
        lengths: how long each is, ascending, at least 2; int64, shape `(pieces,)`.

    Attributes:
        lengths: those, and a 1 at the end: where no piece fits, which is index -1, one character is taken.

    Example:
        >>> codes = np.array([0, 1, 2, 0, 1, 1])  # abc, ab and, as another text, abb
        >>> trie = PieceTrie(codes, 3, np.array([0, 0]), np.array([2, 3]))
        >>> trie.longest(codes, np.array([0, 3, 1]), np.array([3, 3, 2])).tolist()
        [1, 0, -1]
    """

    def __init__(self, codes: Any, alphabet: int, starts: Any, lengths: Any) -> None:
        self.lengths = np.append(lengths, 1)
        self._alphabet = alphabet
        self._shorter = np.full(len(starts), -1, np.int64)
        self._groups = _runs(lengths)
        self._levels: list[tuple[Any, Any]] = []
        alive, states, above = np.arange(len(starts)), np.zeros(len(starts), np.int64), np.full(1, -1, np.int64)
        for depth in range(int(lengths[-1]) if len(lengths) else 0):
            keys, states = np.unique(states * alphabet + codes[starts[alive] + depth], return_inverse=True)
            longest = above[keys // alphabet]
            ending = lengths[alive] == depth + 1
            self._shorter[alive[ending]] = longest[states[ending]]
            longest[states[ending]] = alive[ending]
            self._levels.append((keys, longest))
            alive, states, above = alive[~ending], states[~ending], longest

    def longest(self, codes: Any, starts: Any, lengths: Any) -> Any:
        """Finds, for each of many texts, the longest piece that it begins with.

        Args:
            codes: the array that the texts stand in.
            starts: where each begins; shape `(texts,)`.
            lengths: how long each is; shape `(texts,)`.

        Returns:
            The index of the piece, or -1; int64, shape `(texts,)`.
        """
        found = np.full(len(starts), -1, np.int64)
        alive, states = np.arange(len(starts)), np.zeros(len(starts), np.int64)
        for depth, (keys, longest) in enumerate(self._levels):
            longer = lengths[alive] > depth
            alive, states = alive[longer], states[longer]
            wanted = states * self._alphabet + codes[starts[alive] + depth]
            states = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            hit = keys[states] == wanted
            alive, states = alive[hit], states[hit]
            found[alive] = longest[states]
        return found

    def within(self, kept: Any) -> Any:
        """Says for each piece which is the longest one of a sub-set that it begins with.

        Args:
            kept: whether a piece belongs to the sub-set; bool, shape `(pieces,)`.

        Returns:
            Indices of pieces, or -1; int64, shape `(pieces + 1,)`: index -1 stays -1.
        """
        result = np.where(kept, np.arange(len(kept)), -1)
        result = np.append(result, -1)
        for begin, end in self._groups:  # shorter pieces first, so that what a longer one falls back on is known
            group = slice(begin, end)
            result[group] = np.where(kept[group], result[group], result[self._shorter[group]])
        return result


def _runs(values: Any) -> list[tuple[int, int]]:
    """Gives the begin and the end of each run of equal values."""
    cuts = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    return list(pairwise(cuts)) if len(values) else []
