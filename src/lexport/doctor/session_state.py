"""LX401 to LX404: variables and tables that a loader does not have when it needs them."""

from collections.abc import Iterator

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
        for name in sorted(graph.meta_graph.object_graph_def.concrete_functions):
            if name in functions:
                yield from _uncaptured(subject, graph, functions[name])


def _uncaptured(subject: Subject, graph: GraphView, signature: object) -> Iterator[Finding]:
    for argument in signature.input_arg:  # type: ignore[attr-defined]
        value = Value(signature.name, argument.name)  # type: ignore[attr-defined]
        if dtype_name(argument.type) == "resource" and not graph.flow.sources(value):
            place = Place(value.body, value.node, "argument")
            yield at_node("LX404", place, "nothing in the object graph is bound to it", subject.signatures(place))
