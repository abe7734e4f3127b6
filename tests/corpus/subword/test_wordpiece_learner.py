"""The learner gives what tensorflow-text's own gives, bit for bit."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorflow_text.tools.wordpiece_vocab import wordpiece_tokenizer_learner_lib as original

from lexport.corpus.subword.wordpiece_learner import WordPieceSettings, learn_wordpiece

DESCRIPTIONS = Path(__file__).parents[3] / "pipelines/debian_sections/data/debian_packages.csv.gz"

WORDS = st.text(st.sampled_from("abcé😀-."), min_size=1, max_size=9)
COUNTED = st.dictionaries(WORDS, st.integers(1, 40) | st.integers(1, 10**9), min_size=1, max_size=40)
RESERVED = st.lists(st.sampled_from(["[PAD]", "[UNK]", "##a", "a", "ab", "##ab", "#"]), unique=True, max_size=4)
SETTINGS = st.builds(
    WordPieceSettings,
    size=st.integers(1, 60),
    reserved=RESERVED.map(tuple),
    min_count=st.sampled_from([1, 2, 3, 10]),
    max_count=st.sampled_from([10**7, 5, 1]),
    slack=st.sampled_from([0, 0.05, 0.5]),
    iterations=st.sampled_from([1, 2, 4]),
    max_word_length=st.sampled_from([50, 5]),
    max_characters=st.sampled_from([1000, 3, 1]),
    max_words=st.sampled_from([10**6, 7]),
)


def learned_by_the_original(words: list[str], counts: list[int], options: WordPieceSettings) -> list[str]:
    """What `learn` gives for the same settings, by its own names."""
    vocabulary: Any = original.learn(
        list(zip(words, counts, strict=True)),
        options.size,
        list(options.reserved),
        upper_thresh=options.max_count,
        lower_thresh=options.min_count,
        num_iterations=options.iterations,
        max_input_tokens=options.max_words,
        max_token_length=options.max_word_length,
        max_unique_chars=options.max_characters,
        slack_ratio=options.slack,
    )
    return list(vocabulary)


@settings(max_examples=1000, deadline=None)
@given(counted=COUNTED, options=SETTINGS)
def test_the_vocabulary_is_that_of_the_original(counted: dict[str, int], options: WordPieceSettings) -> None:
    """Over arbitrary words, counts and settings: same pieces, same order."""
    words, counts = list(counted), list(counted.values())
    assert learn_wordpiece(words, counts, options) == learned_by_the_original(words, counts, options)


@pytest.mark.parametrize("size", [400, 1500])
def test_the_vocabulary_of_real_text_is_that_of_the_original(size: int) -> None:
    """Thousands of words, a search of many thresholds."""
    table = pyarrow.csv.read_csv(DESCRIPTIONS)
    text = " ".join(table["description"].slice(0, 2000).to_pylist())
    counted = Counter(text.lower().replace("#", " ").split())
    words, counts = list(counted), list(counted.values())
    options = WordPieceSettings(size, ("[PAD]", "[UNK]"), min_count=2)
    pieces = learn_wordpiece(words, counts, options)
    assert pieces == learned_by_the_original(words, counts, options)
    assert 0.8 * size < len(pieces) <= size


def test_without_a_usable_word_the_reserved_pieces_are_left() -> None:
    """As with the original, which is then called with words that it leaves out."""
    options = WordPieceSettings(5, ("[PAD]", "ab"), max_word_length=2)
    assert learn_wordpiece(["ab", "abc"], [3, 4], options) == ["[PAD]", "ab"]


def test_counts_beyond_the_precision_of_floats_are_exact() -> None:
    """A threshold may lie between two of them."""
    options = WordPieceSettings(9, (), min_count=1, max_count=2**62, slack=0)
    words, counts = ["ab", "cb", "bab"], [2**53, 2**53 + 1, 2**53 + 2]
    assert learn_wordpiece(words, counts, options) == learned_by_the_original(words, counts, options)
