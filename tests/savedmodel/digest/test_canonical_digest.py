import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.errors import AssetError
from lexport.savedmodel.digest import read_digest
from lexport.savedmodel.digest.saver_nodes import restoring_call, saving_nodes
from lexport.tfformats.protos import parse_message
from tests.savedmodel.digest.leaves import change, leaves, text_of
from tests.savedmodel.digest.scrambled import scrambled

SHARD = "variables/variables.data-00000-of-00001"
# What a digest does not see: names, and what the saver of those who go on training is told.
NAMES = re.compile(
    r"graph_def\.node\.(name|attr\[(debug_name|shared_name|container)\]\.s)"
    r"|graph_def\.library\.function\.(node_def\.name|control_ret|signature\.control_output)"
    r"|graph_def\.library\.function\.signature\.(name|(input|output)_arg\.name)"
    r"|.*attr\[_user_specified_name\]\.s|.*attr\[config_proto\]\.s|object_graph_def\.nodes\.variable\.name"
    r"|saver_def\.(version|max_to_keep|sharded|keep_checkpoint_every_n_hours|save_tensor_name)"
    r"|collection_def\.bytes_list\.value|meta_info_def\..*"
)
# Within what saves only ops and attributes are looked at, and what restores is a part of the main graph.
LOOSE = re.compile(r"(graph_def\.node|graph_def\.library\.function\.node_def)\.(op|device)")


class Words(tf.Module):
    """A vocabulary, variables, a loop, a branch and a mapped function."""

    def __init__(self, vocabulary: Path, weight: float = 1.0) -> None:
        super().__init__()
        self.labels = tf.saved_model.Asset(str(vocabulary))
        self.weights = [tf.Variable([[weight, 2.0], [3.0, 4.0]]), tf.Variable([5.0, 6.0])]

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def serve(self, x):
        """Multiplies three times."""
        kernel, bias = self.weights
        _, y = tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, tf.matmul(y, kernel) + bias), [tf.constant(0), x])
        y = tf.cond(tf.reduce_sum(y) > 0, lambda: y + 1, lambda: y - 1)
        return {"y": tf.map_fn(lambda row: row * 2, y), "file": tf.io.read_file(self.labels.asset_path)}


@dataclass(frozen=True)
class Saved:
    """The same model, saved several times by one process."""

    first: Path
    second: Path
    heavier: Path
    loop: Path
    loop_again: Path


def _save(folder: Path, name: str, weight: float = 1.0) -> Path:
    (folder / name).mkdir()
    vocabulary = folder / name / "words.txt"
    vocabulary.write_text("the\nof\n")
    module = Words(vocabulary, weight)
    tf.saved_model.save(module, str(folder / name / "model"), signatures={"serving_default": module.serve})
    return folder / name / "model"


def _save_loop(place: Path, name: str) -> Path:
    """Writes a graph of TensorFlow 1, whose loop is a cycle of nodes."""
    v1 = tf.compat.v1
    v2_loops = v1.control_flow_v2_enabled()
    v1.disable_control_flow_v2()
    try:
        with tf.Graph().as_default(), v1.Session() as session:
            x = v1.placeholder(tf.float32, [None, 2], name=name)
            kernel = v1.get_variable(f"{name}_w", initializer=tf.constant([[1.0, 2.0], [3.0, 4.0]]), use_resource=False)
            _, y = v1.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, tf.matmul(y, kernel)), [tf.constant(0), x])
            session.run(v1.global_variables_initializer())
            v1.saved_model.simple_save(session, str(place), {"x": x}, {"y": y})
    finally:
        if v2_loops:
            v1.enable_control_flow_v2()
    return place


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """Models that are saved once for all tests; nothing may change their files."""
    folder = tmp_path_factory.mktemp("saved")
    first, second = _save(folder, "first"), _save(folder, "second")
    heavier = _save(folder, "heavier", weight=1.5)
    return Saved(first, second, heavier, _save_loop(folder / "loop", "x"), _save_loop(folder / "again", "other"))


