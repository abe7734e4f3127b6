"""Divides the calls of a functional model between TensorFlow and JAX."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import keras
import tensorflow as tf

from lexport.errors import Problem, SignatureError
from lexport.layers.keras_internals import get_mask, made_by
from lexport.serving.keras_graph import OperationCall, is_graph, operation_calls
from lexport.serving.owned_assets import descendants

__all__ = ["DIVIDED", "Stage", "holds_resources", "needs_tensorflow", "stages"]

DIVIDED = "model {!r} cannot be divided between TensorFlow and JAX"
# Layers that Keras has in TensorFlow alone, although they own no table.
TENSORFLOW_LAYERS = (keras.layers.Hashing, keras.layers.HashedCrossing)
RESOURCES = (tf.saved_model.experimental.TrackableResource, tf.saved_model.Asset)


@dataclass
class Stage:
    """Calls of one library that need no call of the other in between.

    Attributes:
        in_jax: whether JAX makes them, or TensorFlow.
        calls: in an order in which they can be made.
        taken: the symbolic tensors that come from earlier stages or are inputs of the model.
        given: the symbolic tensors that later stages need or are outputs of the model.
    """

    in_jax: bool
    calls: list[OperationCall] = field(default_factory=list)
    taken: list[Any] = field(default_factory=list)
    given: list[Any] = field(default_factory=list)


def stages(model: Any) -> list[Stage]:
    """Puts the calls of a model into as few stages as they can be in.

    Args:
        model: functional, or Sequential and built.

    Raises:
        SignatureError: a layer looks terms up and has weights as well, or an operation takes strings; all are named.
    """
    calls = list(operation_calls(model))
    _check(model, calls)
    level: dict[int, int] = {}
    found: dict[int, Stage] = {}
    for call in calls:
        in_jax = not needs_tensorflow(call)
        number = max([level.get(id(tensor), 0) for tensor in call.inputs], default=0)
        # TensorFlow's stages have even numbers, those of JAX odd ones.
        number += (number % 2 == 1) != in_jax
        level.update((id(tensor), number) for tensor in call.outputs)
        found.setdefault(number, Stage(in_jax)).calls.append(call)
    ordered = [found[number] for number in sorted(found)]
    _connect(ordered, model)
    _check_masks(ordered, model)
    return ordered


def needs_tensorflow(call: OperationCall) -> bool:
    """Whether a call reads a table or a file, or has to do with strings, of which JAX has no tensors."""
    if any(keras.backend.standardize_dtype(tensor.dtype) == "string" for tensor in (*call.inputs, *call.outputs)):
        return True
    return isinstance(call.operation, TENSORFLOW_LAYERS) or holds_resources(call.operation)


def holds_resources(layer: Any) -> bool:
    """Whether tables or files of TensorFlow are below a layer."""
    return isinstance(layer, keras.Layer) and any(isinstance(child, RESOURCES) for child in descendants(layer))


def _connect(ordered: list[Stage], model: Any) -> None:
    outputs = {id(tensor) for tensor in model.outputs}
    for number, stage in enumerate(ordered):
        made = {id(tensor): tensor for call in stage.calls for tensor in call.outputs}
        taken = {id(tensor): tensor for call in stage.calls for tensor in call.inputs}
        later = {id(tensor) for other in ordered[number + 1 :] for call in other.calls for tensor in call.inputs}
        stage.taken = [tensor for key, tensor in taken.items() if key not in made]
        stage.given = [tensor for key, tensor in made.items() if key in later or key in outputs]


def _check_masks(ordered: list[Stage], model: Any) -> None:
    """Refuses masks that would have to come from one library to the other; within a stage Keras follows them."""
    crossing = {id(tensor): tensor for stage in ordered for tensor in stage.taken if _is_masked(tensor)}
    problems = [
        Problem(
            f"layer {made_by(tensor)[0].name!r}",
            "gives a mask that a layer on the other side would have to heed, and masks stay on their side",
            "Mask behind the lookups, or pass the mask on as an input of its own",
        )
        for tensor in crossing.values()
    ]
    if problems:
        raise SignatureError(DIVIDED.format(model.name), problems)


def _is_masked(tensor: Any) -> bool:
    if get_mask(tensor) is not None:
        return True
    # The output of an inner model shows no mask; Keras makes it when the model is called.
    operation, _, index = made_by(tensor)
    return is_graph(operation) and _is_masked(keras.tree.flatten(operation.outputs)[index])


def _check(model: Any, calls: list[OperationCall]) -> None:
    problems = [problem for call in calls if needs_tensorflow(call) for problem in _problems(call)]
    if problems:
        raise SignatureError(DIVIDED.format(model.name), problems)


def _problems(call: OperationCall) -> Iterator[Problem]:
    operation = call.operation
    where = f"{type(operation).__name__} {operation.name!r}"
    if is_graph(operation):
        return
    if not isinstance(operation, keras.Layer):
        yield Problem(
            where, "takes or gives strings, of which JAX has no tensors", "Do it in a layer of lexport.layers"
        )
    elif operation.variables and holds_resources(operation):
        yield Problem(
            where,
            "looks terms up, which JAX cannot, and has weights of JAX, all in one layer",
            "Look the terms up in a functional model around it: keras.Model(text, layer(lookup(text)))",
        )
