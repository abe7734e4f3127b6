"""LX501 to LX504: what binds the graph to a machine: its paths, its devices, its compiler."""

from collections.abc import Iterator
from typing import Any

from lexport.doctor.finding import Finding, at_file, at_node
from lexport.doctor.string_nodes import handles_strings
from lexport.doctor.subject import GraphView, Subject
from lexport.savedmodel.graph import MAIN
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.tables import ContentKind

__all__ = ["compiled_functions", "device_pins", "leaked_paths"]

COMPILED = "_XlaMustCompile"


def leaked_paths(subject: Subject) -> Iterator[Finding]:
    """Finds absolute paths, but for those that are reported as the names of files to read."""
    inventory = subject.inventory
    told = {place for read in inventory.file_reads for place in read.constants}
    contents = (one for table in inventory.tables for one in table.content if one.kind is ContentKind.PATH)
    told |= {place for content in contents for place in content.constants}
    seen = set()
    for mention in inventory.path_mentions:
        if not mention.absolute or mention.place in told or mention in seen:
            continue
        seen.add(mention)
        text = mention.text if len(mention.text) <= 200 else f"{mention.text[:200]}..."
        message = f"{text!r} in {mention.where}"
        if mention.place is None:
            yield at_file("LX501", GRAPH_FILE, message)
        else:
            yield at_node("LX501", mention.place, message, subject.signatures(mention.place))


def device_pins(subject: Subject) -> Iterator[Finding]:
    """Finds nodes that run on nothing but a GPU, a TPU, a second CPU or another machine."""
    nodes = {
        body.place(node.name): node
        for graph in subject.graphs
        for body in graph.flow.bodies.values()
        for node in body.nodes.values()
        if node.device
    }
    for pin in subject.inventory.device_pins:
        node = nodes.get(pin.place)
        strings = node is not None and "gpu" in pin.device.lower() and handles_strings(node)
        users = subject.signatures(pin.place)
        yield at_node("LX503" if strings else "LX502", pin.place, f"it is bound to {pin.device}", users)


def compiled_functions(subject: Subject) -> Iterator[Finding]:
    """Finds functions that XLA must compile, and that work on strings somewhere below."""
    for graph in subject.graphs:
        for name in sorted(_compiled(graph)):
            for function in sorted(_reached(graph, name)):
                body = graph.flow.bodies[function]
                first = next((node for node in body.nodes.values() if handles_strings(node)), None)
                if first is not None:
                    place = body.place(first.name)
                    yield at_node("LX504", place, f"XLA compiles the function {name}", subject.signatures(place))
                    break


def _compiled(graph: GraphView) -> set[str]:
    library = graph.meta_graph.graph_def.library.function
    found = {one.signature.name for one in library if COMPILED in one.attr and one.attr[COMPILED].b}
    for body in graph.flow.bodies.values():
        calls = (node for node in body.nodes.values() if COMPILED in node.attr and node.attr[COMPILED].b)
        found |= {called for node in calls for called in graph.flow.called(node)}
    return found & graph.flow.live - {MAIN}


def _reached(graph: GraphView, name: str) -> set[str]:
    found: set[str] = set()
    pending: list[Any] = [name]
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending += [one for node in graph.flow.bodies[current].nodes.values() for one in graph.flow.called(node)]
    return found
