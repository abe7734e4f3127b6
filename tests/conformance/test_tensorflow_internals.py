"""The names of TensorFlow that lexport leans on without a promise: each test says what changed, and who needs it."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport import FileAsset, Vocabulary
from lexport.layers.table import missing_vocabulary_table, save_from_vocabulary, vocabulary_table


def _changed(name: str, file: str) -> str:
    return f"TensorFlow {tf.__version__} has changed {name}, which src/lexport/{file} leans on"


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A vocabulary file."""
    path = tmp_path / "words.txt"
    path.write_text("the\nof\n")
    return path


def _initializer(path: Path) -> Any:
    line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    return tf.lookup.TextFileInitializer(str(path), tf.string, line, tf.int64, number)


# -- layers/table.py --------------------------------------------------------------------------------------------


def test_a_table_is_still_named_by_its_initializer(words: Path) -> None:
    """By a property, which ours overrides so that no path of this machine is in the name."""
    what = _changed("TextFileInitializer._shared_name", "layers/table.py")
    assert isinstance(inspect.getattr_static(tf.lookup.TextFileInitializer, "_shared_name", None), property), what
    assert str(words) in _initializer(words)._shared_name, what

    class Named(tf.lookup.TextFileInitializer):
        @property
        def _shared_name(self) -> str:
            return "named"

    line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    table = tf.lookup.StaticHashTable(Named(str(words), tf.string, line, tf.int64, number), -1)
    assert table._shared_name == "named", what


def test_a_table_can_still_be_saved_from_another_source_than_it_was_filled_from(words: Path, tmp_path: Path) -> None:
    """By its initializer, its tracked child of that name, and its own name; what it holds in memory stays."""
    what = _changed("StaticHashTable._initializer, ._shared_name or Trackable._track_trackable", "layers/table.py")
    keys, values = ["the", "of"], tf.constant([1, 2], tf.int64)
    module = tf.Module()
    module.table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), 0)
    before = module.table._initializer, module.table._shared_name
    handle = module.table.resource_handle
    vocabulary = Vocabulary.from_file("words", words)
    put_back = save_from_vocabulary(module.table, vocabulary, offset=1, invert=False, dtype="string")
    specification = [tf.TensorSpec((None,), tf.string)]
    module.look_up = tf.function(lambda words: module.table.lookup(words), input_signature=specification)
    tf.saved_model.save(module, str(tmp_path / "model"))
    assert (tmp_path / "model" / "assets" / "words.txt").read_text() == "the\nof\n", what
    assert tf.saved_model.load(str(tmp_path / "model")).look_up(["of", "x"]).numpy().tolist() == [2, 0], what
    assert module.table.resource_handle is handle, what
    put_back()
    assert (module.table._initializer, module.table._shared_name) == before, what
    tf.saved_model.save(module, str(tmp_path / "as before"))
    assert list((tmp_path / "as before" / "assets").iterdir()) == [], what


def test_a_resource_still_takes_an_asset_along_where_it_is_told_to(words: Path, tmp_path: Path) -> None:
    """Its attributes are not tracked by themselves, as those of a module are."""
    what = _changed("Trackable._track_trackable", "layers/file_resource.py")
    module = tf.Module()
    module.resource = tf.saved_model.experimental.TrackableResource()
    module.resource._track_trackable(tf.saved_model.Asset(str(words)), "asset")
    module.resource._create_resource = lambda: tf.constant(0)
    tf.saved_model.save(module, str(tmp_path / "model"))
    assert (tmp_path / "model" / "assets" / "words.txt").read_text() == "the\nof\n", what


def test_a_resource_still_keeps_its_handle_where_asking_makes_none() -> None:
    """By a property that gives None before there is a handle."""
    what = _changed("CapturableResource._resource_handle", "serving/untracked_resources.py")
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), 0)
    assert table._resource_handle is table.resource_handle, what
    assert tf.saved_model.experimental.TrackableResource()._resource_handle is None, what


def test_a_static_table_is_still_filled_once_and_kept_under_its_name() -> None:
    """What was filled here needs no second look before an export: nothing else can have come into it."""
    what = _changed("what it does with static tables", "layers/table.py")

    def table() -> Any:
        return tf.raw_ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, shared_name="filled once")

    keys, other = tf.constant(["the", "of"]), tf.constant([8, 9], tf.int64)
    tf.raw_ops.InitializeTableV2(table_handle=table(), keys=keys, values=tf.constant([1, 2], tf.int64))
    tf.raw_ops.InitializeTableV2(table_handle=table(), keys=keys, values=other)
    tf.raw_ops.LookupTableImportV2(table_handle=table(), keys=keys, values=other)
    with pytest.raises(tf.errors.UnimplementedError):
        tf.raw_ops.LookupTableInsertV2(table_handle=table(), keys=keys, values=other)
    with pytest.raises(tf.errors.UnimplementedError):
        tf.raw_ops.LookupTableRemoveV2(table_handle=table(), keys=keys)
    found = tf.raw_ops.LookupTableFindV2(table_handle=table(), keys=keys, default_value=tf.constant(0, tf.int64))
    assert found.numpy().tolist() == [1, 2], what


