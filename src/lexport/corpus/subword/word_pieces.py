"""`WordPieces`: what can become a piece of a set of words, and how often each is used."""

from typing import Any

import numpy as np

from lexport.corpus.subword.piece_trie import PieceTrie
from lexport.corpus.subword.word_suffixes import WordSuffixes, weighted_counts

__all__ = ["WordPieces"]


class WordPieces:
    """The candidates for pieces: words and ends of words that were seen often enough.

    A piece that begins a word and one that continues it are two, even where they read the same. Single characters
    are always pieces, so that every word can be cut.

    Args:
        suffixes: the words and their suffixes.
        floor: how often a candidate must be seen; no threshold may be lower later.

    Attributes:
        alphabet: all characters, sorted.
        words: the candidates that begin a word, at least two characters long.
        word_counts: how often each was seen, as a whole word; int64.
        continuations: the candidates that continue a word, at least two characters long, and then the alphabet.
        suffix_counts: how often each was seen, at the end of a word; int64.

    Example:
        >>> pieces = WordPieces(WordSuffixes(["cat", "cats", "mats"], np.array([5, 3, 2])), floor=3)
        >>> pieces.words, pieces.word_counts.tolist()
        (['cat', 'cats'], [5, 3])
        >>> dict(zip(pieces.continuations, pieces.suffix_counts.tolist()))
        {'ts': 5, 'at': 5, 'ats': 5, 'a': 0, 'c': 0, 'm': 0, 's': 5, 't': 5}
        >>> cuts = pieces.count(pieces.word_counts >= 5, pieces.suffix_counts >= 9)  # cat, cat ##s, m ##a ##t ##s
        >>> dict(zip(pieces.continuations, cuts.tolist()))
        {'ts': 2, 'at': 0, 'ats': 2, 'a': 0, 'c': 0, 'm': 0, 's': 5, 't': 0}
    """

    def __init__(self, suffixes: WordSuffixes, floor: int) -> None:
        self._text = suffixes
        self.alphabet = suffixes.alphabet
        text, size = suffixes.text, len(suffixes.alphabet)

        chosen = np.flatnonzero((suffixes.counts >= floor) & (suffixes.lengths > 1))
        chosen = chosen[np.argsort(suffixes.lengths[chosen], kind="stable")]
        self.word_counts = suffixes.counts[chosen]
        starts, lengths = suffixes.starts[chosen], suffixes.lengths[chosen]
        self.words = [text[at : at + length] for at, length in zip(starts.tolist(), lengths.tolist(), strict=True)]
        self._word_trie = PieceTrie(suffixes.codes, size, starts, lengths)
        self._first = self._word_trie.longest(suffixes.codes, suffixes.starts, suffixes.lengths)

        chosen = np.flatnonzero((suffixes.suffix_counts >= floor) & (suffixes.suffix_lengths > 1))
        starts, lengths = suffixes.places[chosen], suffixes.suffix_lengths[chosen]
        tails = [text[at : at + length] for at, length in zip(starts.tolist(), lengths.tolist(), strict=True)]
        self.continuations = [*tails, *self.alphabet]
        self._suffix_trie = PieceTrie(suffixes.codes, size, starts, lengths)
        self._next = self._following()
        self._slot = self._slots(chosen)
        inner = np.flatnonzero(suffixes.suffix_counts)
        self.suffix_counts = weighted_counts(self._slot[inner], suffixes.suffix_counts[inner], len(tails) + size + 1)
        self.suffix_counts = self.suffix_counts[:-1]

    def _following(self) -> Any:
        """Gives the longest continuation at each suffix, -1 where it is a single character."""
        text = self._text
        inner = np.flatnonzero(text.suffix_counts)
        found = np.full(len(text.places), -1, np.int64)
        found[inner] = self._suffix_trie.longest(text.codes, text.places[inner], text.suffix_lengths[inner])
        return found

    def _slots(self, chosen: Any) -> Any:
        """Gives the place among the continuations at which each suffix is counted; the last one is for none."""
        text = self._text
        slot = np.full(len(text.places), len(chosen) + len(text.alphabet), np.int64)
        slot[chosen] = np.arange(len(chosen))
        single = np.flatnonzero(text.suffix_lengths == 1)
        slot[single] = len(chosen) + text.codes[text.places[single]]
        return slot

    def count(self, kept_words: Any, kept_suffixes: Any) -> Any:
        """Cuts every word greedily into the longest pieces, and counts the words' ends at which a piece begins.

        Args:
            kept_words: which candidates that begin a word are pieces; bool.
            kept_suffixes: which continuations are; bool, what it says of single characters is of no account.

        Returns:
            The counts of the continuations, int64: how often a word, cut in this way, has a cut before just this
            end of it.
        """
        text = self._text
        first = self._word_trie.within(kept_words)
        longest = self._suffix_trie.within(kept_suffixes[: len(self.continuations) - len(self.alphabet)])
        counts = np.zeros(len(self.continuations) + 1, np.int64)
        at = text.starts + self._word_trie.lengths[first[self._first]]
        ends, weights = text.starts + text.lengths, text.counts
        while len(at):
            inside = at < ends
            at, ends, weights = at[inside], ends[inside], weights[inside]
            suffix = text.suffix[at]
            np.add.at(counts, self._slot[suffix], weights)
            at = at + self._suffix_trie.lengths[longest[self._next[suffix]]]
        return counts[:-1]
