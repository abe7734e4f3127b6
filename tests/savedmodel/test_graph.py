"""Names that would hide a part of the graph from the checks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.errors import AssetError
from lexport.savedmodel import check_inventory, read_inventory

Edit = Callable[[Path, Callable[[Any], None]], None]


def _read_a_file(message: Any) -> Any:
    """Lets the main graph read a file of the training machine."""
    graph = message.meta_graphs[0].graph_def
    constant = graph.node.add(name="hidden", op="Const")
    constant.attr["value"].tensor.dtype = 7
    constant.attr["value"].tensor.string_val.append(b"/home/ann/labels.txt")
    graph.node.add(name="read", op="ReadFile", input=["hidden"])
    return graph


def test_what_the_main_graph_reads_is_seen(sound_copy: Path, edit_graph: Edit) -> None:
    """Without a name that hides it, the same read is a finding."""
    edit_graph(sound_copy, _read_a_file)
    failed = {finding.check for finding in check_inventory(read_inventory(sound_copy)) if not finding.passed}
    assert failed == {"reads-from-assets", "no-absolute-path"}


@pytest.mark.parametrize("name", ["", "\0object", "a\nb", "\u202etxt"])
def test_a_function_whose_name_hides_another_body_is_refused(sound_copy: Path, edit_graph: Edit, name: str) -> None:
    """The empty name stands for the main graph, which would look empty to every check."""

    def hide(message: Any) -> None:
        _read_a_file(message).library.function.add().signature.name = name

    edit_graph(sound_copy, hide)
    with pytest.raises(AssetError, match=r"a function is named .*; required: characters that can be printed"):
        read_inventory(sound_copy)


def test_two_functions_of_one_name_are_refused(sound_copy: Path, edit_graph: Edit) -> None:
    """Only one of the two would be looked at."""

    def repeat(message: Any) -> None:
        functions = message.meta_graphs[0].graph_def.library.function
        functions.add().signature.name = functions[0].signature.name

    edit_graph(sound_copy, repeat)
    with pytest.raises(AssetError, match="the function library: 2 times a function named '__inference"):
        read_inventory(sound_copy)


def test_two_nodes_of_one_name_are_refused(sound_copy: Path, edit_graph: Edit) -> None:
    """In the main graph and in a function alike, all told at once; an argument counts as a node."""

    def repeat(message: Any) -> None:
        graph = _read_a_file(message)
        graph.node.add(name="hidden", op="NoOp")
        function = graph.library.function.add()
        function.signature.name = "twice"
        function.signature.input_arg.add(name="words")
        function.node_def.add(name="words", op="NoOp")

    edit_graph(sound_copy, repeat)
    with pytest.raises(AssetError) as raised:
        read_inventory(sound_copy)
    assert "the graph: 2 times a node named 'hidden'; required: once" in str(raised.value)
    assert "the function 'twice': 2 times a node or argument named 'words'" in str(raised.value)


@pytest.mark.parametrize("side", ["input_arg", "output_arg"])
@pytest.mark.parametrize("attribute", ["number_attr", "type_list_attr"])
def test_a_function_whose_arguments_are_lists_is_refused(
    sound_copy: Path, edit_graph: Edit, side: str, attribute: str
) -> None:
    """An argument that takes several inputs of a call moves those behind it: a path could pass for an asset's."""

    def add(message: Any) -> None:
        signature = message.meta_graphs[0].graph_def.library.function.add().signature
        signature.name = "several"
        getattr(signature, side).add(name="names", **{attribute: "N"})

    edit_graph(sound_copy, add)
    with pytest.raises(AssetError, match="the function 'several': 'names' is a list of tensors; required: one tensor"):
        read_inventory(sound_copy)


def test_names_that_python_gives_to_functions_are_sound(save: Callable[..., Path]) -> None:
    """A lambda is called `<lambda>`, and a function may have letters beyond ASCII."""
    specs = [tf.TensorSpec([None], tf.string)]
    module = tf.Module()
    inner = tf.function(lambda words: words + "x")

    def outer(words):
        return inner(words)

    outer.__name__ = "größe"
    traced = tf.function(outer)
    module.serve = tf.function(lambda words: {"x": traced(words)}, input_signature=specs)
    directory = save(module)
    assert "größe".encode() in (directory / "saved_model.pb").read_bytes()
    inventory = read_inventory(directory)
    assert all(finding.passed for finding in check_inventory(inventory))
