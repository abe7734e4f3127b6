"""A copy of a function differs from it in the shelves of its lookups, and in nothing else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lexport.savedmodel.watched_function import Shelf, watched_function
from lexport.tfformats.protos import message_class

INT64 = 9


def function(inputs: list[str], returned: str) -> Any:
    """Makes a function: `find` looks `x` up, `call` calls `g`, and the node `user` takes what is given."""
    made = message_class("FunctionDef")()
    made.signature.name = "f"
    for name in ("table", "x", "default"):
        made.signature.input_arg.add(name=name)
    made.signature.output_arg.add(name="y")
    find = made.node_def.add(name="find", op="LookupTableFindV2", input=["table", "x", "default"])
    find.attr["Tout"].type = INT64
    call = made.node_def.add(name="call", op="PartitionedCall", input=["find:values:0"])
    call.attr["f"].func.name = "g"
    branches = made.node_def.add(name="branches", op="Case").attr["branches"].list.func
    for name in ("g", "h"):
        branches.add(name=name)
    made.node_def.add(name="user", op="AddN", input=inputs)
    made.ret["y"] = returned
    made.control_ret["find"] = "find"
    made.attr["api_implements"].s = b"interchangeable"
    return made


SHELF = Shelf("watch/shelf_9", "watch/0", INT64, 0)


def test_what_was_found_is_taken_behind_the_shelf_everywhere() -> None:
    """By nodes, by what only waits, by results and by what the function has to run."""
    copy = watched_function(function(["find:values:0", "x", "^find"], "find:values:0"), {"f": "copy"}, {"find": SHELF})
    nodes = {node.name: node for node in copy.node_def}
    assert list(nodes["user"].input) == ["watch/0/behind:output:0", "x", "^watch/0/behind"]
    assert list(nodes["call"].input) == ["watch/0/behind:output:0"]
    assert (dict(copy.ret), dict(copy.control_ret)) == ({"y": "watch/0/behind:output:0"}, {"find": "watch/0/behind"})
    assert list(nodes["watch/0/behind"].input) == ["find:values:0", "^watch/0/put"]
    assert list(nodes["watch/0/put"].input) == ["find:values:0", "default", "watch/0/number:output:0"]
    assert list(nodes["find"].input) == ["table", "x", "default"]


def test_copies_call_copies() -> None:
    """Where there is one, in every kind of attribute; the others call what they called."""
    copy = watched_function(function(["x"], "x"), {"f": "copy of f", "g": "copy of g"}, {})
    nodes = {node.name: node for node in copy.node_def}
    assert copy.signature.name == "copy of f"
    assert nodes["call"].attr["f"].func.name == "copy of g"
    assert [one.name for one in nodes["branches"].attr["branches"].list.func] == ["copy of g", "h"]


def test_a_copy_is_not_exchanged_for_the_function() -> None:
    """TensorFlow may replace functions by others that say that they are the same."""
    assert "api_implements" not in watched_function(function(["x"], "x"), {"f": "copy"}, {}).attr


@given(
    inputs=st.lists(st.sampled_from(["x", "default", "call:output:0", "call:output:1", "^call", "find:values:0"])),
    returned=st.sampled_from(["x", "call:output:0", "find:values:0"]),
)
def test_nothing_else_differs(inputs: list[str], returned: str) -> None:
    """Without the shelf, and with its names, the copy is the function; which itself has not changed."""
    original, again = function(inputs, returned), function(inputs, returned)
    copy = watched_function(original, {"f": "f"}, {"find": SHELF})
    assert original == again
    del copy.node_def[-3:]
    for node in copy.node_def:
        references = [one.replace("watch/0/behind:output:0", "find:values:0") for one in node.input]
        node.input[:] = references
    copy.ret["y"] = copy.ret["y"].replace("watch/0/behind:output:0", "find:values:0")
    copy.control_ret["find"] = "find"
    copy.signature.is_stateful = original.signature.is_stateful
    copy.attr["api_implements"].s = b"interchangeable"
    assert copy == original
