"""`learn_wordpiece`: the vocabulary that tensorflow-text's learner gives, bit for bit, in seconds.

The algorithm is that of `tensorflow_text/tools/wordpiece_vocab/wordpiece_tokenizer_learner_lib.py` (2.21.1): for a
threshold, count pieces in all words, keep those that reach it, segment the words with them, count again where the
segments begin; search the threshold that gives about as many pieces as were asked for. That code counts every
sub-string of every word and then takes from each the counts of all its continuations. What is left of a sub-string
is how often it *ends* its word: so a piece is a whole word or the end of one. Here only those are counted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lexport.corpus.subword.word_pieces import WordPieces
from lexport.corpus.subword.word_suffixes import WordSuffixes

__all__ = ["JOINER", "WordPieceSettings", "learn_wordpiece"]

JOINER = "##"


@dataclass(frozen=True)
class WordPieceSettings:
    """What the learner is told; the defaults are those of tensorflow-text.

    Attributes:
        size: how many pieces to aim at, reserved ones included.
        reserved: pieces that come first, in this order; distinct.
        min_count: the lowest threshold: how often a piece has to be seen; pieces of one character need not.
        max_count: the highest threshold.
        slack: what share of `size` may be missing.
        iterations: how often pieces are counted.
        max_word_length: longer words are left out, in characters.
        max_characters: how many different characters may be used, the most frequent ones; words with others are
            left out.
        max_words: how many words are learned from at most, the most frequent ones.
    """

    size: int
    reserved: tuple[str, ...] = ()
    min_count: int = 10
    max_count: int = 10_000_000
    slack: float = 0.05
    iterations: int = 4
    max_word_length: int = 50
    max_characters: int = 1000
    max_words: int = 5_000_000


def learn_wordpiece(words: Sequence[str], counts: Sequence[int], settings: WordPieceSettings) -> list[str]:
    """Learns a WordPiece vocabulary.

    Args:
        words: distinct, in the order in which words of equal count count as more frequent; none but `#` itself
            holds a `#`, as `BertWords` sees to.
        counts: how often each was seen, at least once.
        settings: what to learn.

    Returns:
        The pieces, in the order of the vocabulary: reserved ones, single characters, then all others by count and
        text. There may be more than `size`, as with the original.

    Example:
        >>> settings = WordPieceSettings(size=9, reserved=("[UNK]",), min_count=2)
        >>> learn_wordpiece(["cat", "cats", "at"], [5, 3, 2], settings)
        ['[UNK]', 'a', 'c', 's', 't', 'cat', '##a', '##c', '##s', '##t']
    """
    upper, lower = min(max(counts), settings.max_count), max(min(counts), settings.min_count)
    kept = list(_usable(words, counts, settings))
    if not kept:
        return list(dict.fromkeys(settings.reserved))
    suffixes = WordSuffixes([word for word, _ in kept], np.array([count for _, count in kept], np.int64))
    # The search below never tries a threshold under this one.
    pieces = WordPieces(suffixes, max(1, min(lower - 1, (upper + lower) // 2)))
    return _search(pieces, lower, upper, settings)


def _usable(words: Sequence[str], counts: Sequence[int], settings: WordPieceSettings) -> Iterator[tuple[str, int]]:
    """Gives the most frequent words that are short enough and hold frequent characters only."""
    reserved = set(settings.reserved)
    fitting = [
        (word, count)
        for word, count in zip(words, counts, strict=True)
        if len(word) <= settings.max_word_length and word not in reserved
    ]
    characters: Counter[str] = Counter()
    for word, count in fitting:
        for character in word:
            characters[character] += count
    ranked = sorted(characters.items(), key=lambda item: (-item[1], item[0]))
    allowed = {character for character, _ in ranked[: settings.max_characters]}
    fitting.sort(key=lambda item: -item[1])
    left = settings.max_words
    for word, count in fitting:
        if left and (len(ranked) <= settings.max_characters or allowed.issuperset(word)):
            left -= 1
            yield word, count


def _search(pieces: WordPieces, lower: int, upper: int, settings: WordPieceSettings) -> list[str]:
    """Looks for the threshold by bisection, as the original does, which ends at the last one it tried."""
    missing = max(0, settings.slack * settings.size)
    while True:
        threshold = (upper + lower) // 2
        last = lower >= upper or threshold <= 1
        # Most thresholds are far off, which takes no segmentation to see.
        least, most = _bounds(pieces, threshold, len(settings.reserved))
        if last or (least <= settings.size and settings.size - most <= missing):
            vocabulary = _vocabulary(pieces, threshold, settings)
            least = most = len(vocabulary)
        if last or (most <= settings.size and settings.size - most <= missing):
            return vocabulary
        if least > settings.size:
            lower = threshold + 1
        else:
            upper = threshold - 1


def _bounds(pieces: WordPieces, threshold: int, reserved: int) -> tuple[int, int]:
    """Gives bounds of the size of a vocabulary: ends of words are never counted more often than at first."""
    least = 2 * len(pieces.alphabet) + int(np.count_nonzero(pieces.word_counts >= threshold))
    return least, least + int(np.count_nonzero(pieces.suffix_counts >= threshold)) + reserved


def _vocabulary(pieces: WordPieces, threshold: int, settings: WordPieceSettings) -> list[str]:
    word_counts, suffix_counts = pieces.word_counts, pieces.suffix_counts
    for _ in range(settings.iterations - 1):
        suffix_counts = pieces.count(word_counts >= threshold, suffix_counts >= threshold)
    counted = {JOINER + character: 1 for character in pieces.alphabet}
    counted |= {pieces.words[index]: int(word_counts[index]) for index in np.flatnonzero(word_counts >= threshold)}
    for index in np.flatnonzero(suffix_counts >= threshold):
        counted[JOINER + pieces.continuations[index]] = int(suffix_counts[index])
    by_count = sorted(counted, key=lambda piece: (-counted[piece], piece))
    return list(dict.fromkeys([*settings.reserved, *pieces.alphabet, *by_count]))
