"""`SentencepieceTokenizer`: the ids of tensorflow-text, from a model file that the layer owns."""

import io
from functools import cache
from typing import Any

import keras
import pytest
import tensorflow as tf
import tensorflow_text as text
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.errors import VocabularyError
from lexport.layers import SentencepieceTokenizer
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

LINES = ["the gnu and the hurd are greatest", "they're not the gnus' équipe 漢字 🙂 <mask>", "a-b-c ﬁ ß É"] * 20
SOME_TEXT = st.text(st.sampled_from("thegnuadr' <mask>éÉ漢🙂\u0301\u2028\t\x00ﬁ▁"), max_size=20)
TEXTS = st.lists(st.one_of(st.text(max_size=12).map(str.encode), SOME_TEXT.map(str.encode), st.binary(max_size=12)))
KINDS = ("unigram", "bpe", "bytes")


@cache
def trained(kind: str) -> bytes:
    """A small model: unigram, BPE, or BPE that falls back to bytes."""
    sentencepiece = pytest.importorskip("sentencepiece")
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(LINES),
        model_writer=file,
        vocab_size=340 if kind == "bytes" else 80,
        model_type="unigram" if kind == "unigram" else "bpe",
        byte_fallback=kind == "bytes",
        user_defined_symbols=["<mask>"],
        hard_vocab_limit=False,
        minloglevel=9,
    )
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(texts=TEXTS, bos=st.booleans(), eos=st.booleans(), reverse=st.booleans())
def test_the_ids_are_those_of_tensorflow_text(
    kind: str, texts: list[bytes], bos: bool, eos: bool, reverse: bool
) -> None:
    """For any Unicode, any bytes, and every option; layers of one model and other options do not disturb each other."""
    options = {"add_bos": bos, "add_eos": eos, "reverse": reverse}
    others = {name: not value for name, value in options.items()}
    ours, ours_too = (SentencepieceTokenizer(trained(kind), ragged=True, **some) for some in (options, others))
    theirs, theirs_too = (text.SentencepieceTokenizer(trained(kind), **some) for some in (options, others))
    inputs = tf.constant(texts, tf.string, shape=[len(texts)])
    ids, expected = ours(inputs), theirs.tokenize(inputs)
    assert ids.to_list() == expected.to_list()
    assert ours_too(inputs).to_list() == theirs_too.tokenize(inputs).to_list()
    assert ours.detokenize(ids).numpy().tolist() == theirs.detokenize(expected).numpy().tolist()


def test_pieces_are_ragged_or_filled_up() -> None:
    """In a model, in `tf.data` and alone; of text of any shape."""
    layer = SentencepieceTokenizer(trained("unigram"), sequence_length=6)
    inputs = tf.constant(["the gnu", "hurd"])
    expected = layer(inputs).numpy()
    assert expected.shape == (2, 6)
    column = keras.Input((1,), dtype="string")
    assert layer(column).shape == (None, 6)
    assert (keras.Model(column, layer(column))(inputs[:, None]).numpy() == expected).all()
    assert (next(iter(tf.data.Dataset.from_tensors(inputs).map(layer))).numpy() == expected).all()
    ragged = SentencepieceTokenizer(trained("unigram"), ragged=True)
    deep = ragged(tf.constant([["the", "gnu"], ["hurd", ""]]))
    assert deep.shape.rank == 3
    assert deep.to_list()[1][1] == []
    assert ragged.detokenize(deep).to_list() == [[b"the", b"gnu"], [b"hurd", b""]]


def test_a_model_comes_from_a_file_from_bytes_or_as_an_object(tmp_path: Any) -> None:
    """And what is none is named."""
    model = SentencePieceModel.from_bytes("pieces", trained("bpe"))
    path = model.write(tmp_path / "some.model")
    layers = [SentencepieceTokenizer(given, name="mine") for given in (model, path, trained("bpe"))]
    assert [layer.model.name for layer in layers if layer.model] == ["pieces", "some", "mine"]
    assert {layer.vocabulary_size() for layer in layers} == {len(model)}
    with pytest.raises(ValueError, match="does not exist"):
        SentencepieceTokenizer(tmp_path / "none.model")
    with pytest.raises(VocabularyError, match="cannot be read"):
        SentencepieceTokenizer(b"no model")


def test_without_a_model_the_layer_says_so() -> None:
    """And takes one later."""
    layer = SentencepieceTokenizer(ragged=True)
    with pytest.raises(VocabularyError, match="has no model"):
        layer(["the"])
    layer.set_model(trained("bpe"))
    assert layer.detokenize(layer(["the"])).numpy().tolist() == [b"the"]
