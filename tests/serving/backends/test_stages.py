"""How the calls of a model are divided; a graph of layers is the same whatever the backend."""

from collections.abc import Callable
from typing import Any

import keras
import pytest

from lexport.errors import LexportError, SignatureError
from lexport.layers import StringLookup, TextVectorization
from lexport.serving.backends.stages import stages


def divided(model: Any) -> list[tuple[str, list[str]]]:
    """The stages, each with the names of what is called."""
    return [
        ("jax" if one.in_jax else "tensorflow", [call.operation.name for call in one.calls]) for one in stages(model)
    ]


def test_lookups_are_in_front_and_the_rest_behind() -> None:
    """One stage each, although the model mentions them in turns."""
    text, word = (keras.Input((), dtype="string", name=name) for name in ("text", "word"))
    texts = keras.layers.Embedding(3, 2, name="a")(TextVectorization(vocabulary=["the"], name="texts")(text))
    words = keras.layers.Embedding(2, 2, name="b")(StringLookup(vocabulary=["the"], name="words")(word))
    model = keras.Model([text, word], [texts, words])
    [front, behind] = divided(model)
    assert (front[0], sorted(front[1])) == ("tensorflow", ["texts", "words"])
    assert (behind[0], sorted(behind[1])) == ("jax", ["a", "b"])


def test_a_lookup_behind_makes_a_third_stage() -> None:
    """Labels are strings, of which JAX has none."""
    x = keras.Input((3,), name="x")
    best = keras.ops.argmax(keras.layers.Dense(2, name="dense")(x), -1)
    label = StringLookup(vocabulary=["no", "yes"], invert=True, num_oov_indices=0, oov_token="", name="label")(best)
    [jax, tensorflow] = stages(keras.Model(x, [best, label]))
    assert [jax.in_jax, tensorflow.in_jax] == [True, False]
    assert [tensor is best for tensor in jax.given] == [True]
    assert [tensor is best for tensor in tensorflow.taken] == [True]


def test_a_model_within_a_model_is_on_the_side_of_its_lookups() -> None:
    """It is divided in turn; one without lookups is a call of JAX like any other."""
    text = keras.Input((), dtype="string", name="text")
    inner = keras.Model(text, StringLookup(vocabulary=["the"])(text), name="front")
    ids = keras.Input((), dtype="int64")
    net = keras.Model(ids, keras.layers.Embedding(2, 2)(ids), name="net")
    outer = keras.Input((), dtype="string", name="outer")
    assert divided(keras.Model(outer, net(inner(outer)))) == [("tensorflow", ["front"]), ("jax", ["net"])]


class Both(keras.layers.Layer):
    """Looks terms up, and has weights as well."""

    def __init__(self) -> None:
        super().__init__(name="both")
        self.lookup = StringLookup(vocabulary=["the"])
        self.embedding = keras.layers.Embedding(2, 2)
        self.embedding.build()

    def call(self, text: Any) -> Any:
        return self.embedding(self.lookup(text))


def test_a_layer_that_belongs_to_both_sides_is_named(problems_of: Callable[[LexportError], dict[str, str]]) -> None:
    """With what to do."""
    text = keras.Input((), dtype="string", name="text")
    with pytest.raises(SignatureError) as caught:
        stages(keras.Model(text, Both()(text)))
    assert list(problems_of(caught.value)) == ["Both 'both'"]
    assert "keras.Model(text, layer(lookup(text)))" in str(caught.value)


def test_a_mask_that_would_cross_is_refused(problems_of: Callable[[LexportError], dict[str, str]]) -> None:
    """Keras follows masks within a stage alone; the other side would count what is masked."""
    ids = keras.Input((3,), dtype="int64", name="ids")
    masked = keras.layers.Masking(name="masked")(keras.ops.expand_dims(keras.ops.cast(ids, "float32"), -1))
    with pytest.warns(UserWarning, match="does not support masking"):
        hashed = keras.layers.Hashing(4, name="hashed")(masked)
    with pytest.raises(SignatureError, match="cannot be divided") as error:
        stages(keras.Model(ids, hashed))
    assert "gives a mask that a layer on the other side" in problems_of(error.value)["layer 'masked'"]


def test_a_mask_of_a_model_within_is_refused_too(problems_of: Callable[[LexportError], dict[str, str]]) -> None:
    """Its output shows none, and Keras makes it all the same."""
    words = keras.Input((2,), dtype="string")
    rows = keras.layers.Embedding(3, 2, mask_zero=True)(StringLookup(vocabulary=["the"], mask_token="")(words))
    inner = keras.Model(words, rows, name="inner")
    outer = keras.Input((2,), dtype="string")
    model = keras.Model(outer, keras.layers.GlobalAveragePooling1D()(inner(outer)))
    with pytest.raises(SignatureError, match="cannot be divided") as error:
        stages(model)
    assert "gives a mask" in problems_of(error.value)["layer 'inner'"]
