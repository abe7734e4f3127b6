"""`room_for`: how many terms the graph of a SavedModel has room for."""

from collections.abc import Sequence

from lexport.doctor.subject import Subject
from lexport.savedmodel.checks.counted import counted
from lexport.surgery.replacement.id_flow import IdFlow
from lexport.surgery.replacement.id_obstacles import id_obstacles
from lexport.surgery.replacement.row_readers import row_readers
from lexport.surgery.replacement.size_rules import Room
from lexport.surgery.replacement.table_filling import TableFilling
from lexport.surgery.replacement.target import Target

__all__ = ["room_for"]


def room_for(subject: Subject, target: Target) -> Room:
    """Asks every table that a vocabulary fills, and every embedding that takes its ids.

    Args:
        subject: the SavedModel.
        target: the vocabulary.
    """
    rooms = [_room(subject, target, one) for one in target.fillings]
    closed = [one for one in rooms if one.terms is None]
    return closed[0] if closed else min(rooms, key=lambda one: one.terms or 0)


def _room(subject: Subject, target: Target, filling: TableFilling) -> Room:
    tables = " and ".join(sorted({place.node for place in filling.tables}))
    if filling.inverse:
        return Room(None, f"the table {tables!r} gives terms for ids, and the model gives no id beyond the last one")
    if filling.limit is not None and filling.limit != len(target.terms):
        lines = counted(filling.limit, "line")
        return Room(None, f"{filling.place} reads the first {lines} of the file alone")
    flow = subject.graphs[filling.graph].flow
    gathers = [
        one
        for one in subject.inventory.id_gathers
        if (one.asset, one.offset) == (target.asset, filling.offset) and one.place.function in flow.bodies
    ]
    if not gathers:
        return Room(None, f"the ids of the table {tables!r} reach no embedding whose rows are known")
    first_new = filling.offset + len(target.terms)
    obstacles = list(id_obstacles(IdFlow(flow, filling.tables), {one.place for one in gathers}, first_new))
    if obstacles:
        return Room(None, f"{_first(obstacles)}: nobody can tell whether further ids suit it")
    readers = list(row_readers(flow, gathers))
    if readers:
        return Room(None, f"{_first(readers)}: nobody can tell whether a row without a term is a spare one")
    least = min(gathers, key=lambda one: one.rows)
    rows = f"the embedding {least.variable!r} has {counted(least.rows, 'row')}"
    return Room(least.rows - filling.offset, f"{rows}, and the first term takes row {filling.offset}")


def _first(told: Sequence[str]) -> str:
    return told[0] + (f", and {len(told) - 1} more" if len(told) > 1 else "")