def test_an_initializer_is_still_called_when_its_table_is_made_and_when_it_is_saved(
    words: Path, tmp_path: Path
) -> None:
    """The hook at which a snapshot that somebody deleted is put back."""
    calls: list[bool] = []

    class Watched(tf.lookup.TextFileInitializer):
        def initialize(self, table: Any) -> Any:
            calls.append(tf.executing_eagerly())
            return super().initialize(table)

    line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    module = tf.Module()
    module.table = tf.lookup.StaticHashTable(Watched(str(words), tf.string, line, tf.int64, number), -1)
    what = _changed("when TextFileInitializer.initialize is called", "layers/table.py")
    assert calls == [True], what
    for turn in ("first", "second"):
        calls.clear()
        tf.saved_model.save(module, str(tmp_path / turn))
        assert False in calls, what


def test_an_initializer_that_raises_still_stops_the_save(tmp_path: Path) -> None:
    """Of a layer that has no vocabulary."""
    module = tf.Module()
    module.table = missing_vocabulary_table("string", "int64", 0, why="there is none")
    with pytest.raises(Exception, match="there is none"):
        tf.saved_model.save(module, str(tmp_path / "export"))


def test_an_initializer_still_gives_its_table_the_dtypes() -> None:
    """By the private attributes that ours sets, and the public properties."""
    table = missing_vocabulary_table("string", "int64", 0, why="there is none")
    what = _changed("KeyValueTensorInitializer", "layers/table.py")
    assert (table.key_dtype, table.value_dtype) == (tf.string, tf.int64), what
    with pytest.raises(tf.errors.FailedPreconditionError, match="Table not initialized"):
        table.lookup(tf.constant(["a"]))


def test_the_asset_of_an_initializer_is_still_tracked(tmp_path: Path) -> None:
    """Through the table, which is all that Keras collects."""
    vocabulary = Vocabulary.from_terms("words", ["the"])
    table = vocabulary_table(vocabulary, offset=1, invert=False, dtype="string", default_value=0)
    assets = [child for child in _below(table) if isinstance(child, tf.saved_model.Asset)]
    assert [asset.asset_path.numpy().decode() for asset in assets] == [str(vocabulary.path)], _changed(
        "how a table tracks its file", "layers/table.py"
    )


def _below(trackable: Any) -> list[Any]:
    return list(tf.train.TrackableView(trackable).descendants())


# -- serving/file_asset.py --------------------------------------------------------------------------------------


def test_children_are_still_asked_for_by_what_is_being_saved(words: Path, tmp_path: Path) -> None:
    """`savedmodel` or `checkpoint`: the content of a file is in one of them as an asset, in the other as bytes."""
    asked: list[str] = []

    class Watched(FileAsset):
        def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
            asked.append(save_type)
            return super()._trackable_children(save_type, **kwargs)

    what = _changed("Trackable._trackable_children", "serving/file_asset.py")
    asset = Watched(words)
    tf.saved_model.save(asset, str(tmp_path / "export"))
    assert "savedmodel" in asked, what
    asked.clear()
    tf.train.Checkpoint(asset=asset).save(str(tmp_path / "checkpoint"))
    assert set(asked) == {"checkpoint"}, what
    assert "_checkpoint_content" in asset._trackable_children("checkpoint"), what
    assert "_checkpoint_content" not in asset._trackable_children("savedmodel"), what


def test_a_resource_still_takes_children() -> None:
    """By `_track_trackable`; its attributes alone are not tracked."""
    assert hasattr(tf.saved_model.experimental.TrackableResource, "_track_trackable"), _changed(
        "Trackable._track_trackable", "serving/file_asset.py"
    )


def test_python_state_still_stands_for_itself_in_a_checkpoint(tmp_path: Path) -> None:
    """Bytes that are asked for at each save, and handed back at restore."""

    class State(tf.train.experimental.PythonState):
        def __init__(self, value: bytes) -> None:
            self.value = value

        def serialize(self) -> bytes:
            return self.value

        def deserialize(self, string_value: bytes) -> None:
            self.value = string_value

    state = State(b"first")
    checkpoint = tf.train.Checkpoint(state=state)
    state.value = b"caf\xe9\0"
    path = checkpoint.save(str(tmp_path / "checkpoint"))
    other = State(b"other")
    tf.train.Checkpoint(state=other).restore(path)
    assert other.value == b"caf\xe9\0", _changed("tf.train.experimental.PythonState", "serving/file_asset.py")


