"""Which inverse lookups make labels of the classes that an output layer gives scores for."""

from collections.abc import Iterator
from typing import Any

import keras

from lexport.layers.keras_internals import IndexLookup, made_by
from lexport.serving.fed_embeddings import KEEPING
from lexport.serving.recorded_calls import model_tensors, recorded_calls

__all__ = ["read_classes"]

# Layers and operations of Keras that leave the score of a class in its place.
SCORING = frozenset(
    {
        "Activation",
        "Cast",
        "Copy",
        "CopyOperation",
        "Dropout",
        "Identity",
        "LogSoftmax",
        "ReLU",
        "Relu",
        "Sigmoid",
        "Softmax",
    }
)
INDICES = 1  # of what top_k gives


def read_classes(model: Any) -> Iterator[tuple[Any, Any]]:
    """Gives each `keras.layers.Dense` whose best classes an inverse lookup turns into labels, with that lookup.

    The number of a class is an id where `argmax` or `top_k` of the scores, over the last axis, reaches the lookup
    unchanged, on every way to it. Where anything calculates in between, nothing is certain, and nothing is given.

    Args:
        model: a built `keras.Model`.

    Example:
        >>> given = keras.Input((3,))
        >>> scores = keras.layers.Dense(2, activation="softmax", name="scores")(given)
        >>> labels = keras.layers.StringLookup(vocabulary=["cat"], invert=True, name="labels")
        >>> model = keras.Model(given, labels(keras.ops.argmax(scores, axis=-1)))
        >>> [(dense.name, lookup.name) for dense, lookup in read_classes(model)]
        [('scores', 'labels')]
    """
    calls, feeding = recorded_calls(model, IndexLookup)
    pairs = {
        (id(dense), id(lookup)): (dense, lookup)
        for lookup, ids in calls
        if lookup.invert
        for dense in _scoring(ids, feeding)
    }
    yield from pairs.values()


def _scoring(ids: Any, feeding: dict[int, list[Any]]) -> list[Any]:
    """Gives the layers whose classes a symbolic tensor numbers; none where one of its sources is something else."""
    found, seen = list[Any](), set[tuple[int, bool]]()
    pending = [(ids, False)]
    while pending:
        current, scores = pending.pop()
        if (id(current), scores) in seen:
            continue
        seen.add((id(current), scores))
        outer = feeding.get(id(current), [])
        operation, inputs, index = made_by(current)
        if scores and isinstance(operation, keras.layers.Dense):
            found.append(operation)
        elif outer:
            pending += [(tensor, scores) for tensor in outer]
        elif isinstance(operation, keras.Model):
            pending += [(tensor, scores) for tensor in model_tensors(operation, "outputs")[index : index + 1]]
        elif type(operation).__name__ in (SCORING if scores else KEEPING):
            pending += [(tensor, scores) for tensor in inputs]
        elif not scores and _chooses(operation, inputs, index):
            pending += [(tensor, True) for tensor in inputs]
        else:
            return []
    return found


def _chooses(operation: Any, inputs: list[Any], index: int) -> bool:
    """Says whether an operation gives the numbers of the largest along the last axis."""
    kind = type(operation).__name__
    if kind == "Argmax":
        return operation.axis in (-1, len(inputs[0].shape) - 1)
    return kind == "TopK" and index == INDICES
