"""The layer calls in the graph of a functional Keras model.

This leans on names that Keras does not promise to keep, checked against Keras 3.15.1;
`tests/conformance/test_keras_graph.py` fails when one of them changes:

- `Functional.call`: what a functional model does unless its class does something else;
- `Functional._nodes_by_depth`: the calls that make up the model, and not those of other models of its layers;
- `Sequential._functional`: the same for a Sequential model;
- `Operation._inbound_nodes`: the calls of a layer, in their order;
- `Node.operation`, `.arguments.args`, `.arguments.kwargs`, `.input_tensors`, `.outputs`, `.is_input`: what was called
  with what.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import keras
from keras.src.models.functional import Functional

from lexport.layers.keras_internals import flat_layers

__all__ = [
    "LayerCall",
    "OperationCall",
    "graph_inputs",
    "inputs_behind",
    "is_graph",
    "layer_calls",
    "operation_calls",
    "overrides_call",
    "parts_of",
]


class LayerCall(NamedTuple):
    """One call of a layer or a model within a model.

    Attributes:
        layer: what was called.
        number: the how manieth call of the layer it is, in any model.
        inputs: its first argument, symbolic tensors in whatever structure.
        outputs: what it gave, symbolic tensors in a flat list.
    """

    layer: Any
    number: int
    inputs: Any
    outputs: list[Any]


class OperationCall(NamedTuple):
    """One call of a layer, a model or an operation such as `keras.ops.add` within a model.

    Attributes:
        operation: what was called.
        args: its arguments, with symbolic tensors in whatever structure.
        kwargs: its keyword arguments.
        inputs: the symbolic tensors among both, in a flat list.
        outputs: what it gave, symbolic tensors in a flat list.
    """

    operation: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    inputs: list[Any]
    outputs: list[Any]


def is_graph(model: Any) -> bool:
    """Whether a model does what its graph of layers says: functional, or Sequential and built, and called as such."""
    return _functional(model) is not None and not overrides_call(model)


def overrides_call(model: Any) -> bool:
    """Whether a graph of layers does something else than its graph says: its class, or itself, has its own `call`.

    Example:
        >>> x = keras.Input((2,))
        >>> overrides_call(keras.Model(x, x + 1.0))
        False
    """
    if _functional(model) is None:
        return False
    own = type(model)
    theirs = keras.Sequential if isinstance(model, keras.Sequential) else Functional
    return own.call is not theirs.call or own.__call__ is not theirs.__call__ or "call" in vars(model)


def layer_calls(model: Any) -> Iterator[LayerCall]:
    """Gives the calls of layers, from the inputs to the outputs, in an order that stays the same.

    Args:
        model: functional, or Sequential and built.

    Example:
        >>> x = keras.Input((2,), name="x")
        >>> model = keras.Model(x, keras.layers.Rescaling(2.0, name="twice")(x))
        >>> [call.layer.name for call in layer_calls(model)]
        ['twice']
    """
    for node in _nodes(model):
        if isinstance(node.operation, keras.Layer) and not node.is_input:
            args, kwargs = node.arguments.args, node.arguments.kwargs
            inputs = args[0] if args else kwargs.get("inputs")
            yield LayerCall(node.operation, node.operation._inbound_nodes.index(node), inputs, list(node.outputs))


def operation_calls(model: Any) -> Iterator[OperationCall]:
    """Gives the calls of layers and operations, from the inputs to the outputs, in an order that stays the same.

    Args:
        model: functional, or Sequential and built.

    Example:
        >>> x = keras.Input((2,), name="x")
        >>> [type(call.operation).__name__ for call in operation_calls(keras.Model(x, keras.ops.add(x, 1.0)))]
        ['Add']
    """
    for node in _nodes(model):
        if not node.is_input:
            args, kwargs = node.arguments.args, node.arguments.kwargs
            yield OperationCall(node.operation, args, kwargs, list(node.input_tensors), list(node.outputs))


def graph_inputs(model: Any) -> Any:
    """Gives the symbolic inputs of a functional or Sequential model, in the structure in which it takes them."""
    return _functional(model).input


def parts_of(model: Any) -> tuple[int, ...]:
    """Gives the identities of what a model is made of: the same for as long as nothing was added or exchanged.

    Example:
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
        >>> before = parts_of(model)
        >>> model.add(keras.layers.Dense(1))
        >>> parts_of(model) == before
        False
    """
    layers = flat_layers(model)
    nodes = [node for layer in layers if is_graph(layer) for node in _nodes(layer)]
    # A dtype policy or a mode of quantisation is exchanged in its place.
    kept = [str(getattr(layer, "dtype_policy", "")) for layer in layers]
    return (*map(id, layers), *map(id, nodes), *(id(weight) for weight in model.variables), *map(hash, kept))


def inputs_behind(model: Any) -> set[str]:
    """Gives the names of the inputs that the outputs of a functional model depend on.

    Example:
        >>> x, y = keras.Input((2,), name="x"), keras.Input((2,), name="y")
        >>> inputs_behind(keras.Model([x, y], x + 1.0))
        {'x'}
    """
    behind = {id(tensor): {tensor.name} for tensor in model.inputs}
    for node in _nodes(model):
        names = set().union(*(behind.get(id(tensor), set()) for tensor in node.input_tensors))
        for tensor in node.outputs:
            behind.setdefault(id(tensor), names)
    return set().union(*(behind[id(tensor)] for tensor in model.outputs))


def _nodes(model: Any) -> Iterator[Any]:
    nodes_by_depth = _functional(model)._nodes_by_depth
    for depth in sorted(nodes_by_depth, reverse=True):
        yield from nodes_by_depth[depth]


def _functional(model: Any) -> Any:
    if isinstance(model, keras.Sequential):
        return model._functional
    return model if hasattr(model, "_nodes_by_depth") else None
