"""`Restoring`: which variable of the main graph is restored with what, and how to restore another instead."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from lexport.savedmodel.checkpoint import Checkpoint
from lexport.savedmodel.digest.restored import Restored
from lexport.savedmodel.digest.saver_nodes import restoring_call
from lexport.surgery.repairs.unused_nodes import referred_from_outside

__all__ = ["Restoring"]

ENDS = frozenset({"AssignVariableOp", "ReadVariableOp", "VarIsInitializedOp"})
IDENTITIES = 4  # how many stand between what is restored and what is assigned, at most


class Restoring:
    """What a session loader does with a checkpoint.

    Args:
        meta_graph: a `MetaGraphDef`.
        checkpoint: what `variables/` holds.

    Attributes:
        nodes: of the main graph, by name.
    """

    def __init__(self, meta_graph: Any, checkpoint: Checkpoint) -> None:
        self._meta_graph = meta_graph
        self._checkpoint = checkpoint
        self.nodes = {node.name: node for node in meta_graph.graph_def.node}
        saver = meta_graph.saver_def
        self._savers = {_node(saver.save_tensor_name), _node(saver.restore_op_name)} & self.nodes.keys()
        self._users: dict[str, set[str]] = defaultdict(set)
        for node in self.nodes.values():
            for reference in node.input:
                self._users[_node(reference)].add(node.name)
        self._outside = set(referred_from_outside(meta_graph))

    @cached_property
    def contents(self) -> dict[str, str]:
        """What each variable is restored with, by the name of its node; empty where nodes stand for themselves."""
        called = restoring_call(self._meta_graph, self.nodes)
        if called is None:
            return {}
        call = self.nodes[called[0]]
        function = next(one for one in self._meta_graph.graph_def.library.function if one.signature.name == called[1])
        body = {node.name: node for node in function.node_def}
        places = {argument.name: place for place, argument in enumerate(function.signature.input_arg)}
        restored = Restored(body, self._checkpoint)
        found: dict[str, str] = {}
        for node in body.values():
            if node.op == "AssignVariableOp" and places.get(node.input[0], len(call.input)) < len(call.input):
                variable = self.nodes.get(call.input[places[node.input[0]]])
                content = _content(body, restored, node.input[1])
                if variable is not None and variable.op == "VarHandleOp" and content is not None:
                    found[variable.name] = content
        return found

    def is_spare(self, name: str) -> bool:
        """Says whether a variable is there for the saver alone."""
        users = self._users[name] - self._savers
        return name not in self._outside and all(self._is_end(user) for user in users)

    def kind(self, name: str) -> tuple[bytes, bytes]:
        """Gives what has to be equal for two variables to hold the same values: dtype and shape."""
        attributes = self.nodes[name].attr
        dtype, shape = (attributes[part].SerializeToString(deterministic=True) for part in ("dtype", "shape"))
        return dtype, shape

    def exchange(self, exchanged: Mapping[str, str]) -> None:
        """Restores others instead of spare variables, which are dropped with what read them for nothing.

        Args:
            exchanged: for each spare variable the other, by the names of their nodes.
        """
        for name in self._savers:
            inputs = [exchanged.get(reference, reference) for reference in self.nodes[name].input]
            del self.nodes[name].input[:]
            self.nodes[name].input.extend(inputs)
        dropped = set(exchanged).union(*(self._users[name] - self._savers for name in exchanged))
        dropped |= set(self._left_over(dropped))
        kept = [node for node in self.nodes.values() if node.name not in dropped]
        del self._meta_graph.graph_def.node[:]
        self._meta_graph.graph_def.node.extend(kept)

    def _is_end(self, name: str) -> bool:
        return self.nodes[name].op in ENDS and not self._users[name] and name not in self._outside

    def _left_over(self, dropped: set[str]) -> Iterator[str]:
        """Names what read a variable for the sake of one that is dropped, and of nothing else."""
        sources = {_node(reference) for name in dropped for reference in self.nodes[name].input}
        for source in sources & self.nodes.keys():
            if self.nodes[source].op == "ReadVariableOp" and self._users[source] <= dropped:
                yield source


def _content(body: Mapping[str, Any], restored: Restored, reference: str) -> str | None:
    for _ in range(IDENTITIES):
        name, _, output = reference.partition(":")
        if name in restored:
            return restored.output(name, output)
        if name not in body or body[name].op != "Identity":
            return None
        reference = body[name].input[0]
    return None


def _node(reference: str) -> str:
    return reference.removeprefix("^").split(":")[0]
