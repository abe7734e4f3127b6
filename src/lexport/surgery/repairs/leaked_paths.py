"""Takes paths of the machine that wrote a model out of names that only have to be equal, and out of notes."""

import hashlib
from collections.abc import Iterator
from itertools import count
from typing import Any

from lexport.doctor.subject import Subject
from lexport.savedmodel.inventory import DEBUG_INFO
from lexport.savedmodel.ops import TABLE_OPS, TEXT_INITIALIZERS
from lexport.savedmodel.path_mentions import PathMention
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.tables import Table
from lexport.surgery.repairs.edit import Edit, Repair

__all__ = ["scrub_paths"]

CODE = "LX501"
STRING = 7  # of the enum DataType
NAMES = ("shared_name", "container")
NOTES = "the debug information"


def scrub_paths(subject: Subject, edit: Edit) -> None:
    """Renames tables whose names hold a path, and drops debug information that names source files.

    A shared name means nothing but that two nodes are one table, so each is exchanged everywhere at once; where an
    asset fills the table, by a name that is made of what the asset holds. A path in a constant or in a description may
    be meant, and stays.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    mentions = [one for one in subject.inventory.path_mentions if one.absolute]
    names = sorted({one.text for one in mentions if _is_name(one)})
    renamed = _new_names(subject, edit.saved_model, names)
    if renamed:
        _rename(edit.saved_model, renamed)
        edit.touched = True
        edit.repairs += [Repair(CODE, GRAPH_FILE, f"{old!r} is {new!r} now") for old, new in renamed.items()]
    _scrub_fed_constants(edit)
    if any(NOTES in one.where for one in mentions) or any(one.where == DEBUG_INFO for one in mentions):
        _drop_notes(edit)


def _is_name(mention: PathMention) -> bool:
    attributes = {f"attribute {name!r}" for name in NAMES}
    return mention.place is not None and mention.place.op in TABLE_OPS and mention.where in attributes


def _new_names(subject: Subject, saved_model: Any, names: list[str]) -> dict[str, str]:
    taken = {value for node in _nodes(saved_model) for value in _names_of(node).values()}
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


def _first(names: Iterator[str], taken: set[str]) -> list[str]:
    return [next(name for name in names if name not in taken)]


def _content_name(subject: Subject, table: Table) -> str | None:
    """Names a table after what fills it, so that two tables have one name only where they are equal."""
    contents = [subject.inventory.asset(one.asset) for one in table.content if one.asset is not None]
    if len(table.content) != 1 or len(contents) != 1 or contents[0] is None or contents[0].content is None:
        return None
    place = table.content[0].place
    node = next((view.flow.bodies[place.function].nodes.get(place.node) for view in subject.graphs), None)
    if node is None or node.op not in TEXT_INITIALIZERS:
        return None
    how = [str(node.attr[name].i) for name in ("key_index", "value_index", "offset", "vocab_size")]
    text = "\0".join(
        [contents[0].content.sha256, table.key_dtype, table.value_dtype, *how, str(node.attr["delimiter"].s)]
    )
    return f"hash_table_{hashlib.sha256(text.encode()).hexdigest()}"


def _rename(saved_model: Any, renamed: dict[str, str]) -> None:
    for node in _nodes(saved_model):
        for attribute, name in _names_of(node).items():
            if name in renamed:
                node.attr[attribute].s = renamed[name].encode()


def _names_of(node: Any) -> dict[str, str]:
    return {name: node.attr[name].s.decode(errors="replace") for name in NAMES if name in node.attr}


def _nodes(saved_model: Any) -> Iterator[Any]:
    for meta_graph in saved_model.meta_graphs:
        yield from meta_graph.graph_def.node
        for function in meta_graph.graph_def.library.function:
            yield from function.node_def


def _fed(saved_model: Any) -> dict[str, str]:
    """Gives the nodes that loaders feed with the path of an asset, and its name."""
    return {
        asset.tensor_info.name.split(":")[0]: asset.filename
        for meta_graph in saved_model.meta_graphs
        for asset in meta_graph.asset_file_def
    }


def _scrub_fed_constants(edit: Edit) -> None:
    """Exchanges the path of the training that TensorFlow 1 keeps as the value of what loaders feed."""
    fed = _fed(edit.saved_model)
    for meta_graph in edit.saved_model.meta_graphs:
        for node in meta_graph.graph_def.node:
            tensor = node.attr["value"].tensor if node.op == "Const" and node.name in fed else None
            if tensor is not None and tensor.dtype == STRING and b"/" in b"".join(tensor.string_val):
                old = b"".join(tensor.string_val).decode(errors="replace")
                tensor.string_val[:] = [fed[node.name].encode()]
                edit.touched = True
                what = f"the value {old!r}, which loaders replace, is {fed[node.name]!r} now"
                edit.repairs.append(Repair(CODE, f"{GRAPH_FILE}, Const {node.name!r}", what))


def _drop_notes(edit: Edit) -> None:
    edit.without.add(DEBUG_INFO)
    for meta_graph in edit.saved_model.meta_graphs:
        meta_graph.graph_def.ClearField("debug_info")
        for function in meta_graph.graph_def.library.function:
            for node in function.node_def:
                node.ClearField("experimental_debug_info")
        for node in meta_graph.graph_def.node:
            node.ClearField("experimental_debug_info")
    edit.touched = True
    edit.repairs.append(Repair(CODE, GRAPH_FILE, "the debug information, which names source files, is dropped"))
