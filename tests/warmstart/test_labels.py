"""`warm_start`: the classes of an output layer stay with their labels, where an inverse lookup says what they are."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport.layers
from lexport import warm_start
from lexport.errors import VocabularyError

OLD, NEW = ["cat", "dog", "cow"], ["emu", "dog", "cat"]
ASKED = tf.constant(np.random.default_rng(1).normal(size=(200, 4)).astype("float32"))

Head = Callable[[Any], Any]


def _argmax(scores: Any) -> Any:
    return keras.ops.argmax(scores, axis=-1)


def _model(labels: list[str], head: Head = _argmax, *, package: Any = keras.layers, oov: int = 1, more: int = 0) -> Any:
    given = keras.Input((4,))
    scores = keras.layers.Dense(len(labels) + oov + more, name="scores")(keras.layers.Dense(4, name="hidden")(given))
    lookup = package.StringLookup(vocabulary=labels, invert=True, num_oov_indices=oov, name="labels")
    return keras.Model(given, {"label": lookup(head(scores)), "scores": scores})


def _by_label(model: Any, labels: list[str], oov: int = 1) -> dict[str, bytes]:
    scores = model(ASKED)["scores"].numpy()
    return {label: scores[:, at + oov].tobytes() for at, label in enumerate(labels)}


@pytest.mark.parametrize("package", [keras.layers, lexport.layers])
@pytest.mark.parametrize("oov", [0, 1])
def test_classes_move_with_their_labels(package: Any, oov: int) -> None:
    """Kernel and bias, to the bit, though both models have as many classes and nobody said anything."""
    old, new = _model(OLD, package=package, oov=oov), _model(NEW, package=package, oov=oov)
    old.get_layer("scores").bias.assign(np.arange(3.0 + oov))
    report = warm_start(new, old)
    before, after = _by_label(old, OLD, oov), _by_label(new, NEW, oov)

    assert {label: after[label] for label in ("cat", "dog")} == {label: before[label] for label in ("cat", "dog")}
    assert "remapped     scores/kernel" in str(report)
    assert "remapped     scores/bias" in str(report)


HEADS: dict[str, Head] = {
    "probabilities": lambda scores: _argmax(keras.layers.Softmax()(scores)),
    "an activation and a dropout": lambda scores: _argmax(
        keras.layers.Dropout(0.5)(keras.layers.Activation("sigmoid")(scores))
    ),
    "the last axis by its number": lambda scores: keras.ops.argmax(scores, axis=1),
    "a cast and another shape": lambda scores: keras.ops.expand_dims(keras.ops.cast(_argmax(scores), "int32"), -1),
    "the best two": lambda scores: keras.ops.top_k(scores, 2)[1],
}


@pytest.mark.parametrize("name", HEADS)
def test_what_leaves_classes_in_their_place_is_looked_through(name: str) -> None:
    """Between the scores and their best one, and between that one and the lookup."""
    old, new = _model(OLD, HEADS[name]), _model(NEW, HEADS[name])
    warm_start(new, old)

    assert _by_label(new, NEW)["cat"] == _by_label(old, OLD)["cat"]


def test_labels_outside_of_the_model_that_scores_are_seen() -> None:
    """A model is trained, and another one around it gives labels."""

    def build(labels: list[str]) -> Any:
        given, outer = keras.Input((4,)), keras.Input((4,))
        inner = keras.Model(given, keras.layers.Dense(4, name="scores")(given), name="inner")
        lookup = keras.layers.StringLookup(vocabulary=labels, invert=True, name="labels")
        return keras.Model(outer, lookup(_argmax(inner(outer))))

    def head(labels: list[str]) -> Any:
        given, outer = keras.Input((4,)), keras.Input((4,))
        lookup = keras.layers.StringLookup(vocabulary=labels, invert=True, name="labels")
        inner = keras.Model(given, lookup(_argmax(given)), name="inner")
        return keras.Model(outer, inner(keras.layers.Dense(4, name="scores")(outer)))

    for make in (build, head):
        assert "remapped     scores/kernel" in str(warm_start(make(NEW), make(OLD)))


UNCERTAIN: dict[str, Head] = {
    "a calculation behind": lambda scores: _argmax(scores) + 1,
    "a calculation before": lambda scores: _argmax(scores * 2.0),
    "another axis": lambda scores: keras.ops.argmax(scores, axis=0),
    "classes in another order": lambda scores: _argmax(keras.ops.flip(scores, axis=-1)),
    "a layer with weights": lambda scores: _argmax(keras.layers.BatchNormalization(name="norm")(scores)),
    "the scores of the best": lambda scores: keras.ops.cast(keras.ops.top_k(scores, 2)[0], "int64"),
    "any function": lambda scores: keras.layers.Lambda(_argmax, output_shape=())(scores),
}


@pytest.mark.parametrize("name", UNCERTAIN)
def test_what_is_not_certain_has_to_be_said(name: str) -> None:
    """The error says which argument to give, and with it the classes move."""
    old, new = _model(OLD, UNCERTAIN[name]), _model(NEW, UNCERTAIN[name])
    before = new.get_layer("scores").kernel.numpy().tolist()
    with pytest.raises(VocabularyError, match="it cannot be seen which weights stand for it") as error:
        warm_start(new, old)
    assert {problem.where for problem in error.value.problems} == {
        "layer 'labels' of the new model",
        "layer 'labels' of the old model",
    }
    told = [problem.remedy for problem in error.value.problems]
    # Of a normalization the weights of a class have to move, too.
    assert all(f"vocabularies={{{'norm' if 'weights' in name else 'scores'!r}: (old, new)}}" in one for one in told)
    assert all("As many ids as it gives have" in one and "'scores'" in one for one in told)
    assert new.get_layer("scores").kernel.numpy().tolist() == before

    warm_start(new, old, vocabularies={"scores": (old.get_layer("labels"), new.get_layer("labels"))})
    assert _by_label(new, NEW)["cat"] == _by_label(old, OLD)["cat"]


def test_classes_that_two_vocabularies_read_are_refused() -> None:
    """A class would have to go to two places."""

    def build(*vocabularies: list[str]) -> Any:
        given = keras.Input((4,))
        best = _argmax(keras.layers.Dense(4, name="scores")(given))
        lookups = [keras.layers.StringLookup(vocabulary=terms, invert=True)(best) for terms in vocabularies]
        return keras.Model(given, lookups)

    with pytest.raises(VocabularyError, match="must have one vocabulary; it is read by layer"):
        warm_start(build(NEW, OLD), build(OLD, OLD))
    assert "remapped" in str(warm_start(build(NEW, NEW), build(OLD, OLD)))


def test_fewer_classes_than_labels_are_refused() -> None:
    """There is no score for the last one, so nothing that could be taken over."""
    with pytest.raises(VocabularyError, match="must have a row for each of the 4 ids; received 3 rows"):
        warm_start(_model(NEW, more=-1), _model(OLD, more=-1))


def test_labels_that_stay_are_copied() -> None:
    """Also where it cannot be seen what they label."""
    for head in (_argmax, UNCERTAIN["a calculation behind"]):
        old, new = _model(OLD, head), _model(OLD, head)
        assert "remapped" not in str(warm_start(new, old))
        assert _by_label(new, OLD) == _by_label(old, OLD)
