"""`GraphPart`: a function, a signature or an object of a SavedModel with a digest of its own."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lexport.savedmodel.checkpoint import Checkpoint
from lexport.savedmodel.digest.meta_graph_digest import meta_graph_entities

__all__ = ["GraphPart", "graph_parts"]

ROOT = "the root"


@dataclass(frozen=True)
class GraphPart:
    """A part of a SavedModel, without the weights and the bytes of the assets.

    Attributes:
        kind: what it is; `graph` is the main graph.
        name: of the function, with its counter, or of the signature; the path of the object from the root.
        own: a digest of it alone, without names.
        whole: the same with all that it calls and holds.
    """

    kind: Literal["function", "graph", "object", "signature"]
    name: str
    own: bytes
    whole: bytes


def graph_parts(meta_graph: Any) -> list[GraphPart]:
    """Gives the digests of the parts of a meta graph: two that are the same have the same, whatever their names.

    Args:
        meta_graph: a `MetaGraphDef`.

    Raises:
        AssetError: a part of the graph hides another, or it would take hours.
    """
    made = meta_graph_entities(meta_graph, Checkpoint({}), {})
    numbers = {("graph", ""): made.graph.main}
    numbers |= {("function", name): number for name, number in made.graph.functions.items()}
    numbers |= {("signature", name): number for name, number in made.signatures.items()}
    paths = dict(_paths(meta_graph.object_graph_def.nodes))
    numbers |= {("object", paths[at]): number for at, number in enumerate(made.objects) if at in paths}
    found = made.entities.colours_of(numbers.values())
    return [GraphPart(kind, name, *found[number]) for (kind, name), number in numbers.items()]  # type: ignore[arg-type]


def _paths(nodes: Any) -> Iterator[tuple[int, str]]:
    """Gives the shortest path to each object from the root."""
    seen, pending = {0}, deque([(0, "")] if nodes else [])
    while pending:
        at, path = pending.popleft()
        yield at, path or ROOT
        for child in nodes[at].children:
            if 0 <= child.node_id < len(nodes) and child.node_id not in seen:
                seen.add(child.node_id)
                pending.append((child.node_id, f"{path}/{child.local_name}" if path else child.local_name))
