"""Behind a signature is what its outputs need, and nothing that only others do."""

from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import MAIN
from lexport.savedmodel.served_values import served_values
from lexport.tfformats.protos import message_class


def meta_graph(call: str = "PartitionedCall") -> Any:
    """Two signatures that call one function, each for one of its results."""
    made = message_class("MetaGraphDef")()
    graph = made.graph_def
    function = graph.library.function.add()
    function.signature.name = "f"
    function.signature.input_arg.add(name="x")
    for name, node in (("y", "first"), ("z", "second")):
        function.signature.output_arg.add(name=name)
        function.ret[name] = f"{node}:output:0"
        function.node_def.add(name=node, op="Identity", input=["x"])
    graph.node.add(name="before", op="NoOp")
    for signature, output in (("a", 0), ("b", 1)):
        graph.node.add(name=f"{signature}_x", op="Placeholder")
        node = graph.node.add(name=f"{signature}_call", op=call, input=[f"{signature}_x", "^before"])
        node.attr["f"].func.name = "f"
        made.signature_def[signature].outputs["y"].name = f"{signature}_call:{output}"
    return made


def served(made: Any, signature: str) -> set[tuple[str, str]]:
    """Gives the body and the name of each node and argument behind a signature."""
    return {(value.body, value.node) for value in served_values(Dataflow(made), made.signature_def[signature])}


def test_only_the_result_that_is_asked_for_is_followed() -> None:
    """And never the arguments of another caller."""
    assert served(meta_graph(), "a") == {
        *((MAIN, name) for name in ("a_call", "a_x", "before")), ("f", "first"), ("f", "x"),
    }  # fmt: skip
    assert ("f", "second") in served(meta_graph(), "b")


def test_a_loop_needs_every_result_of_its_function() -> None:
    """What one turn gives the next one takes."""
    assert {("f", "first"), ("f", "second")} <= served(meta_graph("StatelessWhile"), "a")


def test_what_only_waits_for_a_call_needs_all_of_it() -> None:
    """Its result does not say which."""
    made = meta_graph()
    made.graph_def.node.add(name="after", op="Identity", input=["a_x", "^a_call"])
    made.signature_def["a"].outputs["y"].name = "after:0"
    assert {("f", "first"), ("f", "second")} <= served(made, "a")


def test_an_output_that_is_not_there_has_nothing_behind_it() -> None:
    """Other checks tell of it."""
    made = meta_graph()
    made.signature_def["a"].outputs["y"].name = "nowhere:0"
    assert served(made, "a") == {(MAIN, "nowhere")}
