"""Everything that computes passes; everything else is refused, unless it is the saver's, an asset's, or named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport.savedmodel import Expectations, check_inventory, read_inventory
from lexport.tfformats.sentencepiece_graph import sentencepiece_graph

STRINGS = [tf.TensorSpec([None], tf.string)]
Failed = Callable[..., dict[str, str]]
Save = Callable[..., Path]


def _module(serve: Callable[[Any], Any], **attributes: Any) -> tf.Module:
    module = tf.Module()
    for name, value in attributes.items():
        setattr(module, name, value)
    module.serve = tf.function(lambda words: {"x": serve(words)}, input_signature=STRINGS, autograph=False)
    return module


def _after(effect: Any, words: Any) -> Any:
    with tf.control_dependencies([effect]):
        return tf.identity(words)


def _lines(words: Any) -> Any:
    return tf.data.TextLineDataset(words).reduce("", lambda left, right: left + right)


def _cached(words: Any) -> Any:
    dataset = tf.data.Dataset.from_tensor_slices(words).cache("cache")
    return dataset.reduce("", lambda left, right: left + right)


def _summary(words: Any) -> Any:
    writer = tf.raw_ops.SummaryWriter(shared_name="", container="")
    return tf.raw_ops.CreateSummaryFileWriter(
        writer=writer, logdir=words[0], max_queue=1, flush_millis=1, filename_suffix=""
    )


REFUSED = {
    "WriteFile": lambda words: _after(tf.io.write_file("out", words[0]), words),
    "PrintV2": lambda words: _after(tf.print(words), words),
    "EagerPyFunc": lambda words: tf.py_function(lambda value: value, [words], tf.string),
    "PyFunc": lambda words: tf.numpy_function(lambda value: value, [words], tf.string),
    "ReadFile": lambda words: tf.io.read_file(words[0]),
    "MatchingFiles": tf.io.matching_files,
    "TextLineDataset": _lines,
    "CacheDatasetV2": _cached,
    "CreateSummaryFileWriter": lambda words: _after(_summary(words), words),
    "DebugIdentityV2": lambda words: tf.raw_ops.DebugIdentityV2(input=words, debug_urls=["file:x"]),
    "ImmutableConst": lambda words: tf.raw_ops.ImmutableConst(dtype=tf.float32, shape=[1], memory_region_name="x"),
    "RestoreV2": lambda words: tf.raw_ops.RestoreV2(
        prefix=words[0], tensor_names=["x"], shape_and_slices=[""], dtypes=[tf.string]
    )[0],
    "SaveV2": lambda words: _after(
        tf.raw_ops.SaveV2(prefix=words[0], tensor_names=["x"], shape_and_slices=[""], tensors=[words]), words
    ),
}


@pytest.mark.parametrize("op", REFUSED)
def test_what_does_more_than_compute_is_found(op: str, save: Save, failed: Failed) -> None:
    """In the body of a function, where `saved_model_cli scan` looks for three ops only; by its name it may pass."""
    directory = save(_module(REFUSED[op]))
    found = failed(directory)
    assert list(found) == ["allowed-ops"]
    assert found["allowed-ops"].startswith(f"{op} ")
    assert f"name {op} in verify.allow_ops" in found["allowed-ops"]
    allowed = {use.place.op for use in read_inventory(directory).op_uses}
    assert op in allowed
    assert failed(directory, allowed_ops=allowed) == {}


def _detail(directory: Path, **expected: Any) -> str:
    findings = check_inventory(read_inventory(directory), Expectations(**expected))
    return next(finding.detail for finding in findings if finding.check == "allowed-ops")


def test_what_is_allowed_by_name_is_told(save: Save) -> None:
    """Whoever reads the report of an export sees what was let pass, and what was allowed for nothing."""
    directory = save(_module(REFUSED["PrintV2"]))
    assert _detail(directory, allowed_ops=["PrintV2"]).endswith("; allowed by name: PrintV2")
    told = _detail(directory, allowed_ops=["PrintV2", "WriteFile"])
    assert told.endswith("; allowed by name: PrintV2; allow_ops names WriteFile, which the graph does not have")
    assert _detail(directory, allowed_ops=["PrintV3"]).endswith(
        "allow_ops names PrintV3 (did you mean PrintV2?), which the graph does not have"
    )


def test_each_op_is_told_once_with_its_first_place(save: Save, failed: Failed) -> None:
    """A model that prints in a hundred places has one problem."""

    def serve(words: Any) -> Any:
        for _ in range(3):
            words = _after(tf.print(words), words)
        return words

    detail = failed(save(_module(serve)))["allowed-ops"]
    assert "PrintV2 'PrintV2' in function __inference_" in detail
    assert "(signature serving_default) and 2 more: the op prints to the log of the server" in detail


def test_the_savers_ops_pass_in_the_savers_functions_alone(save: Save, words: Path, failed: Failed) -> None:
    """A table that is filled from a checkpoint somewhere is a way to read any file when a server starts."""

    class FromCheckpoint(tf.lookup.KeyValueTensorInitializer):
        def initialize(self, table: Any) -> Any:
            keys, values = tf.raw_ops.RestoreV2(
                prefix="elsewhere", tensor_names=["k", "v"], shape_and_slices=["", ""], dtypes=[tf.string, tf.int64]
            )
            return tf.raw_ops.LookupTableImportV2(table_handle=table.resource_handle, keys=keys, values=values)

    assert failed(save(_module(lambda value: value, scale=tf.Variable(1.0)))) == {}
    tf.raw_ops.SaveV2(
        prefix=str(words.parent / "elsewhere"), tensor_names=["k", "v"], shape_and_slices=["", ""],
        tensors=[tf.constant(["a"]), tf.constant([1], tf.int64)],
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(words.parent)
        table = tf.lookup.StaticHashTable(FromCheckpoint(["a"], tf.constant([0], tf.int64)), -1)
        directory = save(_module(table.lookup, table=table))
    found = failed(directory)
    assert list(found) == ["allowed-ops"]
    assert "RestoreV2 'RestoreV2' in function __inference__initializer" in found["allowed-ops"]
    assert "stands outside of the saver's own functions" in found["allowed-ops"]


def test_an_op_of_an_unknown_library_is_found(sound_copy: Path, edit_graph: Any, failed: Failed) -> None:
    """A server without the library cannot load it, and what it does nobody knows."""

    def rename(message: Any) -> None:
        for function in message.meta_graphs[0].graph_def.library.function:
            for node in function.node_def:
                if node.op == "Mul":
                    node.op = "SomebodysOwnOp"

    edit_graph(sound_copy, rename)
    found = failed(sound_copy)
    assert list(found) == ["allowed-ops"]
    assert "SomebodysOwnOp 'mul' in function __inference_serve" in found["allowed-ops"]
    assert "of no library that lexport knows" in found["allowed-ops"]
    assert failed(sound_copy, allowed_ops={"SomebodysOwnOp"}) == {}


def test_an_op_in_a_function_that_nobody_calls_is_found(sound_copy: Path, edit_graph: Any, failed: Failed) -> None:
    """TensorFlow's graph optimizer may swap it in for another one."""

    def add(message: Any) -> None:
        function = message.meta_graphs[0].graph_def.library.function.add()
        function.signature.name = "dormant"
        function.node_def.add(name="write", op="WriteFile")

    edit_graph(sound_copy, add)
    assert "WriteFile 'write' in function dormant" in failed(sound_copy)["allowed-ops"]


