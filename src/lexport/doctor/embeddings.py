"""LX106 and LX107: embeddings whose rows are not as many as the ids of their vocabulary."""

from collections.abc import Iterator

from lexport.doctor.finding import Finding, at_node
from lexport.doctor.subject import Subject
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.id_gathers import IdGather

__all__ = ["embeddings", "ids_of"]


def embeddings(subject: Subject) -> Iterator[Finding]:
    """Compares the rows of each variable with the ids that reach it as they are."""
    for gather in subject.inventory.id_gathers:
        ids = ids_of(subject, gather)
        if ids is None or ids == gather.rows:
            continue
        told = (
            f"the variable {gather.variable!r} has {counted(gather.rows, 'row')}, and the table {gather.table.node!r} "
            f"gives {counted(ids, 'id')}: "
        )
        signatures = subject.signatures(gather.place)
        if ids > gather.rows:
            yield at_node("LX106", gather.place, f"{told}{counted(ids - gather.rows, 'id')} without a row", signatures)
        else:
            yield at_node("LX107", gather.place, f"{told}{counted(gather.rows - ids, 'row')} to spare", signatures)


def ids_of(subject: Subject, gather: IdGather) -> int | None:
    """Gives how many ids there are; None where the vocabulary is missing."""
    if not gather.asset:
        return gather.ids(0)
    asset = subject.inventory.asset(gather.asset)
    return gather.ids(asset.content.lines) if asset and asset.content else None
