"""How a model was put together, where Keras recorded it: in functional and Sequential models, nested or not."""

from typing import Any

import keras

from lexport.layers.keras_internals import flat_layers, made_by

__all__ = ["model_tensors", "recorded_calls"]


def recorded_calls(model: Any, kinds: Any) -> tuple[list[tuple[Any, Any]], dict[int, list[Any]]]:
    """Follows a model, and the models within, back from the outputs: layers may be part of other models as well.

    Args:
        model: a `keras.Model`.
        kinds: a class of layers, or several.

    Returns:
        The layers of these classes, each with the tensor that it was called on; and what is handed to the inputs of
        each model within the model, by the identity of the inner tensor.

    Example:
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="three")])
        >>> calls, _ = recorded_calls(model, keras.layers.Dense)
        >>> [(layer.name, tensor.shape) for layer, tensor in calls]
        [('three', (None, 2))]
    """
    models = [layer for layer in flat_layers(model) if isinstance(layer, keras.Model)]
    pending = [tensor for inner in models for tensor in model_tensors(inner, "outputs")]
    calls, feeding, seen = [], dict[int, list[Any]](), set[int]()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        operation, inputs, _ = made_by(current)
        pending += inputs
        if isinstance(operation, kinds):
            calls += [(operation, given) for given in inputs[:1]]
        elif isinstance(operation, keras.Model):
            for inner, outer in zip(model_tensors(operation, "inputs"), inputs, strict=False):
                feeding.setdefault(id(inner), []).append(outer)
    return calls, feeding


def model_tensors(model: Any, side: str) -> list[Any]:
    """Gives the symbolic `inputs` or `outputs` of a model; none where Keras recorded none."""
    return list(keras.tree.flatten(getattr(model, side, None) or []))
