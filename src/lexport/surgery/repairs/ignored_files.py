"""Leaves files in `assets/` out that nothing refers to."""

from pathlib import PurePosixPath

from lexport.doctor.subject import Subject
from lexport.savedmodel import Inventory
from lexport.savedmodel.file_reads import FileRead
from lexport.savedmodel.tables import ContentKind
from lexport.surgery.repairs.edit import Edit, LeftAlone, Repair

__all__ = ["leave_ignored_files_out"]

CODE = "LX201"


def leave_ignored_files_out(subject: Subject, edit: Edit) -> None:
    """Leaves out each file in `assets/` that the graph does not know.

    A graph that works out the name of a file while it serves may read any; one that reads a file of the same name from
    elsewhere may be short of this one.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    inventory = subject.inventory
    names = {PurePosixPath(path.replace("\\", "/")).name for path in _paths(inventory)}
    for path in inventory.orphans:
        if _reads_what_is_not_known(inventory):
            why = "the graph works out the name of a file that it reads, which could be this one"
            edit.left_alone.append(LeftAlone(CODE, path, why))
        elif PurePosixPath(path).name in names:
            why = "the graph reads a file of this name from elsewhere, so it may be the one that is meant"
            edit.left_alone.append(LeftAlone(CODE, path, why))
        else:
            edit.without.add(path)
            edit.repairs.append(Repair(CODE, path, "the file is not in the copy: no loader opens it"))


def _reads_what_is_not_known(inventory: Inventory) -> bool:
    contents = (content for table in inventory.tables for content in table.content)
    return any(map(_is_worked_out, inventory.file_reads)) or any(
        content.kind is ContentKind.UNKNOWN for content in contents
    )


def _is_worked_out(read: FileRead) -> bool:
    """Says whether a name is more than one constant or one asset, such as two that are joined."""
    return bool(read.others) or read.from_caller or len(read.paths) + len(read.assets) > 1


def _paths(inventory: Inventory) -> list[str]:
    contents = (content for table in inventory.tables for content in table.content)
    return [path for read in inventory.file_reads for path in read.paths] + [
        content.path for content in contents if content.path is not None
    ]
