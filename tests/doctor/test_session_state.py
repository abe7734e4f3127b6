"""LX401 to LX404: what works in Python and fails in TensorFlow Serving, or the other way round."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from tests.doctor.plain_models import Named, found, looking_up

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


def test_a_table_that_no_session_fills_is_told(sound_copy: Path, edit: Edit) -> None:
    """The initialization was taken out of the graph."""

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


def test_a_function_whose_table_is_not_saved_is_told(sound_copy: Path, edit: Edit) -> None:
    """TensorFlow refuses to write such a thing, so the object graph is edited."""

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
