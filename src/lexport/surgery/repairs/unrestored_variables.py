"""Restores the variables that signatures read where a session loader restores copies of them that nothing reads.

So `tf.saved_model.save(keras_model)` saves a model of Keras 3: its saver knows the objects of Keras, which it restores
into variables of its own, while the functions read those of TensorFlow behind them. `tf.saved_model.load` binds
functions to the objects, and works. The object graph therefore tells what each variable has to hold.
"""

from collections import defaultdict
from typing import Any

from lexport.doctor.subject import GraphView, Subject
from lexport.savedmodel.checkpoint import Checkpoint
from lexport.savedmodel.checkpoint_objects import checkpoint_nodes
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.graph import MAIN
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.session_state import read_session_state
from lexport.surgery.repairs.asked_graph import why_unasked
from lexport.surgery.repairs.edit import Edit, LeftAlone, Repair
from lexport.surgery.repairs.restoring import Restoring
from lexport.surgery.repairs.stored_variables import stored_variables

__all__ = ["restore_what_is_read"]

CODE = "LX401"
VALUE = "VARIABLE_VALUE"


def restore_what_is_read(subject: Subject, edit: Edit) -> None:
    """Lets what restores a copy that nothing reads restore the variable that signatures read.

    All of a graph are mended, or none: a session loader needs each.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    if not any(read_session_state(graph.flow, graph.runs).variables for graph in subject.graphs):
        return
    checkpoint = stored_variables(subject)
    for view, meta_graph in zip(subject.graphs, edit.saved_model.meta_graphs, strict=True):
        missing = [place.node for place in read_session_state(view.flow, view.runs).variables]
        if not missing or checkpoint is None:
            continue
        if unasked := why_unasked(edit.saved_model, meta_graph):
            edit.left_alone.append(LeftAlone(CODE, f"{GRAPH_FILE}, VarHandleOp {missing[0]!r}", unasked))
            continue
        restoring = Restoring(meta_graph, checkpoint)
        exchanged = _exchanged(view, restoring, missing, checkpoint)
        lost = [name for name in missing if name not in exchanged.values()]
        if lost:
            why = f"nothing tells with what {lost[0]!r} is to be restored, or nothing restores it"
            edit.left_alone.append(LeftAlone(CODE, f"{GRAPH_FILE}, VarHandleOp {lost[0]!r}", why))
            continue
        restoring.exchange(exchanged)
        edit.touched = True
        told = counted(len(missing), "variable")
        what = f"{told} that signatures read: each is restored instead of a copy that none reads"
        edit.repairs.append(Repair(CODE, GRAPH_FILE, what))


def _exchanged(view: GraphView, restoring: Restoring, missing: list[str], checkpoint: Checkpoint) -> dict[str, str]:
    """Gives for each spare variable the one that is to be restored instead, by the names of their nodes."""
    keys = _keys(view, checkpoint)
    spare: dict[tuple[str, bytes, bytes], list[str]] = defaultdict(list)
    for name, content in restoring.contents.items():
        if restoring.is_spare(name):
            spare[content, *restoring.kind(name)].append(name)
    found: dict[str, str] = {}
    for name in missing:
        tensor = checkpoint.tensors.get(keys.get(name, ""))
        candidates = spare[_restored(tensor), *restoring.kind(name)] if tensor is not None else []
        if candidates:
            found[candidates.pop()] = name
    return found


def _restored(tensor: Any) -> str:
    return f"restored {tensor.identity} {b''!r} {tensor.dtype}"


def _keys(view: GraphView, checkpoint: Checkpoint) -> dict[str, str]:
    """Gives the key in the checkpoint of each variable of the main graph, as the object graph binds functions to it.

    A variable that functions take for several objects has none.
    """
    objects = view.meta_graph.object_graph_def
    known = checkpoint_nodes(objects, checkpoint)
    found: dict[str, set[str]] = defaultdict(set)
    main = view.flow.bodies[MAIN]
    for node in main.nodes.values():
        inputs = [value.node for value in main.inputs(node.name)]
        for function in {*view.flow.called(node)} & {*objects.concrete_functions}:
            bound = list(objects.concrete_functions[function].bound_inputs)
            # What is captured follows the arguments of the caller.
            for name, number in zip(reversed(inputs), reversed(bound), strict=False):
                found[name] |= {key for key in [_key(known.get(number))] if key is not None}
    return {name: next(iter(keys)) for name, keys in found.items() if len(keys) == 1}


def _key(node: Any) -> str | None:
    if node is None:
        return None
    return next((str(one.checkpoint_key) for one in node.attributes if one.name == VALUE), None)
