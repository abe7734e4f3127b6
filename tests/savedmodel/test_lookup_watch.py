"""What is added to a graph has names of its own, takes what is there, and is the same every time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.errors import AssetError
from lexport.savedmodel import lookup_watch
from lexport.savedmodel.table_watch import read_table_watch
from lexport.tfformats.protos import parse_message


def graph_of(directory: Path) -> Any:
    """Reads the graph of a SavedModel."""
    return parse_message("SavedModel", (directory / "saved_model.pb").read_bytes()).meta_graphs[0].graph_def


def added(directory: Path) -> Any:
    """Gives what is added to the graph of a SavedModel."""
    return parse_message("GraphDef", read_table_watch(directory).watch.graph)


def test_names_are_new_and_inputs_are_there(sound: Path) -> None:
    """A session refuses a graph that has a node twice, or takes what nobody gives."""
    watch, graph, more = read_table_watch(sound).watch, graph_of(sound), added(sound)
    names, functions = {node.name for node in graph.node}, {one.signature.name for one in graph.library.function}
    assert names.isdisjoint(node.name for node in more.node)
    assert functions.isdisjoint(one.signature.name for one in more.library.function)
    assert {name.split(":")[0] for name in watch.inputs} <= names
    assert {fetch.split(":")[0] for fetches in watch.fetches.values() for fetch in fetches} <= {
        node.name for node in more.node
    }
    assert more.versions == graph.versions


def test_only_functions_that_lead_to_a_lookup_are_copied(sound: Path) -> None:
    """Saving and restoring need none."""
    copied = [function.signature.name for function in added(sound).library.function]
    assert len(copied) == 2
    assert all("serve" in name for name in copied)


def test_a_name_that_is_taken_is_not_taken_again(sound_copy: Path, edit_graph: Callable[..., None]) -> None:
    """A graph from anywhere may have every name."""

    def take(message: Any) -> None:
        graph = message.meta_graphs[0].graph_def
        graph.node.add(name="lexport_watch/0/put", op="NoOp")
        graph.library.function[0].node_def.add(name="lexport_watch_1", op="NoOp")

    edit_graph(sound_copy, take)
    names = [node.name for node in added(sound_copy).node]
    assert names
    assert all(name.startswith("lexport_watch__/") for name in names)


def test_the_same_export_gives_the_same(sound: Path) -> None:
    """Byte by byte."""
    assert read_table_watch(sound).watch == read_table_watch(sound).watch


def test_a_graph_that_would_be_too_large_is_an_error(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protocol buffers would fail with one of their own."""
    monkeypatch.setattr(lookup_watch, "PROTO_LIMIT", 1000)
    with pytest.raises(AssetError, match=r"copies of the functions that look up has \d+ bytes"):
        read_table_watch(sound)


def test_functions_that_call_each_other_are_no_endless_loop(sound_copy: Path, edit_graph: Callable[..., None]) -> None:
    """TensorFlow writes none; somebody else may."""

    def call_back(message: Any) -> None:
        for function in message.meta_graphs[0].graph_def.library.function:
            if "serve" in function.signature.name:
                node = function.node_def.add(name="again", op="PartitionedCall")
                node.attr["f"].func.name = function.signature.name
                node.input.extend(argument.name for argument in function.signature.input_arg)

    edit_graph(sound_copy, call_back)
    assert len(read_table_watch(sound_copy).watched) == 1
