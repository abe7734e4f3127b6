"""`WhitespaceTokenizer` and `RegexTokenizer`: the words of tensorflow-text, for a lookup that owns its vocabulary."""

import keras
import pytest
import tensorflow as tf
import tensorflow_text as text
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.layers import RegexTokenizer, StringLookup, WhitespaceTokenizer

TEXTS = st.lists(st.one_of(st.text(max_size=12).map(str.encode), st.binary(max_size=12), st.just(b"a \xc2\xa0b\t c!")))


@settings(max_examples=60)
@given(texts=TEXTS)
def test_words_are_those_of_tensorflow_text(texts: list[bytes]) -> None:
    """Whatever the text, also where it is not UTF-8."""
    inputs = tf.constant(texts, tf.string, shape=[len(texts)])
    words = WhitespaceTokenizer(ragged=True)(inputs)
    assert words.to_list() == text.WhitespaceTokenizer().tokenize(inputs).to_list()
    for keep in ("", "[!?]"):
        ours = RegexTokenizer(r"\s+|[!?]", keep, ragged=True)(inputs)
        assert ours.to_list() == text.regex_split(inputs, r"\s+|[!?]", keep).to_list()


@pytest.mark.parametrize("tokenizer", [WhitespaceTokenizer, lambda **how: RegexTokenizer(r"\s+", **how)])
@pytest.mark.parametrize("ragged", [False, True])
def test_a_lookup_maps_the_words(tokenizer, ragged: bool) -> None:
    """In a functional model: ragged, or filled up with what the lookup masks."""
    inputs = keras.Input((1,), dtype="string")
    words = tokenizer(ragged=ragged, sequence_length=3)(inputs)
    model = keras.Model(inputs, StringLookup(vocabulary=["the", "gnu"], mask_token="")(words))
    ids = model(tf.constant([["the gnu and the hurd"], ["gnu"]]))
    assert (ids.to_list() if ragged else ids.numpy().tolist()) == [[2, 3, 1], [3] if ragged else [3, 0, 0]]


def test_deeper_text_is_split_too() -> None:
    """Dense and ragged."""
    dense = tf.constant([["a b", "c"], ["", "d"]])
    assert WhitespaceTokenizer(ragged=True)(dense).to_list() == [[[b"a", b"b"], [b"c"]], [[], [b"d"]]]
    assert RegexTokenizer(" ", ragged=True)(tf.RaggedTensor.from_tensor(dense)).to_list()[0] == [[b"a", b"b"], [b"c"]]


@pytest.mark.parametrize("pattern", ["(", "x*", ""])
def test_a_pattern_that_cannot_split_is_refused(pattern: str) -> None:
    """When the layer is made: at the first text the kernel would fail, or find the empty string without end."""
    with pytest.raises(ValueError, match="pattern"):
        RegexTokenizer(pattern)


def test_white_space_of_several_bytes_stays_with_the_word_before() -> None:
    """As in tensorflow-text 2.21.1, whose kernel drops the last byte alone; a regular expression splits there."""
    assert WhitespaceTokenizer(ragged=True)(["the\u3000gnu"]).to_list() == [["the\u3000".encode()[:-1], b"gnu"]]
    assert RegexTokenizer(r"[\s\p{Z}]+", ragged=True)(["the\u3000gnu \u2003hurd"]).to_list() == [
        [b"the", b"gnu", b"hurd"]
    ]
