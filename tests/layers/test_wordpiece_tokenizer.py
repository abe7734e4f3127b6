"""`WordpieceTokenizer`: the ids of tensorflow-text, from a vocabulary that the layer owns."""

from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
import tensorflow_text as text
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport import Vocabulary
from lexport.errors import VocabularyError
from lexport.layers import WordpieceTokenizer

PIECES = ["[PAD]", "[UNK]", "they", "##'", "##re", "the", "great", "##est", "a", "##b", "é", "##漢", "漢", "##🙂", "b"]
SOME_TEXT = st.text(st.sampled_from("theygrast'rebé漢🙂\u0301\u2028 \x00ﬁ"), max_size=12)
WORDS = st.lists(st.one_of(st.text(max_size=8).map(str.encode), SOME_TEXT.map(str.encode), st.binary(max_size=8)))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vocabulary as tensorflow-text takes it."""
    return Vocabulary.from_terms("pieces", PIECES, special_tokens=()).write(tmp_path_factory.mktemp("v") / "pieces.txt")


@settings(max_examples=60)
@given(words=WORDS, split=st.booleans(), unknown=st.sampled_from(["[UNK]", "zzz", None]), longest=st.integers(1, 9))
def test_the_classic_kernel_gives_the_ids_of_tensorflow_text(
    file: Path, words: list[bytes], split: bool, unknown: str | None, longest: int
) -> None:
    """For any Unicode, any bytes, and unknown tokens that are pieces, none, or not wanted."""
    options: dict[str, Any] = {
        "split_unknown_characters": split,
        "unknown_token": unknown,
        "max_bytes_per_word": longest,
    }
    ours = WordpieceTokenizer(file, ragged=True, **options)
    theirs = text.WordpieceTokenizer(str(file), token_out_type=tf.int64, **options)
    inputs = tf.constant(words, tf.string, shape=[len(words)])
    assert ours(inputs).to_list() == theirs.tokenize(inputs).to_list()


@settings(max_examples=60)
@given(words=WORDS, longest=st.integers(1, 9))
def test_the_fast_kernel_gives_the_ids_of_tensorflow_text(words: list[bytes], longest: int) -> None:
    """The automaton cuts, and the vocabulary's file says which id a piece has: the same that the automaton says."""
    ours = WordpieceTokenizer(PIECES, kernel="fast", max_bytes_per_word=longest, ragged=True)
    theirs = text.FastWordpieceTokenizer(PIECES, max_bytes_per_word=longest, no_pretokenization=True)
    inputs = tf.constant(words, tf.string, shape=[len(words)])
    assert ours(inputs).to_list() == theirs.tokenize(inputs).to_list()


@pytest.mark.parametrize("kernel", ["classic", "fast"])
def test_words_are_joined_again(file: Path, kernel: str) -> None:
    """By either kernel as by tensorflow-text; an id that no piece has is the unknown token."""
    layer = WordpieceTokenizer(PIECES, kernel=kernel)
    ids = tf.ragged.constant([[5, 6, 7], [1, 99]], dtype=tf.int64)
    assert layer.detokenize(ids).to_list() == text.WordpieceTokenizer(str(file)).detokenize(ids).to_list()
    assert layer.detokenize(ids).to_list() == [[b"the", b"greatest"], [b"[UNK]", b"[UNK]"]]


@pytest.mark.parametrize("kernel", ["classic", "fast"])
def test_pieces_are_ragged_or_filled_up(kernel: str) -> None:
    """To a length, or to the longest; in a model, in `tf.data` and alone."""
    options = {"vocabulary": PIECES, "kernel": kernel}
    inputs = tf.constant([["they're", "great"], ["zz", "greatest"]])
    assert WordpieceTokenizer(ragged=True, **options)(inputs).to_list() == [[[2, 3, 4], [6]], [[1], [6, 7]]]
    assert WordpieceTokenizer(ragged=True, sequence_length=2, **options)(inputs).to_list()[0] == [[2, 3], [6]]
    assert WordpieceTokenizer(pad_value=-1, **options)(inputs).numpy().tolist()[1] == [[1, -1, -1], [6, 7, -1]]
    layer = WordpieceTokenizer(sequence_length=2, **options)
    words = keras.Input((2,), dtype="string")
    output = layer(words)
    assert output.shape == (None, 2, 2)
    expected = [[[2, 3], [6, 0]], [[1, 0], [6, 7]]]
    assert keras.Model(words, output)(inputs).numpy().tolist() == expected
    assert next(iter(tf.data.Dataset.from_tensors(inputs).map(layer))).numpy().tolist() == expected


def test_a_vocabulary_may_start_with_the_unknown_token(tmp_path: Path) -> None:
    """It is a piece among pieces, where a lookup would take it for a special token."""
    path = tmp_path / "pieces.txt"
    path.write_text("[UNK]\nthe\n")
    assert WordpieceTokenizer(path, ragged=True)(["the", "x"]).to_list() == [[1], [0]]
    assert WordpieceTokenizer(path).vocabulary_size() == 2
    assert WordpieceTokenizer(["the"], ragged=True)(["the", "x"]).to_list() == [[0], [1]]
    assert WordpieceTokenizer(["the"]).vocabulary_size() == 2


def test_the_fast_kernel_says_what_it_needs() -> None:
    """An unknown token among the pieces, and no option that only the classic one has."""
    with pytest.raises(VocabularyError, match=r"must hold '\[UNK\]'"):
        WordpieceTokenizer(["the"], kernel="fast")
    with pytest.raises(ValueError, match="fast kernel has no split_unknown_characters"):
        WordpieceTokenizer(PIECES, kernel="fast", split_unknown_characters=True)
    with pytest.raises(ValueError, match="fast kernel has no unknown_token=None"):
        WordpieceTokenizer(PIECES, kernel="fast", unknown_token=None)
    with pytest.raises(ValueError, match="kernel must be one of"):
        WordpieceTokenizer(PIECES, kernel="slow")


def test_without_a_vocabulary_the_layer_says_so() -> None:
    """And takes one later."""
    for kernel in ("classic", "fast"):
        layer = WordpieceTokenizer(kernel=kernel, ragged=True)
        with pytest.raises(VocabularyError, match="has no vocabulary"):
            layer(["the"])
        layer.set_vocabulary(PIECES)
        assert layer(["the"]).to_list() == [[5]]
        layer.set_vocabulary(["[UNK]", "the"])
        assert layer(["the"]).to_list() == [[1]]
