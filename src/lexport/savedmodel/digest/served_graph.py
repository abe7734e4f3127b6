"""`ServedGraph`: a meta graph, divided into what is served, what restores it and what saves it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.digest.saver_nodes import called_closure, restoring_call, saving_nodes
from lexport.savedmodel.graph import MAIN, bodies

__all__ = ["ServedGraph", "read_served_graph"]


@dataclass(frozen=True)
class ServedGraph:
    """The nodes and functions of a meta graph, by what they are there for.

    Attributes:
        nodes: those of the main graph, by name, without those that only save.
        functions: `FunctionDef` by name, without those that only save and the one that restores.
        saving: the nodes that only save, those of functions as well.
        restoring: the node that calls the function that restores, and that function; None where nodes of the main graph
            restore.
    """

    nodes: Mapping[str, Any]
    functions: Mapping[str, Any]
    saving: tuple[Any, ...]
    restoring: tuple[str, Any] | None

    @property
    def names(self) -> frozenset[str]:
        """The names of all functions that are served or restore."""
        return frozenset(self.functions) | ({self.restoring[1].signature.name} if self.restoring else set())


def read_served_graph(meta_graph: Any) -> ServedGraph:
    """Divides a meta graph.

    Args:
        meta_graph: a `MetaGraphDef`.

    Raises:
        AssetError: two nodes or functions have the same name.
    """
    main = bodies(meta_graph)[MAIN].nodes
    library = {one.signature.name: one for one in meta_graph.graph_def.library.function}
    call = restoring_call(meta_graph, main)
    saving = saving_nodes(meta_graph, main)
    kept = {name: node for name, node in main.items() if name not in saving}
    only_saving = called_closure((main[name] for name in saving), library)
    only_saving -= called_closure(kept.values(), library, meta_graph.object_graph_def.concrete_functions)
    inside = (node for name in only_saving for node in library[name].node_def)
    left_out = only_saving | ({call[1]} if call else set())
    return ServedGraph(
        nodes=kept,
        functions={name: one for name, one in library.items() if name not in left_out},
        saving=(*(main[name] for name in saving), *inside),
        restoring=(call[0], library[call[1]]) if call else None,
    )
