"""Drops variables of the main graph that are restored beside equal ones and read by nothing."""

from lexport.doctor.subject import Subject
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.surgery.repairs.asked_graph import why_unasked
from lexport.surgery.repairs.edit import Edit, LeftAlone, Repair
from lexport.surgery.repairs.restoring import Restoring
from lexport.surgery.repairs.stored_variables import stored_variables

__all__ = ["drop_spare_variables"]

CODE = "LX701"


def drop_spare_variables(subject: Subject, edit: Edit) -> None:
    """Lets what restores a variable that nothing reads restore its equal instead, which signatures read.

    So a session loader, such as TensorFlow Serving's, holds each once. `tf.saved_model.load` makes its variables from
    the object graph, which stays as it is.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    checkpoint = stored_variables(subject) if any(one.code == CODE for one in edit.repairs) else None
    if checkpoint is None:
        return
    for meta_graph in edit.saved_model.meta_graphs:
        restoring = Restoring(meta_graph, checkpoint)
        exchanged = _exchanged(restoring)
        unasked = why_unasked(edit.saved_model, meta_graph)
        if exchanged and unasked:
            edit.left_alone.append(LeftAlone(CODE, GRAPH_FILE, unasked))
        elif exchanged:
            restoring.exchange(exchanged)
            edit.touched = True
            told = counted(len(exchanged), "variable")
            what = f"{told} dropped that no signature reads: each is restored as its equal, which signatures read"
            edit.repairs.append(Repair(CODE, GRAPH_FILE, what))


def _exchanged(restoring: Restoring) -> dict[str, str]:
    """Gives for each spare variable the one that is read instead, by the names of their nodes."""
    kinds = {name: (content, *restoring.kind(name)) for name, content in restoring.contents.items()}
    spare = [name for name in kinds if restoring.is_spare(name)]
    kept = {kind: name for name, kind in kinds.items() if name not in set(spare)}
    return {name: kept[kinds[name]] for name in spare if kinds[name] in kept}
