"""A model that answers one request in two ways is found, though the loaders agree with it to the last bit."""

from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport.errors import VerificationError
from lexport.layers import StringLookup
from lexport.publish import read_manifest
from lexport.run.verify_directory import verify_directory
from lexport.verify import Baseline, Case
from lexport.verify.asked_again import ask_again

pytestmark = pytest.mark.slow


class Counting(keras.layers.Layer):
    """Counts its calls, and adds the count to what it gives where it is told to."""

    def __init__(self, *, told: bool, **options: Any) -> None:
        super().__init__(**options)
        self.told = told

    def build(self, shape: Any) -> None:
        """Makes the counter."""
        self.calls = self.add_weight(name="calls", shape=(), initializer="zeros", trainable=False)

    def call(self, ids: Any) -> Any:
        """Counts."""
        self.calls.assign(self.calls + 1.0)
        return tf.cast(ids, tf.float32) + (self.calls if self.told else 0.0)


class Noisy(keras.layers.Layer):
    """Adds what chance gives, as a layer that samples."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.seeds = keras.random.SeedGenerator(7)

    def call(self, ids: Any) -> Any:
        """Draws."""
        return tf.cast(ids, tf.float32) + keras.random.uniform(keras.ops.shape(ids), seed=self.seeds)


def _model(layer: keras.layers.Layer) -> keras.Model:
    word = keras.Input((), dtype="string", name="word")
    return keras.Model(word, {"y": layer(StringLookup(vocabulary=["apple", "lemon"])(word))})


@pytest.mark.parametrize("layer", [Noisy, lambda: Counting(told=True)], ids=["chance", "state"])
def test_a_model_that_answers_otherwise_the_second_time_is_not_published(layer: Any, tmp_path: Path) -> None:
    """State and chance start alike in every loader, so only a request that is asked twice shows them."""
    with pytest.raises(VerificationError) as caught:
        lexport.export(_model(layer()), tmp_path / "exports", examples=[{"word": "apple"}])
    assert not list((tmp_path / "exports").glob("[0-9]*"))
    told = str(caught.value)
    assert "examples, asked again: output 'y'" in told
    assert "depend on earlier requests or on chance" in told


def test_what_is_allowed_holds_for_a_later_verification(tmp_path: Path) -> None:
    """A model that is meant to sample is published, and the report says that it may."""
    report = lexport.export(_model(Noisy()), tmp_path, examples=[{"word": "apple"}], allow_state=True)
    assert report.verification.facts["allow_state"] == "True"
    assert read_manifest(report.path).verification["allow_state"] is True
    assert verify_directory(report.path).passed


def test_state_that_no_answer_shows_is_let_be(tmp_path: Path) -> None:
    """A counter of calls is nobody's business but the model's."""
    assert lexport.export(_model(Counting(told=False)), tmp_path, examples=[{"word": "apple"}]).passed


def test_each_signature_is_asked_again_by_a_request_that_it_answers() -> None:
    """After all requests of all signatures, as one may change what another one reads."""
    cases = (
        Case("none", "a", {"x": [0]}, None, "ValueError"),
        Case("some", "a", {"x": [1]}, {"y": [1]}),
        Case("more", "a", {"x": [2]}, {"y": [2]}),
        Case("other", "b", {"x": [1]}, {"y": [1]}),
    )
    asked = [(case.name, case.signature) for case in ask_again(Baseline(cases)).cases]
    assert asked[4:] == [("some, asked again", "a"), ("other, asked again", "b")]
