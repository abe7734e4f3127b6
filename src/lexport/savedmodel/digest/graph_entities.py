"""The nodes and functions of a meta graph as entities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lexport.savedmodel.checkpoint import Checkpoint
from lexport.savedmodel.digest.attributes import COUNTERS, Description, describe, references
from lexport.savedmodel.digest.entities import Entities
from lexport.savedmodel.digest.function_label import function_label
from lexport.savedmodel.digest.restored import ORDERED, Restored
from lexport.savedmodel.digest.served_graph import read_served_graph
from lexport.savedmodel.graph import MAIN, resource_key

__all__ = ["GraphEntities"]

CONTROL = "^"
# Attributes of what saves that follow the order in which variables are tracked.
IN_ORDER = (*ORDERED, "Tin", "Tout", "_read_only_resource_inputs")


@dataclass
class _Scope:
    """A body whose nodes are entities."""

    name: str
    nodes: Mapping[str, Any]
    restored: Restored
    arguments: dict[str, tuple[str, int] | None] = field(default_factory=dict)


class GraphEntities:
    """Adds the main graph and the function library of a meta graph to the entities.

    The nodes that only save are left out, and the function that restores is taken for a part of the main graph: its
    arguments come in the order in which variables were tracked, which says nothing.

    Args:
        entities: what to add to.
        meta_graph: a `MetaGraphDef`.
        checkpoint: its tensors.

    Attributes:
        main: the entity that holds the nodes of the main graph.

    Raises:
        AssetError: two nodes or functions have the same name.
    """

    def __init__(self, entities: Entities, meta_graph: Any, checkpoint: Checkpoint) -> None:
        self._entities, self._checkpoint = entities, checkpoint
        served = read_served_graph(meta_graph)
        self._call, self._library = served.restoring, served.functions
        self._add_saving(served.saving, {one.signature.name for one in meta_graph.graph_def.library.function})
        self._functions = {name: self._function(one) for name, one in self._library.items()}
        self._nodes: dict[tuple[str, str], int] = {}
        self._resources: dict[tuple[object, ...], int] = {}
        versions = meta_graph.graph_def.versions.SerializeToString(deterministic=True)
        self.main = entities.add("graph", versions)
        self._main = self._scope(MAIN, served.nodes, self.main)
        self._link_all()
        self._add_gradients(meta_graph.graph_def.library)

    def node(self, name: str) -> int | None:
        """Gives a node of the main graph; None where there is none, or it only saves."""
        return self._nodes.get((MAIN, name))

    @property
    def functions(self) -> Mapping[str, int]:
        """The functions that are served, by their names."""
        return self._functions

    def function(self, name: str) -> int | None:
        """Gives a function of the library."""
        return self._functions.get(name)

    def tensor(self, reference: str, function: str = MAIN) -> tuple[str, int] | None:
        """Gives which output a tensor is, and the node; None where there is no such node.

        Args:
            reference: such as `add:0`.
            function: in whose body it stands.
        """
        scope = self._main if function == MAIN else self._scopes.get(function)
        return self._resolved(scope, reference) if scope else None

    def _add_saving(self, nodes: Sequence[Any], functions: Collection[str]) -> None:
        """Adds what only saves by its ops: no client runs them, and yet none may slip in."""
        for node in nodes:
            temporary = ("value",) if node.op == "Const" else ()
            label = describe(node.attr, functions, (*IN_ORDER, *temporary)).label
            self._entities.add("saving", node.op, node.device, *label)

    def _link_all(self) -> None:
        self._scopes: dict[str, _Scope] = {}
        for name, function in self._library.items():
            nodes = {node.name: node for node in function.node_def}
            scope = self._scopes[name] = self._scope(name, nodes, self._functions[name])
            self._add_arguments(scope, function)
        if self._call:
            self._inline(*self._call)
        for scope in (self._main, *self._scopes.values()):
            for node in scope.nodes.values():
                self._link_node(scope, node)
        for name, function in self._library.items():
            self._link_results(self._functions[name], self._scopes[name], function)

    def _scope(self, name: str, nodes: Mapping[str, Any], owner: int) -> _Scope:
        scope = _Scope(name, nodes, Restored(nodes, self._checkpoint))
        for node in nodes.values():
            if node.name in scope.restored.lists:
                # What it lists is in the outputs of the node that restores; it may still be pinned to a device.
                label = describe(node.attr, self._functions, ("value",)).label
                self._entities.link(owner, "holds", self._entities.add("lists", node.op, node.device, *label))
                continue
            self._nodes[name, node.name] = self._add_node(scope, node)
            self._entities.link(owner, "holds", self._nodes[name, node.name])
        return scope

    def _add_node(self, scope: _Scope, node: Any) -> int:
        op = "" if node.op in self._functions else node.op
        if self._is_inlined(scope, node):
            return self._entities.add("restoring call", node.device)
        described = self._described(scope, node)
        kind = node.experimental_type.SerializeToString(deterministic=True)
        number = self._entities.add("node", op, node.device, kind, *described.label)
        for role, name in described.functions:
            self._entities.link(number, f"calls {role}", self._functions[name])
        if not op:
            self._entities.link(number, "is", self._functions[node.op])
        return number

    def _described(self, scope: _Scope, node: Any) -> Description:
        return describe(node.attr, self._functions, ORDERED if node.name in scope.restored else ())

    def _is_inlined(self, scope: _Scope, node: Any) -> bool:
        return scope.name == MAIN and self._call is not None and node.name == self._call[0]

    def _link_node(self, scope: _Scope, node: Any) -> None:
        if (scope.name, node.name) not in self._nodes:
            return
        number = self._nodes[scope.name, node.name]
        inputs = list(node.input)[:1] if node.name in scope.restored else node.input
        for place, reference in enumerate(inputs):
            inlined = self._is_inlined(scope, node) and not reference.startswith(CONTROL)
            if not inlined:
                self._link_input(number, scope, place, reference)
        for role, name in references(node):
            if (scope.name, name) in self._nodes:
                self._entities.link(number, role, self._nodes[scope.name, name])
        if node.attr["shared_name"].s if "shared_name" in node.attr else b"":
            self._entities.link(number, "names", self._resource("resource", *resource_key(node)))
        if "frame_name" in node.attr:
            self._entities.link(number, "in", self._resource("frame", scope.name, node.attr["frame_name"].s))

    def _link_input(self, number: int, scope: _Scope, place: int, reference: str) -> None:
        found = self._resolved(scope, reference)
        role = CONTROL if reference.startswith(CONTROL) else f"input {place}"
        if found is None:
            self._entities.link(number, f"{role} of nothing", number)
        else:
            self._entities.link(number, f"{role} {found[0]}", found[1])

    def _resolved(self, scope: _Scope, reference: str) -> tuple[str, int] | None:
        name, _, output = reference.removeprefix(CONTROL).partition(":")
        if name in scope.arguments:
            return scope.arguments[name]
        if (scope.name, name) not in self._nodes:
            return None
        told = scope.restored.output(name, output or "0")
        return told or ("" if reference.startswith(CONTROL) else output or "0"), self._nodes[scope.name, name]

    def _resource(self, *key: object) -> int:
        if key not in self._resources:
            self._resources[key] = self._entities.add(str(key[0]))
        return self._resources[key]

    def _function(self, function: Any) -> int:
        label, described = function_label(function, self._library)
        return self._entities.add("function", *label, *described.label)

    def _add_arguments(self, scope: _Scope, function: Any) -> None:
        for place, argument in enumerate(function.signature.input_arg):
            attributes = function.arg_attr[place].attr if place in function.arg_attr else {}
            described = describe(attributes, self._library)
            number = self._entities.add("argument", place, *described.label)
            self._entities.link(self._functions[scope.name], "takes", number)
            scope.arguments[argument.name] = ("0", number)

    def _inline(self, node: str, function: Any) -> None:
        call, name = self._nodes[MAIN, node], function.signature.name
        nodes = {one.name: one for one in function.node_def}
        scope = self._scopes[name] = self._scope(name, nodes, call)
        given = [one for one in self._main.nodes[node].input if not one.startswith(CONTROL)]
        for argument, reference in zip(function.signature.input_arg, given, strict=False):
            scope.arguments[argument.name] = self._resolved(self._main, reference)
        self._link_results(call, scope, function)

    def _link_results(self, owner: int, scope: _Scope, function: Any) -> None:
        for place, result in enumerate(function.signature.output_arg):
            found = self._resolved(scope, function.ret[result.name]) if result.name in function.ret else None
            if found is not None:
                self._entities.link(owner, f"gives {place} {found[0]}", found[1])
        for reference in function.control_ret.values():
            found = self._resolved(scope, f"{CONTROL}{reference}")
            if found is not None:
                self._entities.link(owner, "runs", found[1])
        if scope.name in self._functions:
            for role, name in function_label(function, self._library)[1].functions:
                self._entities.link(owner, role, self._functions[name])

    def _add_gradients(self, library: Any) -> None:
        pairs = [("gradient", one.function_name, one.gradient_func) for one in library.gradient]
        pairs += [("registered", one.registered_op_type, one.gradient_func) for one in library.registered_gradients]
        for kind, name, gradient in pairs:
            number = self._entities.add(kind, *(() if name in self._functions else (COUNTERS.sub("", name),)))
            for role, function in (("of", name), ("by", gradient)):
                if function in self._functions:
                    self._entities.link(number, role, self._functions[function])
