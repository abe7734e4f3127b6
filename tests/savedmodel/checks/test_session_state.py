"""What only `tf.saved_model.load` can serve is found without a session, and nothing that works is called broken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport.layers import StringLookup
from lexport.savedmodel import read_inventory

STRINGS = [tf.TensorSpec([None], tf.string)]
Edit = Callable[[Path, Callable[[Any], None]], None]
Failed = Callable[..., dict[str, str]]
Save = Callable[..., Path]


def _model(lookup: keras.Layer) -> keras.Model:
    words = keras.Input((3,), dtype="string", name="words")
    rows = keras.layers.Embedding(60, 2)(lookup(words))
    return keras.Model(words, {"score": keras.layers.Dense(1)(keras.layers.Flatten()(rows))})


def _serves_in_a_session(directory: Path) -> bool:
    """Whether the loader of TensorFlow Serving's kind answers."""
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        graph = tf.compat.v1.saved_model.load(session, ["serve"], str(directory))
        signature = graph.signature_def["serving_default"]
        [given] = signature.inputs.values()
        values = [["a"] * 3] * 2 if len(given.tensor_shape.dim) == 2 else ["a", "b"]
        try:
            session.run([info.name for info in signature.outputs.values()], {given.name: values})
        except tf.errors.FailedPreconditionError:
            return False
    return True


def _lookup(**options: Any) -> Callable[[Path], tf.Module]:
    def make(words: Path) -> tf.Module:
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        initializer = tf.lookup.TextFileInitializer(str(words), tf.string, whole, tf.int64, number)
        module = tf.Module()
        module.table = tf.lookup.StaticHashTable(initializer, -1, **options)
        module.serve = tf.function(
            lambda words: {"ids": module.table.lookup(words)}, input_signature=STRINGS, autograph=False
        )
        return module

    return make


def test_the_variables_of_a_keras_model_as_the_saved_object_are_found(
    tmp_path: Path, words: Path, failed: Failed
) -> None:
    """They load in `tf.saved_model.load`, and "Could not find variable dense/bias" in every session loader."""
    keras.utils.clear_session()
    tf.saved_model.save(_model(keras.layers.StringLookup(vocabulary=str(words))), str(tmp_path / "model"))
    detail = failed(tmp_path / "model")["variables-restored"]
    assert "the signatures read the variables 'dense/bias', 'dense/kernel', 'embedding/embeddings'" in detail
    assert "as lexport.export and lexport.save do" in detail
    assert not _serves_in_a_session(tmp_path / "model")


def test_many_missing_variables_are_counted(tmp_path: Path, failed: Failed) -> None:
    """Five are named."""
    x = inputs = keras.Input((2,), name="x")
    for _ in range(4):
        x = keras.layers.Dense(2)(x)
    tf.saved_model.save(keras.Model(inputs, x), str(tmp_path / "model"))
    assert " and 3 more, and nothing restores them" in failed(tmp_path / "model")["variables-restored"]


def test_a_variable_that_the_restore_function_leaves_out_is_found(save: Save, edit_graph: Edit, failed: Failed) -> None:
    """The session would read it before anything has written to it."""

    class Two(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale, self.shift = tf.Variable(2.0, name="scale"), tf.Variable(1.0, name="shift")

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def serve(self, x: Any) -> Any:
            return {"y": x * self.scale + self.shift}

    directory = save(Two())
    assert failed(directory) == {}

    def forget(message: Any) -> None:
        graph = message.meta_graphs[0]
        [restore] = [node for node in graph.graph_def.node if node.name == graph.saver_def.restore_op_name]
        restore.input[2] = restore.input[1]

    edit_graph(directory, forget)
    assert "the signatures read the variables 'shift', and nothing" in failed(directory)["variables-restored"]


def test_an_anonymous_table_is_found(save: Save, words: Path, failed: Failed) -> None:
    """Each call makes a new one, and the one that was filled is gone: "Table not initialized"."""
    directory = save(_lookup(experimental_is_anonymous=True)(words))
    found = failed(directory)
    assert list(found) == ["tables-initialized"]
    assert "the table 'hash_table' is anonymous" in found["tables-initialized"]
    assert "Build it without experimental_is_anonymous=True" in found["tables-initialized"]
    assert not _serves_in_a_session(directory)


@pytest.mark.parametrize(
    "table",
    [
        lambda: tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1, experimental_is_anonymous=True),
        lambda: tf.lookup.experimental.DenseHashTable(
            tf.string, tf.int64, -1, empty_key="", deleted_key="$", experimental_is_anonymous=True
        ),
    ],
)
def test_an_anonymous_mutable_table_is_found(save: Save, failed: Failed, table: Callable[[], Any]) -> None:
    """It gives its default for every key, without an error."""
    module = tf.Module()
    module.table = table()
    module.serve = tf.function(lambda words: {"ids": module.table.lookup(words)}, input_signature=STRINGS)
    assert "is anonymous" in failed(save(module))["tables-initialized"]


