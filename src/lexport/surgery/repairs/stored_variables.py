"""`stored_variables`: what the checkpoint of a SavedModel holds, where it can be read."""

from lexport.doctor.subject import Subject
from lexport.errors import AssetError
from lexport.savedmodel.checkpoint import Checkpoint, read_checkpoint

__all__ = ["stored_variables"]


def stored_variables(subject: Subject) -> Checkpoint | None:
    """Reads the variables; None where they are damaged, which the doctor tells.

    Args:
        subject: the SavedModel.
    """
    try:
        return read_checkpoint(subject.directory, subject.inventory.files)
    except AssetError:
        return None
