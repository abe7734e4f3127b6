"""Faults of `saved_model.pb`, each planted by editing the message."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

SIGNATURE = "serving_default"


def edit_graph(directory: Path, edit: Callable[[Any], None]) -> None:
    """Changes the only meta graph of a SavedModel."""
    message = saved_model_pb2.SavedModel.FromString((directory / "saved_model.pb").read_bytes())
    edit(message.meta_graphs[0])
    (directory / "saved_model.pb").write_bytes(message.SerializeToString())


def _nodes_of_functions(graph: Any, op: str) -> Iterator[Any]:
    for function in graph.graph_def.library.function:
        yield from (node for node in function.node_def if node.op == op)


# -- signatures ------------------------------------------------------------------------------------------------


def rename_output(directory: Path) -> None:
    def edit(graph: Any) -> None:
        outputs = graph.signature_def[SIGNATURE].outputs
        outputs["ids"].CopyFrom(outputs.pop("id"))

    edit_graph(directory, edit)


def reorder_inputs(directory: Path) -> None:
    def edit(graph: Any) -> None:
        inputs = graph.signature_def[SIGNATURE].inputs
        inputs["word"].name, inputs["other"].name = inputs["other"].name, inputs["word"].name

    edit_graph(directory, edit)


def declare_another_dtype(directory: Path) -> None:
    def edit(graph: Any) -> None:
        graph.signature_def[SIGNATURE].outputs["id"].dtype = tf.int32.as_datatype_enum

    edit_graph(directory, edit)


def add_signature(directory: Path) -> None:
    edit_graph(directory, lambda graph: graph.signature_def["hidden"].CopyFrom(graph.signature_def[SIGNATURE]))


# -- assets ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RenameAsset:
    """Lets the graph read its vocabulary by another name, at which it lies."""

    name: str

    def __call__(self, directory: Path) -> None:
        path = (directory / "assets" / self.name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        (directory / "assets" / "words.txt").rename(path)

        def edit(graph: Any) -> None:
            [asset] = graph.asset_file_def
            asset.filename = self.name

        edit_graph(directory, edit)


def make_asset_name_absolute(directory: Path) -> None:
    RenameAsset(str(directory.parent / "outside.txt"))(directory)


# -- ops -------------------------------------------------------------------------------------------------------


def need_unknown_op(directory: Path) -> None:
    def edit(graph: Any) -> None:
        for node in _nodes_of_functions(graph, "LookupTableFindV2"):
            node.op = "SomebodysLookup"

    edit_graph(directory, edit)


def hide_behind_decoy(directory: Path) -> None:
    """Puts a sound graph before one that has a fault; loaders take the one whose only tag is `serve`."""
    path = directory / "saved_model.pb"
    decoy = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    decoy.meta_graphs[0].meta_info_def.tags.append("decoy")
    forget_to_fill_the_table(directory)
    rename_output(directory)
    decoy.MergeFromString(path.read_bytes())
    path.write_bytes(decoy.SerializeToString())


@dataclass(frozen=True)
class PinNode:
    """Binds the nodes of one op to a device: in the main graph, or in the bodies of functions."""

    op: str
    device: str

    def __call__(self, directory: Path) -> None:
        def edit(graph: Any) -> None:
            main = [node for node in graph.graph_def.node if node.op == self.op]
            nodes = main or list(_nodes_of_functions(graph, self.op))
            assert nodes
            for node in nodes:
                node.device = self.device

        edit_graph(directory, edit)


def forget_to_fill_the_table(directory: Path) -> None:
    """Leaves the objects as they are; the init op of sessions no longer calls the initializer."""

    def edit(graph: Any) -> None:
        [group] = [node for node in graph.graph_def.node if node.op == "NoOp"]
        for name in [name for name in group.input if name.startswith("^StatefulPartitionedCall")]:
            group.input.remove(name)

    edit_graph(directory, edit)


def grow(directory: Path) -> None:
    """Adds a constant of 2 MB."""

    def edit(graph: Any) -> None:
        node = graph.graph_def.node.add(name="padding", op="Const")
        node.attr["dtype"].type = tf.float32.as_datatype_enum
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(np.arange(500_000, dtype=np.float32)))

    edit_graph(directory, edit)