def test_a_table_without_an_initializer_for_sessions_is_found(
    sound_copy: Path, edit_graph: Edit, failed: Failed
) -> None:
    """The objects still fill it for Python; nothing does for a session."""

    def remove(message: Any) -> None:
        graph = message.meta_graphs[0]
        [group] = [node for node in graph.graph_def.node if node.op == "NoOp"]
        calls = [name for name in group.input if name.startswith("^StatefulPartitionedCall")]
        assert calls
        for name in calls:
            group.input.remove(name)

    edit_graph(sound_copy, remove)
    found = failed(sound_copy)
    assert list(found) == ["tables-initialized"]
    assert "the table 'hash_table' is filled by nothing that runs when a session starts" in found["tables-initialized"]
    loaded = tf.saved_model.load(str(sound_copy))
    assert loaded.serve(tf.constant(["term1"]))["ids"].numpy().tolist() == [2]
    assert not _serves_in_a_session(sound_copy)


def _keras_export(model: keras.Model, directory: Path) -> None:
    model.export(str(directory), verbose=False)


@pytest.mark.parametrize("write", [_keras_export, lexport.save])
@pytest.mark.parametrize("layer", [keras.layers.StringLookup, StringLookup])
def test_sound_keras_models_pass(
    write: Callable[..., Any], layer: Any, tmp_path: Path, words: Path, failed: Failed
) -> None:
    """Of stock and of owned layers; and a session serves them."""
    write(_model(layer(vocabulary=str(words))), tmp_path / "model")
    assert not {"variables-restored", "tables-initialized"} & set(failed(tmp_path / "model"))
    assert read_inventory(tmp_path / "model").session_state.counts[1] == 1
    assert _serves_in_a_session(tmp_path / "model")


SOUND: dict[str, Callable[[Path], Any]] = {
    "static": lambda words: _lookup()(words).table,
    "constants": lambda words: tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), -1),
    "buckets": lambda words: tf.lookup.StaticVocabularyTable(
        tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([0], tf.int64)), 5
    ),
    "mutable": lambda words: tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1),
    "dense": lambda words: tf.lookup.experimental.DenseHashTable(
        tf.string, tf.int64, -1, empty_key="", deleted_key="$"
    ),
}


@pytest.mark.parametrize("table", SOUND)
def test_sound_tables_of_every_kind_pass(table: str, save: Save, words: Path, failed: Failed) -> None:
    """Static, with buckets, and mutable ones whose content is among the variables."""
    module = tf.Module()
    module.table = SOUND[table](words)
    module.serve = tf.function(lambda words: {"ids": module.table.lookup(words)}, input_signature=STRINGS)
    directory = save(module)
    assert not {"variables-restored", "tables-initialized"} & set(failed(directory))
    assert _serves_in_a_session(directory)


def test_state_that_changes_while_it_serves_passes(save: Save, failed: Failed) -> None:
    """Counters and generators of random numbers are variables, too."""

    class Counter(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.calls, self.generator = tf.Variable(0), tf.random.Generator.from_seed(1)

        @tf.function(input_signature=STRINGS)
        def serve(self, words: Any) -> Any:
            return {"calls": self.calls.assign_add(tf.size(words)), "noise": self.generator.normal([2])}

    directory = save(Counter())
    assert failed(directory) == {}
    assert _serves_in_a_session(directory)


@pytest.mark.parametrize("use_resource", [True, False])
def test_a_saved_model_of_version_1_passes(tmp_path: Path, words: Path, failed: Failed, use_resource: bool) -> None:
    """The saver's nodes stand in the main graph there, and the initialization is in a collection."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        given = tf.compat.v1.placeholder(tf.string, [None], name="words")
        rows = tf.compat.v1.get_variable("rows", [55, 2], use_resource=use_resource)
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        initializer = tf.lookup.TextFileInitializer(str(words), tf.string, whole, tf.int64, number)
        table = tf.compat.v1.lookup.StaticVocabularyTable(initializer, 5)
        found = tf.gather(rows, table.lookup(given))
        session.run([tf.compat.v1.global_variables_initializer(), tf.compat.v1.tables_initializer()])
        builder = tf.compat.v1.saved_model.builder.SavedModelBuilder(str(tmp_path / "model"))
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            {"serving_default": tf.compat.v1.saved_model.predict_signature_def({"words": given}, {"rows": found})},
            main_op=tf.compat.v1.tables_initializer(),
            assets_collection=tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.ASSET_FILEPATHS),
        )
        builder.save()
    assert not {"variables-restored", "tables-initialized", "allowed-ops"} & set(failed(tmp_path / "model"))
    assert _serves_in_a_session(tmp_path / "model")