@pytest.mark.parametrize(
    "read",
    [
        lambda path: tf.io.read_file(path),
        lambda path: tf.data.TextLineDataset(path).reduce("", lambda left, right: left + right),
        lambda path: tf.data.TextLineDataset([path, path]).reduce("", lambda left, right: left + right),
    ],
    ids=["ReadFile", "dataset", "dataset of two"],
)
def test_a_file_that_is_an_asset_may_be_read(
    read: Callable[[Any], Any], save: Save, words: Path, failed: Failed
) -> None:
    """Whatever the way of its path to the op that reads it."""
    asset = tf.saved_model.Asset(str(words))
    assert failed(save(_module(lambda value: value + read(asset.asset_path), asset=asset))) == {}


def test_a_path_that_is_made_from_an_assets_path_is_no_asset(save: Save, words: Path, failed: Failed) -> None:
    """No constant shows which file it is: the pattern is an attribute."""
    asset = tf.saved_model.Asset(str(words))

    def serve(value: Any) -> Any:
        return value + tf.io.read_file(tf.strings.regex_replace(asset.asset_path, "words.txt$", "passwords.txt"))

    found = failed(save(_module(serve, asset=asset)))
    assert list(found) == ["allowed-ops"]
    assert "ReadFile 'ReadFile' in function" in found["allowed-ops"]
    assert "Use lexport.FileAsset for the file" in found["allowed-ops"]


def test_a_cache_in_memory_passes(save: Save, failed: Failed) -> None:
    """The same op with a file name writes a file."""

    def serve(words: Any) -> Any:
        return tf.data.Dataset.from_tensor_slices(words).cache().reduce("", lambda left, right: left + right)

    assert failed(save(_module(serve))) == {}


