r"""Every string in a SavedModel that is, or may hold, a path of the machine that wrote it.

What counts as an absolute path, and what does not:

- A string that starts with `/` and has at least two components (`/home/ann/words.txt`), one that starts with a
  Windows drive (`C:\words.txt`), and a `file:` URI count. A lone `"/"`, `"/data"` or a separator such as `"//"` does
  not: too many models split text on them.
- A constant that is the name of a file to read counts with a single component too.
- In the `shared_name` and `container` of a table, a path counts wherever it stands and with a single component,
  since TensorFlow writes `hash_table_/home/ann/words.txt_-2_-1`. The shared name of a variable is its own name,
  with `/` between scopes, and counts only where it is a path as a whole.
- Terms of a table that are constants in the graph do not count: `/m/01g317` is a term, not a path.
- Device names such as `/job:worker/replica:0` do not count.

Names of nodes and functions are no paths, but are kept where they could hold one, so that the prefixes that a
check forbids (the home directory, the store) are found in them as well.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import Body, Place, packed_strings
from lexport.savedmodel.ops import TABLE_OPS

__all__ = ["PathMention", "graph_mentions", "message_mentions", "other_mentions"]

CANDIDATE = re.compile(r"(?:^|[^A-Za-z0-9])/|(?:^|[^A-Za-z0-9])[A-Za-z]:[\\/]", re.MULTILINE)
DEVICE = re.compile(r"/(?:job|replica|task|device|[xc]?[a-z_]*[cgt]pu):", re.IGNORECASE)
ABSOLUTE = re.compile(
    r"/(?!/)[^/\x00-\x1f]+(?:/+[^/\x00-\x1f]+)+/*"  # at least two components
    r"|[A-Za-z]:[\\/][^\\/\x00-\x1f][^\x00-\x1f]*"
    r"|file:/+[^/\x00-\x1f][^\x00-\x1f]*"
)
EMBEDDED = re.compile(r"(?:^|[^A-Za-z0-9./])/[^/\x00-\x1f]")
RESOURCE_NAMES = ("shared_name", "container")
BLOCK = 1 << 16


@dataclass(frozen=True)
class PathMention:
    """A string that is, or may hold, a path.

    Attributes:
        text: the whole string.
        where: the attribute or field that holds it.
        place: the node; None where it stands outside of the graph's nodes.
        absolute: whether it counts as an absolute path by itself.
    """

    text: str
    where: str
    place: Place | None
    absolute: bool

    def __str__(self) -> str:
        text = self.text if len(self.text) <= 200 else f"{self.text[:200]}..."
        return f"{text!r} in {self.where}" + (f" of {self.place}" if self.place else "")


def graph_mentions(flow: Dataflow, *, terms: Collection[Place], filenames: Collection[Place]) -> Iterator[PathMention]:
    """Finds the mentions in the nodes of the graph and of its functions.

    Args:
        flow: the indexed graph.
        terms: constants that are the content of a table.
        filenames: constants that are the name of a file to read.
    """
    for body in flow.bodies.values():
        yield from _named(body)
        for node in body.nodes.values():
            place = body.place(node.name)
            for attribute, value in node.attr.items():
                for raw in _slashed(_attribute_strings(value)):
                    text = raw.decode(errors="replace")
                    absolute = place not in terms and _is_absolute(text, attribute, node.op)
                    absolute = absolute or (place in filenames and text.startswith("/"))
                    if absolute or CANDIDATE.search(text):
                        yield PathMention(text, f"attribute {attribute!r}", place, absolute)


def other_mentions(meta_graph: Any) -> Iterator[PathMention]:
    """Finds the mentions outside of the graph's nodes, but for the names of assets, which other checks look at.

    Args:
        meta_graph: a `MetaGraphDef`.
    """
    graph = meta_graph.graph_def
    yield from message_mentions(meta_graph.object_graph_def, "the object graph")
    yield from message_mentions(meta_graph.collection_def, "a collection")
    yield from message_mentions(meta_graph.signature_def, "a signature")
    yield from message_mentions(meta_graph.meta_info_def, "the description of the graph")
    yield from message_mentions(meta_graph.saver_def, "the saver")
    yield from message_mentions(graph.debug_info, "the debug information")
    yield from message_mentions(graph.library.gradient, "a gradient")
    for function in graph.library.function:
        where = f"the function {function.signature.name}"
        for part in (function.signature, function.attr, function.arg_attr):
            yield from message_mentions(part, where)
        for node in function.node_def:
            yield from message_mentions(node.experimental_debug_info, where)
    for node in graph.node:
        yield from message_mentions(node.experimental_debug_info, "the debug information of a node")


def message_mentions(message: Any, where: str) -> Iterator[PathMention]:
    """Finds the mentions in any other part of a SavedModel, whatever its fields.

    Args:
        message: a protocol buffer message.
        where: what the part is called.
    """
    for text in _message_strings(message):
        absolute = _is_absolute(text, "", "")
        if absolute or CANDIDATE.search(text):
            yield PathMention(text, where, None, absolute)


def _named(body: Body) -> Iterator[PathMention]:
    for name in (body.name, *body.nodes):
        if CANDIDATE.search(name):
            yield PathMention(name, "the name of a node or function", None, False)


def _is_absolute(text: str, attribute: str, op: str) -> bool:
    if DEVICE.match(text):
        return False
    if attribute in RESOURCE_NAMES and op in TABLE_OPS and EMBEDDED.search(text):
        return True
    return ABSOLUTE.fullmatch(text) is not None


def _slashed(parts: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
    # A constant can hold ten million terms: that none of a block has a slash is seen at once, and blocks keep all of
    # them from being Python objects at the same time.
    for part in parts:
        for block in (part[start : start + BLOCK] for start in range(0, len(part), BLOCK)):
            text = b"\0".join(block)
            if b"/" in text or b":\\" in text:
                yield from [raw for raw in block if b"/" in raw or b":\\" in raw]


def _attribute_strings(attribute: Any) -> Iterator[Sequence[bytes]]:
    kind = attribute.WhichOneof("value")
    if kind == "s":
        yield [attribute.s]
    elif kind == "tensor":
        yield from _tensor_strings(attribute.tensor)
    elif kind == "placeholder":
        yield [attribute.placeholder.encode()]
    elif kind == "list":
        yield attribute.list.s
        for tensor in attribute.list.tensor:
            yield from _tensor_strings(tensor)
    if kind in ("func", "list"):
        functions = [attribute.func] if kind == "func" else attribute.list.func
        for function in functions:
            yield [function.name.encode()]
            for inner in function.attr.values():
                yield from _attribute_strings(inner)


def _tensor_strings(tensor: Any) -> Iterator[Sequence[bytes]]:
    yield tensor.string_val
    yield packed_strings(tensor)


def _message_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode(errors="replace")
    elif hasattr(value, "ListFields"):
        for _, inner in value.ListFields():
            yield from _message_strings(inner)
    elif hasattr(value, "items"):
        for key, inner in value.items():
            yield from _message_strings(key)
            yield from _message_strings(inner)
    elif hasattr(value, "__len__"):  # a repeated field has no __iter__, and can be iterated over all the same
        for inner in value:
            yield from _message_strings(inner)
