"""LX401 to LX404: variables and tables that a loader does not have when it needs them."""

from collections.abc import Iterator
from typing import Any

from lexport.doctor.finding import Finding, at_node
from lexport.doctor.subject import GraphView, Subject
from lexport.savedmodel.graph import Place, Value, dtype_name

__all__ = ["session_state", "uncaptured_resources"]


def session_state(subject: Subject) -> Iterator[Finding]:
    """Finds what session loaders serve and never fill."""
    state = subject.inventory.session_state
    for place in state.variables:
        yield at_node(
            "LX401", place, "neither the checkpoint nor the initialization assigns it", subject.signatures(place)
        )
    for place in state.tables:
        yield at_node("LX402", place, "nothing that runs when a session starts fills it", subject.signatures(place))
    for place in state.anonymous_tables:
        yield at_node("LX403", place, "it has no name under which a session keeps it", subject.signatures(place))


def uncaptured_resources(subject: Subject) -> Iterator[Finding]:
    """Finds functions of the object graph that take a table or variable which nothing gives them."""
    for graph in subject.graphs:
        functions = {one.signature.name: one.signature for one in graph.meta_graph.graph_def.library.function}
        for name, saved in sorted(graph.meta_graph.object_graph_def.concrete_functions.items()):
            if name in functions:
                given = _given_by_caller(saved.canonicalized_input_signature)
                yield from _uncaptured(subject, graph, functions[name], given)


def _uncaptured(subject: Subject, graph: GraphView, signature: Any, given: int) -> Iterator[Finding]:
    resources = [one for one in signature.input_arg if dtype_name(one.type) == "resource"]
    for argument in resources[given:]:  # captures follow what the caller gives
        value = Value(signature.name, argument.name)
        if not graph.flow.sources(value):
            place = Place(value.body, value.node, "argument")
            yield at_node("LX404", place, "nothing in the object graph is bound to it", subject.signatures(place))


def _given_by_caller(structure: Any) -> int:
    """Counts the arguments of a signature that may be variables or other resources, as those of optimizers are."""
    kind = structure.WhichOneof("kind")
    if kind == "tensor_spec_value":
        return int(dtype_name(structure.tensor_spec_value.dtype) == "resource")
    if kind in ("tuple_value", "list_value"):
        return sum(map(_given_by_caller, getattr(structure, kind).values))
    if kind == "dict_value":
        return sum(map(_given_by_caller, structure.dict_value.fields.values()))
    if kind == "named_tuple_value":
        return sum(_given_by_caller(pair.value) for pair in structure.named_tuple_value.values)
    return int(kind == "type_spec_value")