def test_ops_of_tensorflow_text_pass_and_are_told(save: Save, failed: Failed) -> None:
    """They compute; and a server needs their library."""
    text = pytest.importorskip("tensorflow_text")
    directory = save(_module(lambda words: text.normalize_utf8(words, "NFC")))
    assert failed(directory) == {}
    assert _detail(directory).endswith("; a server needs tensorflow_text for NormalizeUTF8")


def _recurrent(words: Any) -> Any:
    ids = keras.layers.Hashing(9)(words)
    return keras.layers.Bidirectional(keras.layers.LSTM(2))(keras.layers.Embedding(9, 3, mask_zero=True)(ids))


@pytest.mark.parametrize("saved", ["export", "tf.saved_model.save"])
@pytest.mark.parametrize(
    ("dtype", "shape", "layers"),
    [
        ("string", (None,), _recurrent),
        ("string", (), keras.layers.TextVectorization(vocabulary=["a", "b"], output_mode="multi_hot")),
        (
            "float32",
            (6, 6, 3),
            lambda x: keras.layers.BatchNormalization()(keras.layers.Conv2D(2, 3)(keras.layers.Resizing(4, 4)(x))),
        ),
        ("float32", (5, 4), lambda x: keras.layers.LayerNormalization()(keras.layers.MultiHeadAttention(2, 3)(x, x))),
        ("float32", (3,), lambda x: keras.layers.GaussianNoise(0.1)(keras.layers.Discretization([0.0, 1.0])(x))),
    ],
    ids=["recurrent", "text", "images", "attention", "noise"],
)
def test_sound_keras_models_pass(
    saved: str, dtype: str, shape: Any, layers: Callable[[Any], Any], tmp_path: Path
) -> None:
    """Of many kinds, with state and control flow: none is refused for what it computes."""
    inputs = keras.Input(shape, dtype=dtype, name="x")
    model = keras.Model(inputs, layers(inputs))
    if saved == "export":
        model.export(str(tmp_path / "model"), verbose=False)
    else:
        tf.saved_model.save(model, str(tmp_path / "model"))
    findings = check_inventory(read_inventory(tmp_path / "model"))
    assert [finding for finding in findings if finding.check == "allowed-ops" and not finding.passed] == []


NAME = f"lexport_{'0' * 64}_010"


def _dataset(path: Any, before: bytes, after: bytes, separator: str = "") -> Any:
    graph = tf.strings.join([tf.constant(before), tf.io.read_file(path), tf.constant(after)], separator)
    return tf.raw_ops.DatasetFromGraph(graph_def=graph)


def _run_from_a_string(words: Path, make: Callable[[Any], Any]) -> tf.Module:
    module = _module(lambda some: _after(make(module.words.asset_path), some))
    module.words = tf.saved_model.Asset(str(words))
    return module


def test_a_sentencepiece_model_around_an_asset_passes(save: Save, words: Path, failed: Failed) -> None:
    """The graph that is run from a string does nothing else: it is compared byte for byte."""
    ends = sentencepiece_graph(words.stat().st_size, NAME)
    assert failed(save(_run_from_a_string(words, lambda path: _dataset(path, *ends)))) == {}


OTHER_GRAPHS: dict[str, Callable[[Any, bytes, bytes], Any]] = {
    "a graph that the caller does not show": lambda path, before, after: tf.raw_ops.DatasetFromGraph(
        graph_def=tf.io.read_file(path)
    ),
    "another end": lambda path, before, after: _dataset(path, before, after + b"\0"),
    "another op": lambda path, before, after: _dataset(
        path, before.replace(b"SentencepieceOp", b"WriteFile______"), after
    ),
    "a name that is not one of ours": lambda path, before, after: _dataset(
        path, before.replace(b"lexport", b"somebod"), after
    ),
    "something between": lambda path, before, after: _dataset(path, before, after, "x"),
    "two files": lambda path, before, after: tf.raw_ops.DatasetFromGraph(
        graph_def=tf.strings.join([before, tf.io.read_file(path), tf.io.read_file(path), after])
    ),
    "no file": lambda path, before, after: tf.raw_ops.DatasetFromGraph(
        graph_def=tf.strings.join([tf.constant(before), tf.identity(path), tf.constant(after)])
    ),
}


@pytest.mark.parametrize("other", OTHER_GRAPHS)
def test_any_other_graph_that_is_run_from_a_string_is_refused(
    other: str, save: Save, words: Path, failed: Failed
) -> None:
    """It could do anything."""
    ends = sentencepiece_graph(words.stat().st_size, NAME)
    found = failed(save(_run_from_a_string(words, lambda path: OTHER_GRAPHS[other](path, *ends))))
    assert "runs code that the graph does not show" in found["allowed-ops"]
