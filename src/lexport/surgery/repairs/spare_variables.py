"""Drops variables of the main graph that are restored beside equal ones and read by nothing."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lexport.doctor.subject import Subject
from lexport.errors import AssetError
from lexport.savedmodel.checkpoint import Checkpoint, read_checkpoint
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.digest.restored import Restored
from lexport.savedmodel.digest.saver_nodes import restoring_call
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.surgery.repairs.edit import Edit, Repair
from lexport.surgery.repairs.unused_nodes import referred_from_outside

__all__ = ["drop_spare_variables"]

CODE = "LX701"
ENDS = frozenset({"AssignVariableOp", "ReadVariableOp", "VarIsInitializedOp"})


def drop_spare_variables(subject: Subject, edit: Edit) -> None:
    """Lets what restores a variable that nothing reads restore its equal instead, which signatures read.

    So a session loader, such as TensorFlow Serving's, holds each once. `tf.saved_model.load` makes its variables from
    the object graph, which stays as it is.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    if not any(one.code == CODE for one in edit.repairs):
        return
    try:
        checkpoint = read_checkpoint(subject.directory, subject.inventory.files)
    except AssetError:
        return
    for meta_graph in edit.saved_model.meta_graphs:
        nodes = {node.name: node for node in meta_graph.graph_def.node}
        uses = _Uses(meta_graph, nodes)
        exchanged = _exchanged(nodes, uses, _restored_contents(meta_graph, nodes, checkpoint))
        if exchanged:
            _drop(meta_graph, nodes, uses, exchanged)
            edit.touched = True
            told = counted(len(exchanged), "variable")
            what = f"{told} dropped that no signature reads: each is restored as its equal, which signatures read"
            edit.repairs.append(Repair(CODE, GRAPH_FILE, what))


class _Uses:
    """Who uses each node of the main graph.

    Args:
        meta_graph: a `MetaGraphDef`.
        nodes: of its main graph, by name.
    """

    def __init__(self, meta_graph: Any, nodes: dict[str, Any]) -> None:
        saver = meta_graph.saver_def
        self.savers = {_node(saver.save_tensor_name), _node(saver.restore_op_name)} & nodes.keys()
        self.users: dict[str, set[str]] = defaultdict(set)
        for node in nodes.values():
            for reference in node.input:
                self.users[_node(reference)].add(node.name)
        self._nodes = nodes
        self._outside = set(referred_from_outside(meta_graph))

    def is_spare(self, name: str) -> bool:
        """Says whether a variable is there for the saver alone."""
        users = self.users[name] - self.savers
        return name not in self._outside and all(self._is_end(user) for user in users)

    def _is_end(self, name: str) -> bool:
        return self._nodes[name].op in ENDS and not self.users[name] and name not in self._outside


def _exchanged(nodes: dict[str, Any], uses: _Uses, contents: dict[str, str]) -> dict[str, str]:
    """Gives for each spare variable the one that is read instead, by the names of their nodes."""
    spare = {name for name in contents if uses.is_spare(name)}
    kept = {_kind(nodes[name], content): name for name, content in contents.items() if name not in spare}
    return {
        name: kept[_kind(nodes[name], contents[name])] for name in spare if _kind(nodes[name], contents[name]) in kept
    }


def _kind(node: Any, content: str) -> tuple[str, bytes, bytes]:
    shape: bytes = node.attr["shape"].SerializeToString(deterministic=True)
    dtype: bytes = node.attr["dtype"].SerializeToString(deterministic=True)
    return content, dtype, shape


def _restored_contents(meta_graph: Any, nodes: dict[str, Any], checkpoint: Checkpoint) -> dict[str, str]:
    """Gives what each variable is restored with, by the name of its node."""
    called = restoring_call(meta_graph, nodes)
    if called is None:
        return {}
    call = nodes[called[0]]
    function = next(one for one in meta_graph.graph_def.library.function if one.signature.name == called[1])
    body = {node.name: node for node in function.node_def}
    places = {argument.name: place for place, argument in enumerate(function.signature.input_arg)}
    restored = Restored(body, checkpoint)
    found = {}
    for node in body.values():
        if node.op == "AssignVariableOp" and node.input[0] in places and places[node.input[0]] < len(call.input):
            variable = nodes.get(call.input[places[node.input[0]]])
            content = _content(body, restored, node.input[1])
            if variable is not None and variable.op == "VarHandleOp" and content is not None:
                found[variable.name] = content
    return found


def _content(body: dict[str, Any], restored: Restored, reference: str) -> str | None:
    for _ in range(4):
        name, _, output = reference.partition(":")
        if name in restored:
            return restored.output(name, output)
        if name not in body or body[name].op != "Identity":
            return None
        reference = body[name].input[0]
    return None


def _drop(meta_graph: Any, nodes: dict[str, Any], uses: _Uses, exchanged: dict[str, str]) -> None:
    for name in uses.savers:
        inputs = [exchanged.get(reference, reference) for reference in nodes[name].input]
        del nodes[name].input[:]
        nodes[name].input.extend(inputs)
    dropped = set(exchanged).union(*(uses.users[name] - uses.savers for name in exchanged))
    dropped |= set(_left_over(nodes, uses, dropped))
    kept = [node for node in nodes.values() if node.name not in dropped]
    del meta_graph.graph_def.node[:]
    meta_graph.graph_def.node.extend(kept)


def _left_over(nodes: dict[str, Any], uses: _Uses, dropped: set[str]) -> Iterator[str]:
    """Names what read a variable for the sake of one that is dropped, and of nothing else."""
    sources = {_node(reference) for name in dropped for reference in nodes[name].input}
    for source in sources & nodes.keys():
        if nodes[source].op == "ReadVariableOp" and uses.users[source] <= dropped:
            yield source


def _node(reference: str) -> str:
    return reference.removeprefix("^").split(":")[0]