# -- serving/portable_tables.py ---------------------------------------------------------------------------------


def test_a_stock_table_still_holds_its_name_and_its_file(words: Path) -> None:
    """Which are replaced while it is saved."""
    table = tf.lookup.StaticHashTable(_initializer(words), -1)
    for name in ("_shared_name", "_initializer", "_create_resource", "_initialize", "_resource_handle"):
        assert hasattr(table, name), _changed(f"StaticHashTable.{name}", "serving/portable_tables.py")
    what = _changed("TextFileInitializer._filename", "serving/portable_tables.py")
    assert isinstance(table._initializer._filename, tf.saved_model.Asset), what
    assert table._initializer._filename.asset_path.numpy().decode() == str(words), what
    table._shared_name = "renamed"
    with tf.Graph().as_default() as graph:
        table._create_resource()
    [node] = [node for node in graph.as_graph_def().node if node.op == "HashTableV2"]
    assert node.attr["shared_name"].s == b"renamed", _changed(
        "StaticHashTable._create_resource", "serving/portable_tables.py"
    )


# -- run/save.py ------------------------------------------------------------------------------------------------


def test_what_can_be_saved_can_still_be_told() -> None:
    """Modules, checkpoints and Keras models are trackable."""
    trackable = tf.__internal__.tracking.Trackable
    what = _changed("tf.__internal__.tracking.Trackable", "run/save.py")
    assert isinstance(tf.Module(), trackable), what
    assert isinstance(tf.train.Checkpoint(), trackable), what
    assert not isinstance(object(), trackable), what


# -- verify/candidates/traced_graphs.py ---------------------------------------------------------------------------


def test_the_context_still_tells_where_it_places_a_function() -> None:
    """The graph of each device, with the device of every node, at the first call."""
    what = _changed("tensorflow.python.eager.context", "verify/candidates/traced_graphs.py")
    from tensorflow.python.eager import context

    names = ("enable_run_metadata", "export_run_metadata", "disable_run_metadata")
    assert all(callable(getattr(context, name, None)) for name in names), what
    square = tf.function(lambda x: tf.math.square(x)).get_concrete_function(tf.TensorSpec([], tf.float32))
    context.enable_run_metadata()
    square(tf.constant(2.0))
    graphs = context.export_run_metadata().partition_graphs
    context.disable_run_metadata()
    placed = {node.op: node.device for graph in graphs for node in graph.node}
    assert "/device:" in placed.get("Square", ""), what


# -- docs/devices.md -----------------------------------------------------------------------------------------------


def test_ops_of_texts_and_tables_still_have_no_kernel_for_gpus() -> None:
    """So they stay on the CPU wherever the rest computes: TensorFlow's wheel for Linux holds the kernels of GPUs."""
    from tensorflow.python.framework import kernels

    if not tf.sysconfig.get_build_info()["is_cuda_build"]:
        pytest.skip("this wheel of TensorFlow has no kernels for GPUs")
    prefixes = ("String", "Lookup", "HashTable", "InitializeTable", "Regex", "StaticRegex", "Unicode", "ParseExample")
    found = {
        op: {kernel.device_type for kernel in kernels.get_registered_kernels_for_op(op).kernel}
        for op in dir(tf.raw_ops)
        if op.startswith(prefixes)
    }
    assert {"LookupTableFindV2", "HashTableV2", "StringLower", "StringSplitV2", "ParseExampleV2"} <= found.keys()
    assert {op: kinds for op, kinds in found.items() if kinds - {"CPU"}} == {}
    assert "GPU" in {kernel.device_type for kernel in kernels.get_registered_kernels_for_op("MatMul").kernel}


# -- surgery/fingerprint.py -------------------------------------------------------------------------------------


def test_tensorflow_still_writes_a_fingerprint_for_a_directory(tmp_path: Path) -> None:
    """Of what is there now, whoever wrote it."""
    from tensorflow.python.saved_model import fingerprinting_utils

    tf.saved_model.save(tf.Module(), tmp_path)
    written = tf.saved_model.experimental.read_fingerprint(str(tmp_path))
    (tmp_path / "fingerprint.pb").unlink()
    fingerprinting_utils.write_fingerprint(str(tmp_path))
    again = tf.saved_model.experimental.read_fingerprint(str(tmp_path))
    what = _changed("fingerprinting_utils.write_fingerprint", "surgery/fingerprint.py")
    assert again.saved_model_checksum == written.saved_model_checksum, what
    assert again.checkpoint_hash == written.checkpoint_hash, what
