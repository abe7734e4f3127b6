"""`constant_integers`: integers of a graph that are known without running it."""

from typing import Any

from lexport.savedmodel.graph import Body, Value, dtype_name
from lexport.savedmodel.tensor_values import tensor_values

__all__ = ["constant_integers"]

MAX_DEPTH = 8
MAX_COUNT = 1 << 24  # as many as `tensor_values` repeats at most
SAME = frozenset({"Identity", "Cast"})
INTEGERS = frozenset({"int32", "int64"})


def constant_integers(body: Body, value: Value, depth: int = MAX_DEPTH) -> list[int] | None:
    """Gives the integers that a value holds; None where the graph calculates them otherwise than here.

    Besides constants these are the ranges by which TensorFlow 1 numbers a list: `range(size(terms))`.

    Args:
        body: what the value stands in.
        value: of a node.
        depth: how many nodes to follow.
    """
    node = body.nodes.get(value.node)
    if node is None or depth == 0 or value.output:
        return None
    if node.op == "Const":
        tensor = node.attr["value"].tensor
        return list(map(int, tensor_values(tensor))) if dtype_name(tensor.dtype) in INTEGERS else None
    inputs = body.inputs(node.name)
    if node.op in SAME and inputs and dtype_name(_dtype(node)) in INTEGERS:
        return constant_integers(body, inputs[0], depth - 1)
    if node.op == "Size" and inputs:
        return _size(body, inputs[0])
    if node.op == "Range" and len(inputs) == 3:
        parts = [constant_integers(body, one, depth - 1) for one in inputs]
        if all(part is not None and len(part) == 1 for part in parts):
            return _range(*(part[0] for part in parts if part))
    return None


def _range(start: int, limit: int, delta: int) -> list[int] | None:
    # A hostile graph counts to the largest integer in three bytes.
    if not delta or (limit - start) // delta > MAX_COUNT:
        return None
    return list(range(start, limit, delta))


def _dtype(node: Any) -> int:
    return int(node.attr["DstT" if node.op == "Cast" else "T"].type)


def _size(body: Body, value: Value) -> list[int] | None:
    node = body.nodes.get(value.node)
    if node is None or node.op != "Const":
        return None
    return [len(tensor_values(node.attr["value"].tensor))]
