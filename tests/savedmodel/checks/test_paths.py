from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

STRINGS = [tf.TensorSpec([None], tf.string)]
Failed = Callable[..., dict[str, str]]
Save = Callable[..., Path]


def _module(serve: Callable[[Any], Any], asset: Any = None) -> tf.Module:
    module = tf.Module()
    module.asset = asset
    module.serve = tf.function(lambda words: {"x": serve(words)}, input_signature=STRINGS)
    return module


def test_a_path_in_the_name_of_a_table_is_found(save: Save, words: Path, failed: Failed) -> None:
    """TensorFlow's own initializer puts the training machine's path there."""
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    initializer = tf.lookup.TextFileInitializer(str(words), tf.string, whole, tf.int64, number)
    module = tf.Module()
    table = module.table = tf.lookup.StaticHashTable(initializer, -1)
    module.serve = tf.function(lambda words: {"ids": table.lookup(words)}, input_signature=STRINGS)
    found = failed(save(module))
    assert list(found) == ["no-absolute-path"]
    assert f"hash_table_{words}" in found["no-absolute-path"]
    assert "attribute 'shared_name' of HashTableV2" in found["no-absolute-path"]


def test_a_path_in_a_constant_is_found(save: Save, failed: Failed) -> None:
    """A string that is returned to the client leaks as well."""
    assert list(failed(save(_module(lambda words: words + "/home/ann/labels.txt")))) == ["no-absolute-path"]


@pytest.mark.parametrize("text", ["/", "/data", "and/or", "/job:worker/task:0"])
def test_legitimate_strings_pass(save: Save, failed: Failed, text: str) -> None:
    """Models split text on slashes."""
    assert failed(save(_module(lambda words: tf.strings.join([words], text) + text))) == {}


def test_a_string_can_be_allowed(save: Save, failed: Failed) -> None:
    """A label that looks like a path is let pass by its exact text, and only that."""
    directory = save(_module(lambda words: words + "/labels/one"))
    assert list(failed(directory)) == ["no-absolute-path"]
    assert failed(directory, allowed_strings={"/labels/one"}) == {}
    detail = failed(directory, allowed_strings={"/labels"})["no-absolute-path"]
    assert "name the whole of a string that is no path in verify.allow_strings" in detail
    assert detail.endswith("allow_strings names '/labels', and no string of the graph that looks like a path is that")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prefix_/home/ann", True),
        ("path=/home/ann/", True),
        ("file list: /home/ann:/usr", True),
        ("home/ann", False),
        ("/home/anna", False),
        ("x/home/ann", False),
    ],
)
def test_a_forbidden_prefix_is_found_within_a_string(save: Save, failed: Failed, text: str, found: bool) -> None:
    """The home directory of the trainer is recognised wherever it stands, as whole components."""
    directory = save(_module(lambda words: words + text))
    expected = ["no-absolute-path"] if found or text == "/home/anna" else []
    assert list(failed(directory, forbidden_prefixes=("/home/ann/",))) == expected
    if text == "/home/anna":  # an absolute path of its own, and not the forbidden one
        assert failed(directory, forbidden_prefixes=("/home/ann",), allowed_strings={text}) == {}


def test_a_forbidden_prefix_is_found_in_metadata(sound_copy: Path, edit_graph: Any, failed: Failed) -> None:
    """Layers of Keras 2 write their configuration, paths included, into the object graph."""

    def add_metadata(message: Any) -> None:
        message.meta_graphs[0].object_graph_def.nodes[0].user_object.metadata = '{"path": "/home/ann/words.txt"}'

    edit_graph(sound_copy, add_metadata)
    assert failed(sound_copy) == {}
    assert list(failed(sound_copy, forbidden_prefixes=("/home/ann",))) == ["no-absolute-path"]


def test_a_file_that_is_read_by_a_relative_name_is_found(save: Save, failed: Failed) -> None:
    """It works in the working directory of the training, and nowhere else."""
    found = failed(save(_module(lambda words: words + tf.io.read_file("labels.txt"))))
    assert list(found) == ["reads-from-assets"]
    assert "reads the file 'labels.txt', which is not an asset" in found["reads-from-assets"]


def test_a_file_that_the_caller_names_has_no_constant_name(save: Save, failed: Failed) -> None:
    """A model that takes paths of images reads files of the caller's; `allowed-ops` asks whether that is meant."""
    assert list(failed(save(_module(lambda words: tf.io.read_file(words[0]))))) == ["allowed-ops"]


def test_a_file_whose_name_is_in_a_variable_is_found(save: Save, failed: Failed) -> None:
    """The path of the training machine travels in the checkpoint, where no string of the graph shows it."""
    module = tf.Module()
    name = module.name_of_file = tf.Variable("/home/ann/labels.txt")
    module.serve = tf.function(lambda words: {"x": words + tf.io.read_file(name)}, input_signature=STRINGS)
    found = failed(save(module))
    assert list(found) == ["reads-from-assets"]
    assert "reads a file whose name comes from VarHandleOp" in found["reads-from-assets"]
    assert "comes from object" in found["reads-from-assets"]  # for tf.saved_model.load


