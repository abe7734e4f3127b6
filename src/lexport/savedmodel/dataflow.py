"""Where a value in the graph comes from.

The same function is run by two kinds of loaders, which feed its captured arguments from different places:
`tf.saved_model.load` from the object graph, session loaders from the nodes that call it in the main graph. Both
are followed, so a graph that is sound for one kind and not for the other has both origins.
"""

from collections import defaultdict
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from lexport.savedmodel.graph import MAIN, Body, Place, Value, bodies, constant_strings, resource_key
from lexport.savedmodel.objects import OBJECT, Objects
from lexport.savedmodel.ops import (
    CALLS,
    FILE_READERS,
    PASSING,
    RESTORE_OPS,
    TABLE_OPS,
    VARIABLE_OPS,
    VARIABLE_QUERIES,
    called_functions,
    dataset_inputs,
    making_functions,
)

__all__ = ["Dataflow", "Origin", "OriginKind"]


ASSIGNMENTS = ("Assign", "AssignVariableOp")


class OriginKind(StrEnum):
    """What can stand at the beginning of a value."""

    ASSET = "asset"
    CONSTANT = "constant"
    CHECKPOINT = "checkpoint"
    TABLE = "table"
    VARIABLE = "variable"
    INPUT = "input"
    OTHER = "other"


class Origin(NamedTuple):
    """The beginning of a value.

    A variable is one where nothing in the main graph is assigned to it, so that a checkpoint or a call fills it.

    Attributes:
        kind: what it is.
        place: the node; for an argument that nothing feeds, the function and the argument; for an object of the
            object graph, its number.
        asset: the index of the `asset_file_def`; -1 for anything else.
        read: whether a file of this name is read on the way to the value.
    """

    kind: OriginKind
    place: Place
    asset: int = -1
    read: bool = False


