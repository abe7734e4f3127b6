"""Every attribute of every node that is served, counted: what two graphs of the same ops differ in."""

import struct
from collections import Counter
from typing import Any, NamedTuple

from lexport.savedmodel.checkpoint import Checkpoint
from lexport.savedmodel.digest.attributes import describe
from lexport.savedmodel.digest.entities import digest_of
from lexport.savedmodel.digest.restored import ORDERED, Restored
from lexport.savedmodel.digest.served_graph import read_served_graph
from lexport.savedmodel.graph import dtype_name

__all__ = ["AttributeValue", "attribute_values"]

MAX_TEXT = 70
CODES = {"float32": "f", "float64": "d", "int32": "i", "int64": "q", "bool": "?", "uint8": "B", "int8": "b"}


class AttributeValue(NamedTuple):
    """A value that an attribute of an op has somewhere.

    Attributes:
        op: the type of the node.
        attribute: its name.
        digest: of the value, without names.
        text: the value in words, cut off where it is long.
    """

    op: str
    attribute: str
    digest: bytes
    text: str


def attribute_values(meta_graph: Any) -> Counter[AttributeValue]:
    """Counts the values of attributes, without those that are names and those of nodes that only save or restore.

    Args:
        meta_graph: a `MetaGraphDef`.

    Raises:
        AssetError: two nodes or functions have the same name.
    """
    served = read_served_graph(meta_graph)
    call = served.restoring[0] if served.restoring else ""
    found: Counter[AttributeValue] = Counter()
    bodies = [served.nodes, *({node.name: node for node in one.node_def} for one in served.functions.values())]
    for nodes in bodies:
        restored = Restored(nodes, Checkpoint({}))
        for node in nodes.values():
            if node.name != call and node.name not in restored.lists:
                found.update(_values(node, served.names, ORDERED if node.name in restored else ()))
    return found


def _values(node: Any, functions: frozenset[str], without: tuple[str, ...]) -> list[AttributeValue]:
    op = "a function" if node.op in functions else node.op
    found = []
    for name in node.attr:
        label = describe({name: node.attr[name]}, functions, without).label
        if label:
            found.append(AttributeValue(op, name, digest_of(*label), _text(node.attr[name])))
    return found


def _tensor_text(tensor: Any) -> str:
    """Writes a tensor as `int32 [2]: 7, 64`."""
    shape = [dimension.size for dimension in tensor.tensor_shape.dim]
    lists = (tensor.string_val, tensor.float_val, tensor.double_val, tensor.int_val, tensor.int64_val, tensor.bool_val)
    values = [str(value) for values in lists for value in values]
    code, data = CODES.get(dtype_name(tensor.dtype), ""), tensor.tensor_content
    if code and not values and len(data) % struct.calcsize(code) == 0:
        values = [str(value) for [value] in struct.iter_unpack(f"<{code}", data)]
    return f"{dtype_name(tensor.dtype)} {shape}: {', '.join(values) or data.hex()}"


def _text(value: Any) -> str:
    # A large tensor would be written out as a whole before it is cut off.
    if value.ByteSize() > 10 * MAX_TEXT:
        return f"{value.ByteSize():,} bytes"
    text = _tensor_text(value.tensor) if value.HasField("tensor") else " ".join(str(value).split())
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
