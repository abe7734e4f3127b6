"""From what Keras hands over to the terms of a vocabulary."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport import Vocabulary
from lexport.errors import VocabularyError
from lexport.layers import StringLookup, WordpieceTokenizer
from lexport.layers.terms import asset_name, terms_of


@given(st.text())
@settings(deadline=None)
def test_every_layer_name_makes_a_name_that_a_vocabulary_takes(name: str) -> None:
    """Layers may be called anything."""
    assert Vocabulary.from_terms(asset_name(name), ["the"]).path.name == f"{asset_name(name)}.txt"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("words", "words"), ("tower/words", "tower_words"), ("../x", "_x"), ("vocab.v1", "vocab.v1"), ("", "vocabulary")],
)
def test_names_stay_readable(name: str, expected: str) -> None:
    """Only what cannot stand in a file name is replaced."""
    assert asset_name(name) == expected


@pytest.mark.parametrize(
    "tokens",
    [
        np.array(["é", "b"]),
        np.array(["é", "b"], dtype=object),
        np.array(["é".encode(), b"b"], dtype=object),
        tf.constant(["é", "b"]),
    ],
)
def test_strings_come_in_every_shape_that_keras_uses(tokens: object) -> None:
    """Text or UTF-8."""
    assert terms_of(tokens, "string", "layer") == ["é", "b"]


def test_integers_become_plain_ones() -> None:
    """Of any width."""
    terms = terms_of(np.array([7, -5], dtype=np.int32), "int64", "layer")
    assert terms == [7, -5]
    assert {type(term) for term in terms} == {int}


def test_a_vocabulary_is_read_from_wherever_tensorflow_can(tmp_path: Path) -> None:
    """Here from its file system in memory, as otherwise from a bucket."""
    with tf.io.gfile.GFile("ram://vocabularies/words.txt", "w") as file:
        file.write("the\nof\n")
    layer = StringLookup(vocabulary="ram://vocabularies/words.txt")
    assert layer(["of"]).numpy().tolist() == [2]
    assert layer.vocabulary is not None
    assert (layer.vocabulary.name, layer.vocabulary.terms) == ("words", ("the", "of"))
    with tf.io.gfile.GFile("ram://vocabularies/bad.txt", "w") as file:
        file.write("the\n\nof\n")
    with pytest.raises(VocabularyError, match=r"(?s)ram://vocabularies/bad.txt has 1 problem.*line 2"):
        StringLookup(vocabulary="ram://vocabularies/bad.txt")


def test_a_sentencepiece_model_is_no_list_of_terms(tmp_path: Path) -> None:
    """Its bytes are not UTF-8, and no conversion would make terms of them."""
    (tmp_path / "words.model").write_bytes(b"\n\xff")
    for layer in (StringLookup, WordpieceTokenizer):
        with pytest.raises(VocabularyError, match=r"words\.model must be .*Give it to lexport\.layers\.Sentencepiece"):
            layer(vocabulary=str(tmp_path / "words.model"))


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file in Keras's words, a folder in TensorFlow's."""
    with pytest.raises(ValueError, match=r"Vocabulary file .*missing\.txt does not exist"):
        StringLookup(vocabulary=str(tmp_path / "missing.txt"))
    with pytest.raises(VocabularyError, match=f"cannot read the vocabulary from {tmp_path}"):
        StringLookup(vocabulary=tmp_path)
