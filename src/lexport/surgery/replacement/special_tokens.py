"""`special_tokens`: the mask and out-of-vocabulary tokens of the layers that look up in a table."""

from collections.abc import Iterable, Iterator, Sequence

from lexport.doctor.subject import GraphView, Subject
from lexport.savedmodel.dataflow import OriginKind
from lexport.savedmodel.graph import Body, Value
from lexport.savedmodel.tensor_values import tensor_values
from lexport.surgery.replacement.id_flow import IdFlow
from lexport.surgery.replacement.table_filling import TableFilling

__all__ = ["special_tokens"]

MOST = 64  # of the terms that a graph compares with at once: more are a list of something else
COMPARISONS = ("Equal", "NotEqual")


def special_tokens(subject: Subject, fillings: Sequence[TableFilling]) -> tuple[str, ...]:
    """Finds the constants that a graph compares with what it looks up, and what it gives for unknown ids.

    As terms at the head of a file they would shift every id, as a dumped `layer.get_vocabulary()` does.

    Args:
        subject: the SavedModel.
        fillings: the nodes that fill the table.
    """
    found = [token for one in fillings for token in _tokens(subject.graphs[one.graph], one)]
    return tuple(dict.fromkeys(token.decode(errors="replace") for token in found if token))


def _tokens(graph: GraphView, filling: TableFilling) -> Iterator[bytes]:
    for place in IdFlow(graph.flow, filling.tables).lookups:
        body = graph.flow.bodies[place.function]
        _, keys, default = body.inputs(place.node)
        yield from _constants(graph, [default] if filling.inverse else _compared(body, keys))


def _compared(body: Body, keys: Value) -> Iterator[Value]:
    for node in body.nodes.values():
        inputs = body.inputs(node.name) if node.op in COMPARISONS else []
        if keys in inputs:
            yield from (one for one in inputs if one != keys)


def _constants(graph: GraphView, values: Iterable[Value]) -> Iterator[bytes]:
    for value in values:
        for origin in graph.flow.origins(value):
            if origin.kind is OriginKind.CONSTANT:
                yield from tensor_values(graph.flow.tensor(origin.place))[:MOST]