class Dataflow:
    """The edges of a meta graph, from each value to what it is made of.

    Args:
        meta_graph: a `MetaGraphDef`.

    Attributes:
        bodies: the graph itself and its functions, by name.
        assets: the values that hold an asset's path, each with the index of its `asset_file_def`.
    """

    def __init__(self, meta_graph: Any) -> None:
        self.bodies = bodies(meta_graph)
        self._objects = Objects(meta_graph.object_graph_def, self.bodies)
        self.assets = self._objects.assets
        for index, asset in enumerate(meta_graph.asset_file_def):
            self.assets.setdefault(Value(MAIN, asset.tensor_info.name.split(":")[0]), index)
        self._assigned = self._assignments()
        self._calls = self._call_sites()

    def origins(self, value: Value) -> set[Origin]:
        """Gives everything that a value is made of."""
        found: set[Origin] = set()
        seen: set[tuple[Value, bool]] = set()
        pending = [(value, False)]
        while pending:
            current, read = pending.pop()
            if (current, read) in seen:
                continue
            seen.add((current, read))
            origin = self._origin(current)
            if origin is not None:
                found.add(origin._replace(read=read))
                continue
            filename = FILE_READERS.get(self._op(current))
            sources = enumerate(self.sources(current))
            pending += [(source, read or index == filename) for index, source in sources]
        return found

    def sources(self, value: Value) -> list[Value]:
        """Gives the values that a value is directly made of."""
        if value.body == OBJECT:
            return self._objects.sources(value)
        body = self.bodies[value.body]
        if value.node in body.arguments:
            return self._argument_sources(body, value.node)
        if value.node not in body.nodes:
            return []
        if (value.body, value.node) in self._assigned:
            return self._assigned[value.body, value.node]
        node, inputs = body.nodes[value.node], body.inputs(value.node)
        if node.op in PASSING:
            return inputs[:1]
        if node.op in self.bodies:  # within a function its outputs are told apart by names, which are not kept
            return self._results(self.called(node))
        if node.op in CALLS:
            called = [self.bodies[name].results for name in self.called(node)]
            results = [outputs[value.output : value.output + 1] for outputs in called]
            unchanged = inputs[value.output : value.output + 1] if "While" in node.op else []
            return [value for result in results for value in result] + unchanged
        return inputs + self._results(making_functions(node))

    def passes_on(self, place: Place) -> bool:
        """Says whether a node hands a value on as it is: an identity, an assignment to a variable, a call."""
        return place.op in PASSING or place.op in CALLS or place.op in self.bodies or "Assign" in place.op

    def tensor(self, constant: Place) -> Any:
        """Gives the `TensorProto` of a constant node."""
        return self.bodies[constant.function].nodes[constant.node].attr["value"].tensor

    def strings(self, constant: Place) -> list[str]:
        """Gives the strings that a constant node holds."""
        return [text.decode(errors="replace") for text in constant_strings(self.tensor(constant))]

    def called(self, node: Any) -> list[str]:
        """Gives the functions in this graph that a node calls."""
        return [name for name in called_functions(node) if name in self.bodies]

    @cached_property
    def live(self) -> frozenset[str]:
        """The bodies that a loader can run: the graph itself, what it calls, and the functions of objects."""
        pending = [MAIN, *self._objects.functions]
        found: set[str] = set()
        while pending:
            name = pending.pop()
            if name in found or name not in self.bodies:
                continue
            found.add(name)
            for node in self.bodies[name].nodes.values():
                pending += self.called(node)
        return frozenset(found)

    def _op(self, value: Value) -> str:
        body = self.bodies.get(value.body)
        node = body.nodes.get(value.node) if body else None
        return str(node.op) if node is not None else ""

    def _origin(self, value: Value) -> Origin | None:
        """Gives the origin that a value is; None where it is made of others."""
        op = self._op(value)
        object_graph = value.body == OBJECT
        place = Place(MAIN, value.node, "object") if object_graph else Place(value.body, value.node, op or "argument")
        if value in self.assets:
            return Origin(OriginKind.ASSET, place, self.assets[value])
        if op == "Const":
            return Origin(OriginKind.CONSTANT, place)
        if op in TABLE_OPS:
            return Origin(OriginKind.TABLE, place)
        if op in RESTORE_OPS:
            return Origin(OriginKind.CHECKPOINT, place)
        if self.sources(value):
            return None
        if not op and value.body in self._objects.restoring:
            return Origin(OriginKind.CHECKPOINT, place)
        if op in VARIABLE_OPS or object_graph:
            return Origin(OriginKind.VARIABLE, place)
        return Origin(OriginKind.INPUT if op in ("", "Placeholder") else OriginKind.OTHER, place)

    def _argument_sources(self, body: Body, argument: str) -> list[Value]:
        index, found = body.arguments[argument], self._objects.captured(body, argument)
        for caller, node, offset in self._calls[body.name]:
            inputs, calling = self.bodies[caller].inputs(node), self.bodies[caller].nodes[node]
            if offset is None:
                feeding = dataset_inputs(calling, index, len(body.arguments))
                found += inputs[feeding] + (self._states(calling) if feeding.start is None else [])
            else:
                found += inputs[index + offset : index + offset + 1]
            if "While" in calling.op:  # the next iteration gets what this one returns
                found += [
                    value for name in self.called(calling) for value in self.bodies[name].results[index : index + 1]
                ]
        return found

    def _states(self, node: Any) -> list[Value]:
        """Gives what functions of a dataset hand to the next call of one of them."""
        functions = making_functions(node)
        return self._results(functions) if "Tstate" in node.attr or len(functions) > 1 else []

    def _results(self, functions: list[str]) -> list[Value]:
        return [value for name in functions if name in self.bodies for value in self.bodies[name].results]

    def _assignments(self) -> dict[tuple[str, str], list[Value]]:
        found: dict[tuple[bytes, bytes, str], list[Value]] = defaultdict(list)
        main = self.bodies[MAIN]
        for name, node in main.nodes.items():
            inputs = main.inputs(name) if node.op in ASSIGNMENTS else []
            if len(inputs) == 2 and inputs[0].node in main.nodes:
                found[resource_key(main.nodes[inputs[0].node])].append(inputs[1])
        variables = (node for node in main.nodes.values() if node.op in VARIABLE_OPS)
        return {(MAIN, node.name): found[key] for node in variables if (key := resource_key(node)) in found}

    def is_handed_out(self, variable: Place) -> bool:
        """Says whether others than the main graph, such as a function that restores it, can assign to a variable."""
        return resource_key(self.bodies[variable.function].nodes[variable.node]) in self._handed_out

    @cached_property
    def _handed_out(self) -> frozenset[tuple[bytes, bytes, str]]:
        found = set()
        for body in self.bodies.values():
            keeping = {"ReadVariableOp", *VARIABLE_QUERIES, *(ASSIGNMENTS if body.name == MAIN else ())}
            values = [one for node in body.nodes.values() if node.op not in keeping for one in body.inputs(node.name)]
            taken = {value.node for value in (*values, *body.results)}
            found |= {resource_key(body.nodes[name]) for name in taken & body.nodes.keys()}
        return frozenset(found)

    def _call_sites(self) -> dict[str, list[tuple[str, str, int | None]]]:
        found: dict[str, list[tuple[str, str, int | None]]] = defaultdict(list)
        for body in self.bodies.values():
            for name, node in body.nodes.items():
                for function in called_functions(node):
                    offset = 0 if node.op == function else CALLS.get(node.op)
                    found[function].append((body.name, name, offset))
        return found
