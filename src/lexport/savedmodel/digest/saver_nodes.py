"""What of a graph saves it again, and what restores it.

No client runs what saves: it stands in the graph for those who go on training. It holds the keys of the checkpoint
and temporary names, in an order of its own, and is left out. What restores decides which weights are served.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from lexport.savedmodel.ops import called_functions

__all__ = ["called_closure", "restoring_call", "saving_nodes"]

CALL_OPS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})


def saving_nodes(meta_graph: Any, nodes: Mapping[str, Any]) -> frozenset[str]:
    """Gives the nodes of the main graph that are there for the saver's tensor alone.

    Args:
        meta_graph: a `MetaGraphDef`.
        nodes: the nodes of its main graph, by name.
    """
    last = meta_graph.saver_def.save_tensor_name.split(":")[0]
    if last not in nodes:
        return frozenset()
    saving = _ancestors([last], nodes)
    served = [
        info.name.split(":")[0]
        for signature in meta_graph.signature_def.values()
        for info in (*signature.inputs.values(), *signature.outputs.values())
    ]
    saver = meta_graph.saver_def
    needed = [name for name in nodes if name not in saving]
    needed += [saver.restore_op_name, saver.filename_tensor_name.split(":")[0], *served]
    return frozenset(saving - _ancestors(needed, nodes))


def restoring_call(meta_graph: Any, nodes: Mapping[str, Any]) -> tuple[str, str] | None:
    """Gives the node that calls the function that restores, and that function; None where nodes stand for themselves.

    A function that something else calls as well is none: it is no part of the main graph.
    """
    name = meta_graph.saver_def.restore_op_name
    if name not in nodes or nodes[name].op not in CALL_OPS:
        return None
    function = nodes[name].attr["f"].func.name
    bodies = [nodes.values(), *(one.node_def for one in meta_graph.graph_def.library.function)]
    calls = Counter(called for body in bodies for node in body for called in called_functions(node))
    known = {one.signature.name for one in meta_graph.graph_def.library.function}
    known -= set(meta_graph.object_graph_def.concrete_functions)
    return (name, function) if function in known and calls[function] == 1 else None


def called_closure(nodes: Iterable[Any], functions: Mapping[str, Any], roots: Iterable[str] = ()) -> set[str]:
    """Gives the functions that nodes call, those that these call, and so on.

    Args:
        nodes: of any body.
        functions: `FunctionDef` by name.
        roots: further functions that are called.
    """
    pending = [*roots, *(name for node in nodes for name in called_functions(node))]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name in functions and name not in found:
            found.add(name)
            pending += [called for node in functions[name].node_def for called in called_functions(node)]
    return found


def _ancestors(names: Iterable[str], nodes: Mapping[str, Any]) -> set[str]:
    pending, found = [name for name in names if name in nodes], set()
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            inputs = (reference.removeprefix("^").split(":")[0] for reference in nodes[name].input)
            pending += [one for one in inputs if one in nodes]
    return found
