"""LX401 to LX404: what works in Python and fails in TensorFlow Serving, or the other way round."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from tests.doctor.plain_models import STRINGS, Named, found, looking_up

Edit = Callable[[Path, Callable[[Any], None]], None]


def test_a_keras_model_that_was_saved_itself_is_told(
    words: Path, embedding_model: Callable[..., keras.Model], tmp_path: Path
) -> None:
    """Each variable by name: `tf.saved_model.save(model)` restores others than the functions read."""
    keras.utils.clear_session()
    tf.saved_model.save(embedding_model(keras.layers.StringLookup(vocabulary=str(words))), str(tmp_path / "model"))
    findings = found(tmp_path / "model")["LX401"]
    assert {one.place.node for one in findings} == {"dense/bias", "dense/kernel", "embedding/embeddings"}
    assert {one.signatures for one in findings} == {("serving_default",)}


def test_a_module_that_holds_a_keras_model_is_told(save: Callable[..., Path]) -> None:
    """As an attribute, which is what most people try second."""
    keras.utils.clear_session()
    given = keras.Input((3,), name="x")
    module = tf.Module()
    module.model = keras.Model(given, {"y": keras.layers.Dense(1)(given)})
    module.serve = tf.function(
        lambda x: {"y": module.model(x)["y"]}, input_signature=[tf.TensorSpec([None, 3], tf.float32)]
    )
    findings = found(save(module))["LX401"]
    assert {(one.place.op, one.place.node) for one in findings} == {
        ("VarHandleOp", "dense/bias"),
        ("VarHandleOp", "dense/kernel"),
    }


def test_a_table_whose_initializer_does_nothing_is_told(words: Path, save: Callable[..., Path]) -> None:
    """As one that was meant to be filled later; in Python, too, it is empty."""

    class Later(Named):
        def initialize(self, table):
            return tf.no_op()

    [finding] = found(save(looking_up(Later(words))))["LX402"]
    assert (finding.place.op, finding.place.function) == ("HashTableV2", "")
    assert finding.signatures == ("serving_default",)


def test_a_table_that_a_function_makes_and_does_not_fill_is_told(save: Callable[..., Path]) -> None:
    """By its name it was to be that of another graph; here nobody has filled it."""

    def table() -> Any:
        return tf.raw_ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, shared_name="labels")

    def find(words: Any) -> Any:
        nothing = tf.constant(-1, tf.int64)
        return tf.raw_ops.LookupTableFindV2(table_handle=table(), keys=words, default_value=nothing)

    def fill_and_find(words: Any) -> Any:
        keys, values = tf.constant(["the"]), tf.constant([7], tf.int64)
        filled = tf.raw_ops.LookupTableImportV2(table_handle=table(), keys=keys, values=values)
        with tf.control_dependencies([filled]):
            return find(words)

    module = tf.Module()
    module.serve = tf.function(lambda words: {"ids": find(words)}, input_signature=STRINGS, autograph=False)
    [finding] = found(save(module))["LX402"]
    assert (finding.place.op, finding.place.node) == ("HashTableV2", "HashTableV2")
    assert "__inference_" in finding.place.function
    assert finding.signatures == ("serving_default",)
    module.serve = tf.function(lambda words: {"ids": fill_and_find(words)}, input_signature=STRINGS, autograph=False)
    assert "LX402" not in found(save(module))


def test_a_table_whose_initialization_was_taken_out_is_told(sound_copy: Path, edit: Edit) -> None:
    """By whoever edited the graph; TensorFlow 1 without a main_op writes the same (test_examine.py)."""

    def forget(message: Any) -> None:
        for node in message.meta_graphs[0].graph_def.node:
            if node.op == "NoOp":
                del node.input[:]

    edit(sound_copy, forget)
    [finding] = found(sound_copy)["LX402"]
    assert finding.place.op == "HashTableV2"


def test_an_anonymous_table_is_told(words: Path, save: Callable[..., Path]) -> None:
    """Python keeps the object; a session does not."""
    codes = found(save(looking_up(Named(words), experimental_is_anonymous=True)))
    assert [one.place.op for one in codes["LX403"]] == ["AnonymousHashTable"]


def test_tensorflow_itself_writes_no_function_without_its_table(words: Path, save: Callable[..., Path]) -> None:
    """Which is why the next test edits a graph: this one says when a user can come to it in plain TensorFlow."""
    table = tf.lookup.StaticHashTable(Named(words), -1)
    module = tf.Module()
    module.serve = tf.function(lambda words: {"ids": table.lookup(words)}, input_signature=STRINGS, autograph=False)
    with pytest.raises(AssertionError, match="'untracked' resource"):
        save(module)
    module.other = tf.function(lambda words: {"same": words}, input_signature=STRINGS)
    with pytest.raises(KeyError, match="Failed to add concrete function"):
        save(module, signatures={"serving_default": module.other})


def test_a_function_that_its_caller_gives_a_variable_is_sound(save: Callable[..., Path]) -> None:
    """As the steps of optimizers are, which Keras 2 saves with its models."""

    @tf.function
    def step(gradient: Any, variable: Any) -> Any:
        return variable - gradient

    module = tf.Module()
    module.weight, module.step = tf.Variable(1.0), step
    step(tf.constant(1.0), module.weight)
    module.serve = tf.function(
        lambda x: {"y": module.weight * x}, input_signature=[tf.TensorSpec([], tf.float32, name="x")]
    )
    directory = save(module)
    assert tf.saved_model.load(str(directory)).step(tf.constant(1.0), tf.Variable(3.0)) == 2.0
    assert found(directory) == {}


def test_a_function_whose_table_is_not_saved_is_told(sound_copy: Path, edit: Edit) -> None:
    """As a tool that rewrites graphs can leave it."""

    def unbind(message: Any) -> None:
        functions = message.meta_graphs[0].object_graph_def.concrete_functions
        for name in functions:
            if "lambda" in name:
                del functions[name].bound_inputs[:]
        # Nobody else may hand the table in.
        graph = message.meta_graphs[0].graph_def
        kept = [node for node in graph.node if not node.name.startswith("StatefulPartitionedCall")]
        del graph.node[:]
        graph.node.extend(kept)
        wrapper = [one for one in graph.library.function if "signature_wrapper" in one.signature.name]
        for function in wrapper:
            graph.library.function.remove(function)

    edit(sound_copy, unbind)
    findings = found(sound_copy)["LX404"]
    assert all("lambda" in one.place.function and "table_handle" in one.place.node for one in findings)
