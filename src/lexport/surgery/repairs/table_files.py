"""Fills tables from asset files that constants filled before."""

import hashlib
from itertools import count
from typing import Any

from lexport.doctor.subject import Subject
from lexport.doctor.vocabulary_sources import INLINE_LIMIT
from lexport.savedmodel.checks.tables import is_small
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.tables import ContentKind, Table
from lexport.surgery.repairs.asset_argument import check_captures, take_file_as_argument
from lexport.surgery.repairs.edit import Edit, LeftAlone, Repair
from lexport.surgery.repairs.file_names import file_name
from lexport.surgery.repairs.inlined_tables import InlinedTable, UncertainError, inlined_table
from lexport.surgery.repairs.unused_nodes import remove_unused

__all__ = ["fill_tables_from_files"]

CODE = "LX101"
STRING = 7  # of the enum DataType
# Arguments of a function are told by their places, which the first table has changed.
ANOTHER = "the function that fills it fills another table, which was mended; mend the copy, too"
INITIALIZER = "InitializeTableFromTextFileV2"


def fill_tables_from_files(subject: Subject, edit: Edit) -> None:
    """Makes each vocabulary that stands in the graph an asset file, where that is certain.

    The table, its name and its ids stay what they are: `InitializeTableFromTextFileV2` reads the same terms in the
    order of their ids. Terms that no line can hold and ids that are no numbers of lines are left in the graph.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    edited: set[str] = set()
    for table in subject.inventory.tables:
        inlined = [one for one in table.content if one.kind is ContentKind.INLINED and not is_small(one, INLINE_LIMIT)]
        if not inlined:
            continue
        try:
            found = _certain(subject, table)
            _check_unedited(found, edited)
            check_captures(edit.saved_model.meta_graphs[0], found)
        except UncertainError as reason:
            edit.left_alone.append(LeftAlone(CODE, f"{GRAPH_FILE}, {inlined[0].place}", str(reason)))
        else:
            _fill(subject, edit, found)
            edited.add(found.initializer.function)


def _certain(subject: Subject, table: Table) -> InlinedTable:
    if len(subject.graphs) != 1:
        raise UncertainError(f"the SavedModel has {len(subject.graphs)} graphs, which share their assets")
    if len(table.content) != 1:
        raise UncertainError(f"{table} is filled from {len(table.content)} sources")
    return inlined_table(subject.graphs[0], table)


def _check_unedited(found: InlinedTable, edited: set[str]) -> None:
    if found.call is not None and found.initializer.function in edited:
        raise UncertainError(ANOTHER)


def _fill(subject: Subject, edit: Edit, inlined: InlinedTable) -> None:
    meta_graph = edit.saved_model.meta_graphs[0]
    name = _added_file(subject, edit, inlined)
    index = len(meta_graph.asset_file_def)
    placeholder = _placeholder(meta_graph)
    meta_graph.asset_file_def.add(filename=name).tensor_info.name = f"{placeholder}:0"
    nodes = {node.name: node for node in meta_graph.graph_def.node}
    if inlined.call is None:
        node = nodes[inlined.initializer.node]
        constants = list(node.input)[1:3]
        _initialize_from_file(node, inlined, placeholder)
    else:
        constants, node, argument = take_file_as_argument(meta_graph, inlined, placeholder, index)
        _initialize_from_file(node, inlined, argument)
    remove_unused(meta_graph, [one.split(":")[0] for one in constants])
    edit.touched = True
    what = f"its {inlined.terms} terms are the asset {name}, in the order of their ids"
    edit.repairs.append(Repair(CODE, f"{GRAPH_FILE}, {inlined.initializer}", what))


def _added_file(subject: Subject, edit: Edit, inlined: InlinedTable) -> str:
    """Adds the file, unless there is an asset of the same bytes; gives its name."""
    digest = hashlib.sha256(inlined.data).hexdigest()
    held = (asset.name for asset in subject.inventory.assets if asset.content and asset.content.sha256 == digest)
    added = (path for path, data in edit.written.items() if data == inlined.data)
    path = next((f"assets/{name}" for name in held), next(added, None))
    if path is None:
        taken = {file.path for file in subject.inventory.files} | edit.written.keys()
        path = f"assets/{file_name(inlined.name, taken)}"
        edit.written[path] = inlined.data
    return path.removeprefix("assets/")


def _placeholder(meta_graph: Any) -> str:
    """Adds the node that loaders feed with the path of the file, as TensorFlow does for an asset of its own."""
    taken = {node.name for node in meta_graph.graph_def.node}
    names = ("asset_path_initializer" + (f"_{number}" if number else "") for number in count())
    node = meta_graph.graph_def.node.add(name=next(name for name in names if name not in taken), op="Placeholder")
    node.attr["dtype"].type = STRING
    node.attr["shape"].shape.SetInParent()
    return str(node.name)


def _initialize_from_file(node: Any, inlined: InlinedTable, path: str) -> None:
    """Turns the node that fills the table into one that reads a file."""
    handle, *control = node.input[0], *(one for one in node.input if one.startswith("^"))
    node.op = INITIALIZER
    del node.input[:]
    node.input.extend([handle, path, *control])
    for name in ("Tin", "Tout", "Tkey", "Tval"):
        node.attr.pop(name, None)
    node.attr["vocab_size"].i = -1
    node.attr["key_index"].i = inlined.key_index
    node.attr["value_index"].i = inlined.value_index
    node.attr["delimiter"].s = b"\t"
    if inlined.offset:
        node.attr["offset"].i = inlined.offset
