"""Attributes of nodes and functions, without the names, numbers and machines that stand in them.

Left out or replaced, since two exports of one model differ in it:

- the names of resources (`shared_name`, `container`) and of frames of loops: what has the same name is linked instead;
- the names of nodes (`_class`, `debug_name`, `tensor_array_name`);
- the names of functions: the functions are linked instead; where one is not in the graph, its counter and its uuid;
- how many devices the machine had that wrote the graph (`device_count` in `config_proto`).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lexport.tfformats.sorted_table import read_varint

__all__ = ["COUNTERS", "Description", "describe", "references"]

# Names of nodes and resources; graph_entities.py links what they stand for.
NAMES = frozenset(
    {
        "_class",
        "_user_specified_name",
        "container",
        "debug_name",
        "frame_name",
        "shared_name",
        "tensor_array_name",
    }
)
# Names of functions as text, or of their gradients, with a counter or a uuid in them.
COUNTED = frozenset(
    {
        "_gradient_op_type",
        "_original_func_name",
        "api_implements",
        "backward_function_name",
        "forward_function_name",
        "gradient_op_type",
    }
)
COUNTERS = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<=[_-])[0-9a-f]{32}(?![0-9a-f])|(?<=[_-])\d+(?=\Z|_)"
)
DEVICE_COUNT = 1  # the number of the field


class Description:
    """What attributes say: a label, and the functions that they name.

    Attributes:
        label: without any name of a function in the graph.
        functions: what a function is to the owner of the attributes, and its name.
    """

    def __init__(self) -> None:
        self.label: list[str | bytes] = []
        self.functions: list[tuple[str, str]] = []


def describe(attributes: Mapping[str, Any], known: Collection[str], without: Collection[str] = ()) -> Description:
    """Describes attributes, whatever their order.

    Args:
        attributes: `AttrValue` by name.
        known: the names of the functions in the graph.
        without: names of attributes to leave out.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> value = message_class("AttrValue")(s=b"__forward_serve_12")
        >>> describe({"forward_function_name": value}, {"__forward_serve_12"}).functions
        [('forward_function_name', '__forward_serve_12')]
    """
    description = Description()
    for name in sorted(attributes):
        if name not in NAMES and name not in without:
            _value(description, name, name, attributes[name], known)
    return description


def _value(description: Description, path: str, name: str, value: Any, known: Collection[str]) -> None:
    kind = value.WhichOneof("value")
    if kind == "func" or (kind == "list" and value.list.func):
        functions = [value.func] if kind == "func" else value.list.func
        for place, function in enumerate(functions):
            _function(description, f"{path}[{place}]" if kind == "list" else path, function, known)
    elif kind == "s" and name in COUNTED:
        _named(description, path, value.s.decode(errors="replace"), known)
    elif kind == "s" and name == "config_proto":
        description.label += [path, _portable(value.s)]
    else:
        description.label += [path, value.SerializeToString(deterministic=True)]


def _function(description: Description, path: str, function: Any, known: Collection[str]) -> None:
    _named(description, path, function.name, known)
    for name in sorted(function.attr):
        _value(description, f"{path}.{name}", name, function.attr[name], known)


def _named(description: Description, path: str, name: str, known: Collection[str]) -> None:
    if name in known:
        description.functions.append((path, name))
    else:
        description.label += [path, COUNTERS.sub("", name)]


def _portable(data: bytes) -> bytes:
    """Takes the number of devices of each kind out of a `ConfigProto`, whose message is not in TensorFlow's wheel."""
    kept, at = b"", 0
    try:
        while at < len(data):
            tag, value = read_varint(data, at)
            length, after = read_varint(data, value) if tag & 7 in (0, 2) else (0, value)
            end = {0: after, 1: value + 8, 2: after + length, 5: value + 4}[tag & 7]
            kept += data[at:end] if tag >> 3 != DEVICE_COUNT else b""
            at = end
    except (ValueError, KeyError):
        return data
    return kept


def references(node: Any) -> Iterator[tuple[str, str]]:
    """Gives the nodes that a node names in `_class`, each with what it is to it."""
    for text in node.attr["_class"].list.s if "_class" in node.attr else ():
        yield "placed with", text.decode(errors="replace").removeprefix("loc:@")