def test_a_file_whose_name_is_in_a_table_is_found(save: Save, failed: Failed) -> None:
    """A mutable table, filled in training, is as good a place for a path as a variable."""
    module = tf.Module()
    table = module.table = tf.lookup.experimental.MutableHashTable(tf.int64, tf.string, "")
    number = tf.constant(0, tf.int64)
    module.serve = tf.function(
        lambda words: {"x": words + tf.io.read_file(table.lookup(number))}, input_signature=STRINGS
    )
    found = failed(save(module))
    assert list(found) == ["reads-from-assets"]
    assert "reads a file whose name comes from MutableHashTable" in found["reads-from-assets"]


def test_a_variable_beside_the_name_passes(save: Save, words: Path, failed: Failed) -> None:
    """Only what the name is made of matters."""
    module = tf.Module()
    module.scale = tf.Variable("suffix")
    module.asset = tf.saved_model.Asset(str(words))

    @tf.function(input_signature=STRINGS)
    def serve(words):
        return {"x": words + tf.io.read_file(module.asset.asset_path) + module.scale}

    module.serve = serve
    assert failed(save(module)) == {}


def _other(_: Any) -> Any:
    return tf.strings.join(["pass", "words.txt"])


def _mapped(path: Any) -> Any:
    names = tf.data.Dataset.from_tensors(path).map(_other)
    return names.map(tf.io.read_file).reduce("", lambda left, right: left + right)


def _reduced(path: Any) -> Any:
    def step(state: Any, element: Any) -> Any:
        name, text = state
        return _other(name), text + tf.io.read_file(name)

    return tf.data.Dataset.range(2).reduce((path, ""), step)[1]


def _scanned(path: Any) -> Any:
    texts = tf.data.Dataset.range(2).scan(path, lambda name, _: (_other(name), tf.io.read_file(name)))
    return texts.reduce("", lambda left, right: left + right)


@pytest.mark.parametrize("read", [_mapped, _reduced, _scanned])
def test_a_path_that_the_function_of_a_dataset_makes_is_no_asset(
    read: Callable[[Any], Any], save: Save, words: Path, failed: Failed
) -> None:
    """An asset goes in, and what comes out, or is handed to the next call, is the name of another file."""
    asset = tf.saved_model.Asset(str(words))
    found = failed(save(_module(lambda value: value + read(asset.asset_path), asset=asset)))
    assert "reads the file" in found["reads-from-assets"]


def _filtered(path: Any) -> Any:
    names = tf.data.Dataset.from_tensors(path).filter(lambda name: tf.strings.length(name) > 0)
    return names.interleave(tf.data.TextLineDataset).reduce("", lambda left, right: left + right)


def _grown(path: Any) -> Any:
    return tf.data.Dataset.range(2).reduce("", lambda text, _: text + tf.io.read_file(path))


@pytest.mark.parametrize("read", [_filtered, _grown])
def test_a_dataset_may_choose_assets_and_gather_what_they_hold(
    read: Callable[[Any], Any], save: Save, words: Path, failed: Failed
) -> None:
    """Predicates make no names, and neither does a state into which the text of a captured asset goes."""
    asset = tf.saved_model.Asset(str(words))
    assert failed(save(_module(lambda value: value + read(asset.asset_path), asset=asset))) == {}


@pytest.mark.parametrize("handle", ["assigned", "shared"])
def test_a_variable_that_a_checkpoint_fills_is_no_asset(
    save: Save, words: Path, failed: Failed, edit_graph: Callable[..., None], handle: str
) -> None:
    """An assignment in the graph, which nobody runs, says that it holds an asset; a session restores another name."""
    module = _module(lambda value: value + tf.io.read_file(module.file) + tf.io.read_file(module.asset.asset_path))
    module.file, module.asset = tf.Variable("other.txt"), tf.saved_model.Asset(str(words))

    def assign(message: Any) -> None:
        graph, assets = message.meta_graphs[0].graph_def, message.meta_graphs[0].asset_file_def
        message.meta_graphs[0].ClearField("object_graph_def")  # so that the sessions' view alone counts
        for number, node in enumerate([node for node in graph.node if node.op == "VarHandleOp"]):
            variable = node.name
            if handle == "shared":
                other = graph.node.add()
                other.CopyFrom(node)
                variable = other.name = f"other_{number}"
            graph.node.add(name=f"assign_{number}", op="AssignVariableOp", input=[variable, assets[0].tensor_info.name])

    directory = save(module)
    edit_graph(directory, assign)
    assert "ReadFile" in failed(directory)["allowed-ops"]
