"""The private names of Keras on which `lexport.serving.keras_graph` leans."""

from typing import Any

import keras
import pytest
from keras.src.models.functional import Functional
from keras.src.ops.node import Node

from lexport.serving.keras_graph import graph_inputs, inputs_behind, is_graph, layer_calls


def chain() -> tuple[Any, Any, Any]:
    """Two inputs, and a model that calls a layer on both."""
    x, y = keras.Input((2,), name="x"), keras.Input((2,), name="y")
    shared = keras.layers.Rescaling(2.0, name="shared")
    model = keras.Model({"x": x, "y": y}, keras.ops.add(keras.layers.Identity(name="i")(shared(x)), shared(inputs=y)))
    return x, y, model


def test_keras_still_has_what_the_graph_is_read_from() -> None:
    """Each name of the module's docstring, on the classes that have it."""
    x, _, model = chain()
    assert isinstance(model, Functional)
    nodes = [node for depth in model._nodes_by_depth.values() for node in depth]
    assert nodes
    assert all(isinstance(node, Node) for node in nodes)
    for node in nodes:
        assert isinstance(node.arguments.args, tuple)
        assert isinstance(node.arguments.kwargs, dict)
        assert isinstance(node.is_input, bool)
        assert node in node.operation._inbound_nodes
        assert all(isinstance(tensor, keras.KerasTensor) for tensor in [*node.input_tensors, *node.outputs])
    assert keras.Sequential([x, keras.layers.Identity()])._functional.inputs


def test_calls_come_in_the_order_of_the_graph_with_what_they_took() -> None:
    """Also an argument that was passed by name."""
    x, y, model = chain()
    calls = [(call.layer.name, call.number, call.inputs) for call in layer_calls(model)]
    assert sorted((name, number) for name, number, _ in calls) == [("i", 0), ("shared", 0), ("shared", 1)]
    taken = {(name, number): inputs for name, number, inputs in calls}
    assert taken["shared", 0] is x
    assert taken["shared", 1] is y
    names = [name for name, number, _ in calls if number == 0]
    assert names.index("shared") < names.index("i")


def test_only_calls_of_the_model_itself_are_given() -> None:
    """A layer knows its calls in other models, too."""
    x, _, model = chain()
    [shared] = [layer for layer in model.layers if layer.name == "shared"]
    keras.Model(x, shared(keras.ops.add(x, 1.0)))
    assert {call.number for call in layer_calls(model) if call.layer is shared} == {0, 1}


def test_the_inputs_behind_an_output_are_known() -> None:
    """An input on which nothing depends is none of them."""
    x, y, model = chain()
    assert inputs_behind(model) == {"x", "y"}
    assert inputs_behind(keras.Model([x, y], keras.layers.Identity()(y))) == {"y"}
    assert inputs_behind(keras.Model([x, y], x)) == {"x"}


def test_inputs_keep_their_structure() -> None:
    """As the model takes them; of a Sequential model that was called, its own and not those of the call."""
    x, y, model = chain()
    assert graph_inputs(model) == {"x": x, "y": y}
    sequential = keras.Sequential([x, keras.layers.Identity()])
    sequential(y)
    assert graph_inputs(sequential) is sequential.inputs[0] or graph_inputs(sequential) == sequential.inputs


class Subclassed(keras.Model):
    """No graph."""

    def call(self, inputs: Any) -> Any:
        return inputs


@pytest.mark.parametrize("model", [Subclassed, lambda: keras.Sequential([keras.layers.Dense(1)])])
def test_a_model_without_a_graph_is_told_apart(model: Any) -> None:
    """Subclassed, or not built yet."""
    assert not is_graph(model())
    assert is_graph(chain()[2])


class Doubled(keras.Model):  # type: ignore[misc]
    """A functional model with a call of its own."""

    def call(self, inputs: Any) -> Any:
        return super().call(inputs) * 2


def test_a_graph_whose_class_does_something_else_is_none() -> None:
    """By `Functional.call`, which a class or an object overrides."""
    x = keras.Input((1,))
    assert not is_graph(Doubled(inputs=x, outputs=x + 1))
    model = keras.Model(x, x + 1)
    assert is_graph(model)
    model.call = lambda inputs: inputs
    assert not is_graph(model)
