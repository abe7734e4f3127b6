"""`StagedModel`: a model of JAX that answers tensors of TensorFlow."""

import inspect
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lexport.errors import Problem, SignatureError
from lexport.layers.keras_internals import converts_its_inputs
from lexport.serving.backends.jax_part import JaxPart
from lexport.serving.backends.stages import DIVIDED, Stage, holds_resources, stages
from lexport.serving.keras_graph import OperationCall, is_graph

__all__ = ["StagedModel"]

Values = dict[int, Any]


class StagedModel:
    """Calls the lookups of a model in TensorFlow and the rest in JAX.

    Of eager tensors the model in memory makes its answers, by JAX itself. In a graph stands what `jax2tf` makes of it.
    The model itself is not held.

    Args:
        part: what JAX calculates, with the variables of the whole model.
        run: makes outputs of the inputs, in the structures of the model.
    """

    def __init__(self, part: JaxPart, run: Callable[[Any], Any]) -> None:
        self.part, self._run = part, run

    @classmethod
    def of(cls, model: Any) -> "StagedModel":
        """Divides a model.

        Raises:
            SignatureError: the model is subclassed and looks terms up, or a layer cannot be put into a stage.
        """
        part = JaxPart(model.variables)
        if is_graph(model):
            return cls(part, _graph(_functional(model), part))
        if holds_resources(model):
            why = "is subclassed and looks terms up inside, which JAX cannot; only a graph of layers can be divided"
            remedy = "Train it on ids, and export a functional model around it: keras.Model(text, model(lookup(text)))"
            raise SignatureError(DIVIDED.format(model.name), [Problem(f"model {model.name!r}", why, remedy)])
        return cls(part, part.answers(model))

    def __call__(self, inputs: Any, *, training: bool = False) -> Any:
        """Answers as the model does.

        Args:
            inputs: tensors of TensorFlow, in the structure in which the model takes them.
            training: False.
        """
        return self._run(inputs)


def _functional(model: Any) -> Any:
    # A Sequential model has no structure of inputs and outputs of its own.
    return keras.Model(model.inputs[0], model.outputs[0]) if isinstance(model, keras.Sequential) else model


def _graph(model: Any, part: JaxPart) -> Callable[[Any], Any]:
    taken, given = model.input, model.output
    steps = [step for stage in stages(model) for step in _steps(stage, part)]

    def run(inputs: Any) -> Any:
        values = {id(key): _of_rank(key, value) for key, value in _placed(model, taken, inputs)}
        for step in steps:
            step(values)
        return keras.tree.map_structure(lambda tensor: values[id(tensor)], given)

    return run


def _placed(model: Any, taken: Any, inputs: Any) -> list[tuple[Any, Any]]:
    """Pairs symbolic inputs with values as Keras does: a dict by names, anything else by its structure."""
    flat = keras.tree.flatten(taken)
    if isinstance(inputs, dict) and not isinstance(taken, dict):
        names = [tensor.name for tensor in flat]
        if set(names) != inputs.keys():
            problem = Problem(f"model {model.name!r}", f"takes {', '.join(names)}; received {', '.join(inputs)}")
            raise SignatureError(DIVIDED.format(model.name), [problem])
        return [(tensor, inputs[tensor.name]) for tensor in flat]
    values = keras.tree.flatten(inputs)
    if isinstance(taken, dict) and (not isinstance(inputs, dict) or inputs.keys() != taken.keys()):
        problem = Problem(
            f"model {model.name!r}", f"takes a dict of {', '.join(taken)}; it is called with other inputs"
        )
        raise SignatureError(DIVIDED.format(model.name), [problem])
    return list(zip(flat, values, strict=True))


def _of_rank(tensor: Any, value: Any) -> Any:
    """Adds or takes a last dimension of one, as Keras does where a model is called with the other."""
    wanted, given = len(tensor.shape), getattr(getattr(value, "shape", None), "rank", None)
    if given == wanted + 1 and value.shape[-1] == 1:
        return tf.squeeze(value, axis=-1)
    if given == wanted - 1 and tensor.shape[-1] == 1:
        return tf.expand_dims(value, axis=-1)
    return value


def _steps(stage: Stage, part: JaxPart) -> list[Callable[[Values], None]]:
    if not stage.in_jax:
        return [_tensorflow_step(call, part) for call in stage.calls]
    # Keras follows masks, and calls layers as they were called, inside a model of the stage alone.
    answers = part.answers(keras.Model(stage.taken, stage.given))

    def step(values: Values) -> None:
        outputs = answers([values[id(tensor)] for tensor in stage.taken])
        values.update(zip(map(id, stage.given), keras.tree.flatten(outputs), strict=True))

    return [step]


def _tensorflow_step(call: OperationCall, part: JaxPart) -> Callable[[Values], None]:
    layer = call.operation
    inner = _graph(_functional(layer), part) if is_graph(layer) else _in_tensorflow(layer)

    def step(values: Values) -> None:
        args, kwargs = keras.tree.map_structure(lambda one: values.get(id(one), one), (call.args, call.kwargs))
        try:
            outputs = inner(args[0] if args else kwargs["inputs"]) if is_graph(layer) else inner(*args, **kwargs)
        except (TypeError, ValueError, NotImplementedError) as error:
            if tf.executing_eagerly():
                raise
            problem = Problem(f"layer {layer.name!r}", f"cannot be called in TensorFlow: {error}")
            raise SignatureError("TensorFlow cannot make its part of the model", [problem]) from error
        for tensor, value in zip(call.outputs, keras.tree.flatten(outputs), strict=True):
            values[id(tensor)] = _of_tensorflow(value, tensor)

    return step


def _in_tensorflow(layer: Any) -> Callable[..., Any]:
    """Keeps Keras from making tensors of JAX out of what a layer is called on."""
    call: Callable[..., Any] = layer.call if converts_its_inputs(layer) else layer
    if "training" not in inspect.signature(layer.call).parameters:
        return call
    # Nothing else says to a layer that it serves, where no model around it is called; in Keras that wins, too.
    return lambda *args, **kwargs: call(*args, **{**kwargs, "training": False})


def _of_tensorflow(value: Any, tensor: Any) -> Any:
    """Gives what Keras says that a layer gives: of other backends lookups give arrays, or other dtypes in a graph."""
    if isinstance(value, (tf.RaggedTensor, tf.SparseTensor)):
        return value
    return tf.cast(value if isinstance(value, tf.Tensor) else np.asarray(value), tensor.dtype)
