"""`remove_unused`: constants that an edit left without a reader."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["referred_from_outside", "remove_unused"]

PLAIN = frozenset({"Cast", "Const", "Identity", "Range", "Size"})  # what keeps nothing and does nothing


def remove_unused(meta_graph: Any, names: Iterable[str]) -> None:
    """Removes nodes of the main graph that nothing refers to, and what was there for them alone.

    Args:
        meta_graph: a `MetaGraphDef`, changed in place.
        names: the nodes to look at; one that anything refers to stays.
    """
    nodes = {node.name: node for node in meta_graph.graph_def.node}
    uses = Counter(_node(reference) for node in nodes.values() for reference in node.input)
    uses.update(referred_from_outside(meta_graph))
    pending, removed = [name for name in names if name in nodes], set()
    while pending:
        name = pending.pop()
        if name in removed or uses[name] or nodes[name].op not in PLAIN:
            continue
        removed.add(name)
        for reference in nodes[name].input:
            uses[_node(reference)] -= 1
            pending += [_node(reference)] if _node(reference) in nodes else []
    kept = [node for node in nodes.values() if node.name not in removed]
    if removed:
        del meta_graph.graph_def.node[:]
        meta_graph.graph_def.node.extend(kept)


def _node(reference: str) -> str:
    return reference.removeprefix("^").split(":")[0]


def referred_from_outside(meta_graph: Any) -> Iterator[str]:
    """Names the nodes that anything but a node refers to.

    Args:
        meta_graph: a `MetaGraphDef`.
    """
    for signature in meta_graph.signature_def.values():
        for info in (*signature.inputs.values(), *signature.outputs.values()):
            yield _node(info.name)
    for asset in meta_graph.asset_file_def:
        yield _node(asset.tensor_info.name)
    for collection in meta_graph.collection_def.values():
        yield from map(_node, collection.node_list.value)
    for one in meta_graph.object_graph_def.nodes:
        if one.WhichOneof("kind") == "constant":
            yield one.constant.operation
    saver = meta_graph.saver_def
    yield from map(_node, (saver.filename_tensor_name, saver.save_tensor_name, saver.restore_op_name))