@pytest.fixture
def copied(saved: Saved, tmp_path: Path) -> Path:
    """A copy to be changed."""
    return Path(shutil.copytree(saved.first, tmp_path / "copied"))


def _graph(directory: Path) -> Any:
    return parse_message("SavedModel", (directory / "saved_model.pb").read_bytes())


def _write(directory: Path, message: Any) -> None:
    (directory / "saved_model.pb").write_bytes(message.SerializeToString())


def test_a_model_that_is_saved_again_has_the_same_digest(saved: Saved) -> None:
    """In one process names of functions are counted on, so that not a byte of the graph may be where it was."""
    first, second = read_digest(saved.first), read_digest(saved.second)

    assert (saved.first / "saved_model.pb").read_bytes() != (saved.second / "saved_model.pb").read_bytes()
    assert first == second
    assert re.fullmatch("[0-9a-f]{64}", first.sha256)


def test_a_loop_of_tensorflow_1_is_a_cycle_and_has_a_digest(saved: Saved) -> None:
    """Whatever its input and its variable are called."""
    assert _graph(saved.loop) != _graph(saved.loop_again)
    assert any(node.op == "NextIteration" for node in _graph(saved.loop).meta_graphs[0].graph_def.node)
    assert read_digest(saved.loop).sha256 == read_digest(saved.loop_again).sha256


