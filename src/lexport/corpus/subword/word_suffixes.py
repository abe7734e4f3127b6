"""`WordSuffixes`: all words one behind the other, and which places in them begin the same suffix."""

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["WordSuffixes", "weighted_counts"]


class WordSuffixes:
    """Distinct words in one flat array of codes, with the distinct suffixes among all their places.

    Args:
        words: distinct, none empty.
        counts: how often each was seen, at least once; int64, shape `(words,)`.

    Attributes:
        text: all words, one behind the other.
        alphabet: their characters, sorted.
        codes: each character of the text as an index into `alphabet`; int64, shape `(characters,)`.
        starts: where each word begins; shape `(words,)`.
        lengths: of each word; shape `(words,)`.
        counts: of each word; shape `(words,)`.
        suffix: which suffix begins at a place: an index into the following; int64, shape `(characters,)`. The
            suffixes are ordered by length.
        places: some place where each suffix begins; shape `(suffixes,)`.
        suffix_lengths: of each suffix, ascending; shape `(suffixes,)`.
        suffix_counts: how often each was seen *behind the first character* of a word; shape `(suffixes,)`.

    Example:
        >>> found = WordSuffixes(["ab", "cab"], np.array([2, 3]))
        >>> [found.text[at : at + size] for at, size in zip(found.places, found.suffix_lengths)]
        ['b', 'ab', 'cab']
        >>> found.suffix_counts.tolist()
        [5, 3, 0]
    """

    def __init__(self, words: Sequence[str], counts: Any) -> None:
        self.text = "".join(words)
        points = np.frombuffer(self.text.encode("utf-32-le"), np.uint32)
        used, self.codes = np.unique(points, return_inverse=True)
        self.alphabet = [chr(point) for point in used]
        self.lengths = np.fromiter(map(len, words), np.int64, len(words))
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.counts = np.asarray(counts, np.int64)
        self.suffix = np.empty(len(points), np.int64)
        places, sizes, sums = zip(*self._levels(), strict=True)
        self.places = np.concatenate(places)
        self.suffix_lengths = np.repeat(np.arange(1, len(sizes) + 1), sizes)
        self.suffix_counts = np.concatenate(sums)

    def _levels(self) -> list[tuple[Any, int, Any]]:
        """Numbers the suffixes by length: one is the character it begins with, and the suffix behind that."""
        levels, total = [], 0
        alive, behind = np.arange(len(self.lengths)), np.zeros(len(self.lengths), np.int64)
        for length in range(1, int(self.lengths.max()) + 1):
            at = self.starts[alive] + self.lengths[alive] - length
            keys = behind * len(self.alphabet) + self.codes[at]
            distinct, first, same = np.unique(keys, return_index=True, return_inverse=True)
            self.suffix[at] = same + total
            total += len(distinct)
            inner = self.lengths[alive] > length
            alive, behind = alive[inner], same[inner]
            levels.append((at[first], len(distinct), weighted_counts(behind, self.counts[alive], len(distinct))))
        return levels


def weighted_counts(indices: Any, weights: Any, size: int) -> Any:
    """Adds up int64 weights by index, exactly; `np.bincount` would add them as floats.

    Example:
        >>> weighted_counts(np.array([1, 1, 0]), np.array([2**53, 1, 5]), 2).tolist()
        [5, 9007199254740993]
    """
    sums = np.zeros(size, np.int64)
    np.add.at(sums, indices, weights)
    return sums
