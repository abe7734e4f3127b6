"""Takes paths of the machine that wrote a model out of names that only have to be equal, and out of notes."""

from typing import Any

from lexport.doctor.subject import Subject
from lexport.savedmodel.inventory import DEBUG_INFO
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.surgery.fed_constants import fed_constants
from lexport.surgery.repairs.asked_graph import why_unasked
from lexport.surgery.repairs.edit import Edit, LeftAlone, Repair
from lexport.surgery.scrubbed_names import all_nodes, scrubbed_names, table_names

__all__ = ["scrub_paths"]

CODE = "LX501"
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
    renamed = scrubbed_names(subject)
    if renamed:
        _rename(edit.saved_model, renamed)
        edit.touched = True
        edit.repairs += [Repair(CODE, GRAPH_FILE, f"{old!r} is {new!r} now") for old, new in renamed.items()]
    _scrub_fed_constants(edit)
    if any(NOTES in one.where for one in mentions) or any(one.where == DEBUG_INFO for one in mentions):
        _drop_notes(edit)


def _rename(saved_model: Any, renamed: dict[str, str]) -> None:
    for node in (node for meta_graph in saved_model.meta_graphs for node in all_nodes(meta_graph)):
        for attribute, name in table_names(node).items():
            if name in renamed:
                node.attr[attribute].s = renamed[name].encode()


def _scrub_fed_constants(edit: Edit) -> None:
    """Exchanges the path of the training that TensorFlow 1 keeps as the value of what loaders feed."""
    for meta_graph in edit.saved_model.meta_graphs:
        fed = {one.node: one for one in fed_constants(meta_graph)}
        for node in (one for one in meta_graph.graph_def.node if one.name in fed):
            where, one = f"{GRAPH_FILE}, Const {node.name!r}", fed[node.name]
            if unasked := why_unasked(edit.saved_model, meta_graph):
                edit.left_alone.append(LeftAlone(CODE, where, unasked))
                continue
            node.attr["value"].tensor.string_val[:] = [one.asset.encode()]
            edit.touched = True
            what = f"the value {one.value.decode(errors='replace')!r}, which loaders replace, is {one.asset!r} now"
            edit.repairs.append(Repair(CODE, where, what))


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