@pytest.mark.parametrize("which", ["first", "loop"])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_names_numbers_and_orders_do_not_matter(
    which: str, seed: int, saved: Saved, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Uuids, counters, the order of nodes, functions, arguments of the saver and objects."""
    original = getattr(saved, which)
    copy = Path(shutil.copytree(original, tmp_path_factory.mktemp("scrambled") / "model"))
    _write(copy, scrambled(_graph(original), seed))

    assert (copy / "saved_model.pb").read_bytes() != (original / "saved_model.pb").read_bytes()
    assert read_digest(copy).sha256 == read_digest(original).sha256


@pytest.mark.parametrize("which", ["first", "loop"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_other_value_in_the_graph_is_another_digest(
    which: str, data: st.DataObject, saved: Saved, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An op, an attribute, an input, a constant, a signature, an object: whichever is changed."""
    original = getattr(saved, which)
    message = _graph(original)
    meta_graph = message.meta_graphs[0]
    places = [path for path in leaves(meta_graph) if not _is_name(meta_graph, path)]
    path = data.draw(st.sampled_from(places), label="changed")
    change(meta_graph, path)
    copy = Path(shutil.copytree(original, tmp_path_factory.mktemp("changed") / "model"))
    _write(copy, message)

    try:
        found = read_digest(copy)
    except AssetError:  # such as where two nodes have one name now
        return
    assert found.sha256 != read_digest(original).sha256, text_of(path)


def _is_name(meta_graph: Any, path: tuple[tuple[str, Any], ...]) -> bool:
    if NAMES.fullmatch(text_of(path)):
        return True
    nodes = {node.name: node for node in meta_graph.graph_def.node}
    loose = saving_nodes(meta_graph, nodes) | {(restoring_call(meta_graph, nodes) or ("",))[0]}
    if path[:1] == (("graph_def", None),) and path[1][0] == "node":
        # What TensorFlow inferred of the shapes that are restored is in the order of the keys, which says nothing.
        if meta_graph.graph_def.node[path[1][1]].op == "RestoreV2" and ("attr", "_output_shapes") in path:
            return True
        return meta_graph.graph_def.node[path[1][1]].name in loose and not LOOSE.fullmatch(text_of(path))
    if path[:2] == (("graph_def", None), ("library", None)):
        name = meta_graph.graph_def.library.function[path[2][1]].signature.name
        return "_traced_" in name and not LOOSE.fullmatch(text_of(path))
    return False


def test_a_weight_is_seen(saved: Saved) -> None:
    """One number of one variable, while the graph is the same."""
    first, heavier = read_digest(saved.first), read_digest(saved.heavier)

    assert (first.graph, first.assets) == (heavier.graph, heavier.assets)
    assert first.variables != heavier.variables
    assert first.sha256 != heavier.sha256


def test_weights_in_each_others_place_are_seen(saved: Saved, copied: Path) -> None:
    """The same tensors in the checkpoint, restored into other variables."""
    message = _graph(copied)
    for function in message.meta_graphs[0].graph_def.library.function:
        for node in function.node_def:
            if "_traced_restore" in function.signature.name and node.name == "RestoreV2/tensor_names":
                keys = node.attr["value"].tensor.string_val
                keys[0], keys[1] = keys[1], keys[0]
    _write(copied, message)

    assert read_digest(copied).variables == read_digest(saved.first).variables
    assert read_digest(copied).sha256 != read_digest(saved.first).sha256


def test_a_byte_of_a_vocabulary_is_seen(saved: Saved, copied: Path) -> None:
    """Two lines that changed places: TensorFlow's fingerprint says nothing."""
    (copied / "assets" / "words.txt").write_text("of\nthe\n")

    assert read_digest(copied).graph == read_digest(saved.first).graph
    assert read_digest(copied).sha256 != read_digest(saved.first).sha256


@pytest.mark.parametrize("path", ["fingerprint.pb", "assets.extra/tf_serving_warmup_requests", "assets/stray.txt"])
def test_what_no_graph_reads_does_not_matter(path: str, saved: Saved, copied: Path) -> None:
    """The fingerprint is a uuid, and stray files are a matter of the static checks."""
    (copied / path).parent.mkdir(exist_ok=True)
    (copied / path).write_bytes(os.urandom(8))

    assert read_digest(copied) == read_digest(saved.first)


def test_a_missing_asset_has_a_digest_of_its_own(saved: Saved, copied: Path) -> None:
    """It is not taken for an empty file."""
    (copied / "assets" / "words.txt").unlink()

    assert dict(read_digest(copied).assets) == {"words.txt": "missing"}
    assert read_digest(copied).sha256 != read_digest(saved.first).sha256


def test_a_shared_node_is_not_two_nodes(
    saved: Saved, copied: Path, edit_graph: Callable[[Path, Callable[[Any], None]], None]
) -> None:
    """A random op that two read from gives both the same number, its copy another one."""

    def split(message: Any) -> None:
        library = message.meta_graphs[0].graph_def.library
        [body] = [one for one in library.function if one.signature.name.startswith("__inference_serve_")]
        users: dict[str, list[tuple[Any, int]]] = {}
        for node in body.node_def:
            for place, reference in enumerate(node.input):
                if not reference.startswith("^"):
                    users.setdefault(reference.split(":")[0], []).append((node, place))
        shared = next(node for node in body.node_def if len(users.get(node.name, ())) > 1)
        twin = body.node_def.add()
        twin.CopyFrom(shared)
        twin.name = "twin"
        user, place = users[shared.name][0]
        user.input[place] = user.input[place].replace(shared.name, "twin", 1)

    edit_graph(copied, split)

    assert read_digest(copied).sha256 != read_digest(saved.first).sha256


def test_a_flipped_bit_of_the_variables_is_an_error(copied: Path) -> None:
    """The checkpoint has checksums, and none goes unchecked."""
    data = bytearray((copied / SHARD).read_bytes())
    data[0] ^= 1
    (copied / SHARD).write_bytes(data)

    with pytest.raises(AssetError, match=r"the checksum of the tensor '.*' is wrong"):
        read_digest(copied)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_graph_has_a_digest_or_is_refused(
    data: st.DataObject, saved: Saved, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever the bytes: nothing else comes out than a digest or an AssetError."""
    copy = Path(shutil.copytree(saved.first, tmp_path_factory.mktemp("damaged") / "model"))
    file = copy / data.draw(st.sampled_from(["saved_model.pb", "variables/variables.index"]))
    damaged = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(damaged)

    try:
        found = read_digest(copy)
    except AssetError:
        return
    assert len(found.sha256) == 64
