"""Only what loaders replace is a path of the training: the same name in another meta graph is another node."""

from typing import Any

import pytest

from lexport.surgery.fed_constants import FedConstant, fed_constants
from lexport.tfformats.protos import message_class


def meta_graph(*values: bytes, node: str = "Const", op: str = "Const", dtype: int = 7) -> Any:
    """A graph with one node, and an asset that is fed to the node `Const`."""
    graph = message_class("MetaGraphDef")()
    graph.asset_file_def.add(filename="words.txt").tensor_info.name = "Const:0"
    tensor = graph.graph_def.node.add(name=node, op=op).attr["value"].tensor
    tensor.dtype, tensor.string_val[:] = dtype, values
    return graph


@pytest.mark.parametrize("path", [b"/home/ann/words.txt", b"C:\\words.txt", b"gs://bucket/words.txt"])
def test_the_path_of_an_asset_is_found(path: bytes) -> None:
    """Wherever the training read it."""
    assert list(fed_constants(meta_graph(path))) == [FedConstant("Const", path, "words.txt")]


@pytest.mark.parametrize(
    "graph",
    [
        meta_graph(b"words.txt"),
        meta_graph(),
        meta_graph(b"/a", b"/b"),
        meta_graph(b"/home/ann/words.txt", node="Const_1"),
        meta_graph(b"/home/ann/words.txt", op="Placeholder"),
        meta_graph(b"/home/ann/words.txt", dtype=9),
    ],
    ids=["a name", "nothing", "several", "another node", "no constant", "no text"],
)
def test_anything_else_stays(graph: Any) -> None:
    """It may be meant, or is no path."""
    assert not list(fed_constants(graph))


def test_a_constant_that_no_asset_of_its_own_graph_names_stays() -> None:
    """TensorFlow 1 calls the first constant of every graph `Const`."""
    other = meta_graph(b"n/a")
    other.ClearField("asset_file_def")
    assert not list(fed_constants(other))
