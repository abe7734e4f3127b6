"""`watched_function`: a copy of a function that puts what its lookups find onto shelves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lexport.tfformats.protos import message_class

__all__ = ["Shelf", "add_shelving", "redirect_calls", "watched_function"]

INT64 = 9
# By these Grappler replaces one function by another one that claims to be the same.
INTERCHANGEABLE = ("api_implements", "api_preferred_device")


@dataclass(frozen=True)
class Shelf:
    """Where a lookup puts what it finds.

    Attributes:
        name: what the shelf is called; lookups of the same dtype may share it.
        nodes: how the names of the lookup's nodes begin.
        dtype: what it finds, as a `DataType`.
        number: tells the lookups apart.
    """

    name: str
    nodes: str
    dtype: int
    number: int

    @property
    def behind(self) -> str:
        """The name of the node that hands on what was found, once it is on the shelf."""
        return f"{self.nodes}/behind"

    def describe(self, node: Any) -> None:
        """Says which shelf a node puts onto or takes from: what was found, the default value, the number."""
        node.attr["shared_name"].s = self.name.encode()
        node.attr["dtypes"].list.type.extend([self.dtype, self.dtype, INT64])


def watched_function(function: Any, names: Mapping[str, str], shelves: Mapping[str, Shelf]) -> Any:
    """Copies a function.

    Args:
        function: a `FunctionDef`; it stays as it is.
        names: the names of the copies, by those of the functions: its own, and those that it calls.
        shelves: that of each lookup, by the lookup's name in the function.

    Returns:
        A `FunctionDef` with the same arguments and results.
    """
    copy = message_class("FunctionDef")()
    copy.CopyFrom(function)
    copy.signature.name = names[function.signature.name]
    copy.signature.is_stateful = True
    for attribute in INTERCHANGEABLE:
        copy.attr.pop(attribute, None)
    for node in copy.node_def:
        redirect_calls(node, names)
        node.input[:] = [_behind(reference, shelves) for reference in node.input]
    for name, reference in function.ret.items():
        copy.ret[name] = _behind(reference, shelves)
    for name, node_name in function.control_ret.items():
        copy.control_ret[name] = _behind(f"^{node_name}", shelves).removeprefix("^")
    for node in function.node_def:
        if node.name in shelves:
            add_shelving(copy.node_def, f"{node.name}:values:0", node.input[2], shelves[node.name])
    return copy


def redirect_calls(node: Any, names: Mapping[str, str]) -> None:
    """Lets a node call the copies of functions."""
    node.op = names.get(node.op, node.op)
    for attribute in node.attr.values():
        for function in [attribute.func] if attribute.HasField("func") else attribute.list.func:
            function.name = names.get(function.name, function.name)


def add_shelving(nodes: Any, found: str, default: str, shelf: Shelf) -> None:
    """Adds the nodes that put what a lookup finds onto its shelf.

    Args:
        nodes: the nodes of a graph or of a function.
        found: what was found, as inputs name it there.
        default: the default value.
        shelf: where to put both.
    """
    number = nodes.add(name=f"{shelf.nodes}/number", op="Const")
    number.attr["dtype"].type = INT64
    number.attr["value"].tensor.dtype = INT64
    number.attr["value"].tensor.tensor_shape.SetInParent()
    number.attr["value"].tensor.int64_val.append(shelf.number)
    constant = f"{number.name}:output:0" if found.count(":") > 1 else number.name
    put = nodes.add(name=f"{shelf.nodes}/put", op="Stage", input=[found, default, constant])
    shelf.describe(put)
    behind = nodes.add(name=shelf.behind, op="Identity", input=[found, f"^{put.name}"])
    behind.attr["T"].type = shelf.dtype


def _behind(reference: str, shelves: Mapping[str, Shelf]) -> str:
    """Gives what stands for an input: whoever takes what was found, or waits for the lookup, does so behind the shelf.

    So it is put there whenever the lookup runs, be it only that a function has to run all that may have effects.
    """
    shelf = shelves.get(reference.removeprefix("^").split(":", maxsplit=1)[0])
    if shelf is None:
        return reference
    return f"^{shelf.behind}" if reference.startswith("^") else f"{shelf.behind}:output:0"
