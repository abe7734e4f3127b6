"""Edits change the places that they name, and whatever else differs is seen."""

import math
from typing import Any

import pytest

from lexport.errors import AssetError
from lexport.surgery.replacement.graph_edits import AssetEdit, AttributeEdit, ConstantEdit, apply_edits, check_edits
from lexport.tfformats.protos import message_class

EDITS = (
    AttributeEdit(0, "", "table", "shared_name", b"old", b"new"),
    AttributeEdit(0, "fill", "init", "vocab_size", 3, 4),
    AssetEdit(0, 0, "old.txt", "new.txt"),
    ConstantEdit(0, "path", b"/old", b"new"),
)


def graph() -> Any:
    """A graph with a table, a function that fills it, an asset, and a constant that is no number."""
    message = message_class("SavedModel")()
    meta_graph = message.meta_graphs.add()
    meta_graph.asset_file_def.add().filename = "old.txt"
    meta_graph.graph_def.node.add(name="table", op="HashTableV2").attr["shared_name"].s = b"old"
    meta_graph.graph_def.node.add(name="nan", op="Const").attr["value"].tensor.float_val.append(math.nan)
    meta_graph.graph_def.node.add(name="path", op="Const").attr["value"].tensor.string_val.append(b"/old")
    function = meta_graph.graph_def.library.function.add()
    function.signature.name = "fill"
    function.node_def.add(name="init", op="InitializeTableFromTextFileV2").attr["vocab_size"].i = 3
    return message


def test_edits_are_made_and_can_be_taken_back() -> None:
    """Also where a constant is not equal to itself."""
    edited = graph()
    apply_edits(edited, EDITS)
    [meta_graph] = edited.meta_graphs
    assert meta_graph.graph_def.node[0].attr["shared_name"].s == b"new"
    assert meta_graph.graph_def.library.function[0].node_def[0].attr["vocab_size"].i == 4
    assert meta_graph.asset_file_def[0].filename == "new.txt"
    assert list(meta_graph.graph_def.node[2].attr["value"].tensor.string_val) == [b"new"]
    check_edits(graph(), edited, EDITS)
    assert edited.SerializeToString(deterministic=True) == graph().SerializeToString(deterministic=True)


@pytest.mark.parametrize("what", ["node", "attribute", "asset", "tags"])
def test_anything_else_that_differs_is_seen(what: str) -> None:
    """The graph that is published is the old one but for the edits."""
    edited = graph()
    apply_edits(edited, EDITS)
    [meta_graph] = edited.meta_graphs
    if what == "node":
        meta_graph.graph_def.node.add(name="more", op="NoOp")
    elif what == "attribute":
        meta_graph.graph_def.node[0].attr["container"].s = b"elsewhere"
    elif what == "asset":
        meta_graph.asset_file_def.add().filename = "more.txt"
    else:
        meta_graph.meta_info_def.tags.append("serve")
    with pytest.raises(AssetError, match="in more than what was to be edited"):
        check_edits(graph(), edited, EDITS)


@pytest.mark.parametrize("edit", EDITS)
def test_a_place_that_holds_something_else_is_not_edited(edit: Any) -> None:
    """What was planned on another graph does not fit."""
    edited = graph()
    apply_edits(edited, [edit])
    with pytest.raises(AssetError, match="cannot edit the graph: required"):
        apply_edits(edited, [edit])
