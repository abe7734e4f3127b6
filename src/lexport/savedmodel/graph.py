"""A meta graph as plain lookups: bodies, nodes, arguments, and the strings and numbers in a tensor."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from lexport.errors import AssetError, Problem
from lexport.savedmodel.arity import REMEDY, arity_problems
from lexport.tfformats.protos import message_class

__all__ = [
    "MAIN",
    "Body",
    "Place",
    "Value",
    "bodies",
    "constant_size",
    "constant_strings",
    "dtype_name",
    "packed_strings",
    "resource_key",
]

MAIN = ""  # no function can have this name


DTYPE_NAMES = {"float": "float32", "double": "float64", "half": "float16", "invalid": "unknown"}


class Value(NamedTuple):
    """One output of a node, or one argument of a function.

    Attributes:
        body: the function's name; `MAIN` for the graph itself.
        node: the name of the node or argument.
        output: which output.
    """

    body: str
    node: str
    output: int = 0


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in the graph.

    Attributes:
        function: the function's name; empty for the graph itself.
        node: the node's name.
        op: the node's operation.
    """

    function: str
    node: str
    op: str

    def __str__(self) -> str:
        return f"{self.op} {self.node!r}" + (f" in function {self.function}" if self.function else "")


@dataclass(frozen=True)
class Body:
    """The graph itself, or the body of one of its functions.

    Attributes:
        name: the function's name; `MAIN` for the graph itself.
        nodes: `NodeDef` by name.
        arguments: the index of each argument of the function by its name.
        results: what the function returns, in the order of its signature.
    """

    name: str
    nodes: dict[str, Any]
    arguments: dict[str, int]
    results: tuple[Value, ...]

    def value(self, reference: str) -> Value | None:
        """Resolves an input such as `node`, `node:1` or `node:output:1`; None for a control input.

        The name of the output is dropped: telling which range of outputs it covers needs the op's definition,
        and the only nodes whose outputs are told apart, function calls, have a single one.
        """
        if reference.startswith("^"):
            return None
        node, *rest = reference.split(":")
        output = int(rest[-1]) if rest and rest[-1].isdecimal() and len(rest[-1]) < 10 else 0
        return Value(self.name, node, output)

    def inputs(self, node: str) -> list[Value]:
        """Gives the data inputs of a node, in order."""
        values = (self.value(reference) for reference in self.nodes[node].input)
        return [value for value in values if value is not None]

    def place(self, node: str) -> Place:
        """Gives the place of a node."""
        return Place(self.name, node, self.nodes[node].op)


def bodies(meta_graph: Any) -> dict[str, Body]:
    """Indexes the graph and the body of each of its functions, by name.

    Raises:
        AssetError: two functions, or two nodes or arguments of a body, have the same name, a function has a name such
            as TensorFlow gives to none, or takes or gives lists: one would hide the other from every check. Or a node
            has another number of inputs than its op takes.
    """
    graph = meta_graph.graph_def
    functions = graph.library.function
    arguments = {function.signature.name: len(function.signature.input_arg) for function in functions}
    problems = [
        *_name_problems([function.signature.name for function in functions]),
        *arity_problems("the graph", graph.node, arguments),
        *_duplicates("the graph", "node", [node.name for node in graph.node]),
    ]
    for function in functions:
        names = [
            *(argument.name for argument in function.signature.input_arg),
            *(one.name for one in function.node_def),
        ]
        problems += _duplicates(f"the function {function.signature.name!r}", "node or argument", names)
        problems += _list_problems(function.signature)
        problems += arity_problems(f"the function {function.signature.name!r}", function.node_def, arguments)
    if problems:
        raise AssetError("saved_model.pb is no graph of TensorFlow, or hides a part of it", problems)
    main = Body(MAIN, {node.name: node for node in graph.node}, {}, ())
    return {MAIN: main, **{function.signature.name: _function(function) for function in functions}}


def _function(function: Any) -> Body:
    nodes = {node.name: node for node in function.node_def}
    arguments = {argument.name: index for index, argument in enumerate(function.signature.input_arg)}
    body = Body(function.signature.name, nodes, arguments, ())
    results = (body.value(function.ret[output.name]) for output in function.signature.output_arg)
    return replace(body, results=tuple(value for value in results if value))


def _name_problems(names: list[str]) -> Iterator[Problem]:
    # Not stricter: a lambda's function is called `__inference_<lambda>_12`, and one in Python can be called `größe`.
    for name in names:
        if not name or not name.isprintable():
            what = f"a function is named {name[:80]!r}; required: characters that can be printed"
            yield Problem("the function library", what, REMEDY)
    yield from _duplicates("the function library", "function", names)


def _list_problems(signature: Any) -> Iterator[Problem]:
    # One of several tensors would shift all that follow, and inputs of a call be taken for those of other arguments.
    for argument in (*signature.input_arg, *signature.output_arg):
        if argument.number_attr or argument.type_list_attr:
            what = f"{argument.name[:80]!r} is a list of tensors; required: one tensor"
            yield Problem(f"the function {signature.name!r}", what, REMEDY)


def _duplicates(where: str, what: str, names: list[str]) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem(where, f"{times} times a {what} named {name[:80]!r}; required: once", REMEDY)


def dtype_name(number: int) -> str:
    """Names a value of the enum `DataType` as numpy and Keras do; `unknown` where TensorFlow has no such value.

    Example:
        >>> dtype_name(1), dtype_name(7), dtype_name(9)
        ('float32', 'string', 'int64')
    """
    enum = message_class("TensorProto").DESCRIPTOR.fields_by_name["dtype"].enum_type
    value = enum.values_by_number.get(number)
    name = value.name.removeprefix("DT_").lower() if value else "unknown"
    return DTYPE_NAMES.get(name, name)


def resource_key(node: Any) -> tuple[bytes, bytes, str]:
    """Gives what is equal for two nodes that name one resource; without a shared name it is the node itself."""
    shared = node.attr["shared_name"].s if "shared_name" in node.attr else b""
    container = node.attr["container"].s if "container" in node.attr else b""
    return (container, shared, "" if shared else node.name)


def constant_strings(tensor: Any) -> Iterator[bytes]:
    """Yields the strings of a `TensorProto`, and its packed bytes where they may hold text."""
    yield from tensor.string_val
    yield from packed_strings(tensor)


def packed_strings(tensor: Any) -> list[bytes]:
    """Gives the packed bytes of a `TensorProto` where they may hold text."""
    text = tensor.tensor_content and tensor.dtype in (4, 6, 7)  # uint8, int8, string
    return [tensor.tensor_content] if text else []


def constant_size(tensor: Any) -> tuple[int, int]:
    """Gives the number of elements of a `TensorProto` and the bytes that they take."""
    dimensions = [dimension.size for dimension in tensor.tensor_shape.dim]
    elements = math.prod(dimensions) if all(size >= 0 for size in dimensions) else 0
    return max(elements, len(tensor.string_val)), tensor.ByteSize()
