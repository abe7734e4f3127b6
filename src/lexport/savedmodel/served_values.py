"""What a session computes to answer a request of one signature, as far as the graph tells."""

from collections.abc import Iterator
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import MAIN, Body, Value
from lexport.savedmodel.signature import output_names

__all__ = ["served_values"]

PLAIN_CALLS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
WHOLE = -1  # the output of a node that something only waits for


def served_values(flow: Dataflow, signature: Any) -> frozenset[Value]:
    """Follows the outputs of a signature back, into the functions that are called, and never out of one to a caller.

    Outputs of a call that nobody asks for are left out, and all that only they need.

    Args:
        flow: the edges of the graph.
        signature: a `SignatureDef`.
    """
    seen: set[Value] = set()
    pending = [value for name in output_names(signature) if (value := flow.bodies[MAIN].value(name))]
    while pending:
        value = pending.pop()
        if value not in seen:
            seen.add(value)
            body = flow.bodies[value.body]
            if value.node in body.nodes:
                pending += _needed(flow, body, value)
    return frozenset(seen)


def _needed(flow: Dataflow, body: Body, value: Value) -> Iterator[Value]:
    node = body.nodes[value.node]
    for reference in node.input:
        yield body.value(reference) or Value(body.name, reference.removeprefix("^"), WHOLE)
    # A loop, a branch or a data set may need every result of its functions for any of its own.
    one = node.op in PLAIN_CALLS and value.output != WHOLE
    for name in flow.called(node):
        results = flow.bodies[name].results
        yield from results[value.output : value.output + 1] if one else results
