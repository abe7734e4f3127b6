"""`scrubbed_names`: names of tables that hold no path of the machine that wrote the model."""

import hashlib
from collections.abc import Iterator
from itertools import count
from typing import Any

from lexport.doctor.subject import Subject
from lexport.savedmodel.ops import TABLE_OPS, TEXT_INITIALIZERS
from lexport.savedmodel.path_mentions import PathMention
from lexport.savedmodel.tables import Table

__all__ = ["all_nodes", "scrubbed_names", "table_names"]

NAMES = ("shared_name", "container")


def scrubbed_names(subject: Subject) -> dict[str, str]:
    """Gives a new name for each name of tables that holds a path.

    A shared name means nothing but that two nodes are one table, so it may be exchanged everywhere at once; where an
    asset fills the table, by a name that is made of what the asset holds.

    Args:
        subject: the SavedModel.
    """
    mentions = [one for one in subject.inventory.path_mentions if one.absolute]
    names = sorted({one.text for one in mentions if _is_name(one)})
    nodes = (node for graph in subject.graphs for node in all_nodes(graph.meta_graph))
    taken = {value for node in nodes for value in table_names(node).values()}
    by_name = {table.shared_name: table for table in subject.inventory.tables}
    found: dict[str, str] = {}
    for old in names:
        told = _content_name(subject, by_name[old]) if old in by_name else None
        candidates = [told] if told else []
        numbered = (f"table_{number}" for number in count())
        new = next(name for name in (*candidates, *_first(numbered, taken)) if name not in taken)
        taken.add(new)
        found[old] = new
    return found


def table_names(node: Any) -> dict[str, str]:
    """Gives what two nodes must have in common to make one table, by attribute.

    Args:
        node: a `NodeDef`.
    """
    return {name: node.attr[name].s.decode(errors="replace") for name in NAMES if name in node.attr}


def all_nodes(meta_graph: Any) -> Iterator[Any]:
    """Gives the nodes of a meta graph, and those of its functions."""
    yield from meta_graph.graph_def.node
    for function in meta_graph.graph_def.library.function:
        yield from function.node_def


def _is_name(mention: PathMention) -> bool:
    attributes = {f"attribute {name!r}" for name in NAMES}
    return mention.place is not None and mention.place.op in TABLE_OPS and mention.where in attributes


def _first(names: Iterator[str], taken: set[str]) -> list[str]:
    return [next(name for name in names if name not in taken)]


def _content_name(subject: Subject, table: Table) -> str | None:
    """Names a table after what fills it, so that two tables have one name only where they are equal."""
    contents = [subject.inventory.asset(one.asset) for one in table.content if one.asset is not None]
    if len(table.content) != 1 or len(contents) != 1 or contents[0] is None or contents[0].content is None:
        return None
    place = table.content[0].place
    bodies = (view.flow.bodies.get(place.function) for view in subject.graphs)
    node = next((body.nodes[place.node] for body in bodies if body and place.node in body.nodes), None)
    if node is None or node.op not in TEXT_INITIALIZERS:
        return None
    how = [str(node.attr[name].i) for name in ("key_index", "value_index", "offset", "vocab_size")]
    text = "\0".join(
        [contents[0].content.sha256, table.key_dtype, table.value_dtype, *how, str(node.attr["delimiter"].s)]
    )
    return f"hash_table_{hashlib.sha256(text.encode()).hexdigest()}"
