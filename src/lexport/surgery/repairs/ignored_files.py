"""Leaves files in `assets/` out that nothing refers to."""

from lexport.doctor.subject import Subject
from lexport.surgery.repairs.edit import Edit, Repair

__all__ = ["leave_ignored_files_out"]

CODE = "LX201"


def leave_ignored_files_out(subject: Subject, edit: Edit) -> None:
    """Leaves out each file in `assets/` that the graph does not know.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    for path in subject.inventory.orphans:
        edit.without.add(path)
        edit.repairs.append(Repair(CODE, path, "the file is not in the copy: no loader opens it"))
