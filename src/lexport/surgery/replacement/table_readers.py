"""`read_table_readers`: who looks up in the tables that one file fills, where there are several."""

from lexport.doctor.subject import Subject
from lexport.doctor.vocabulary_use import vocabulary_uses
from lexport.savedmodel.graph import Place

__all__ = ["read_table_readers"]


def read_table_readers(subject: Subject, asset: str) -> tuple[Place, ...]:
    """Finds the nodes that look up in tables with the terms of an asset.

    Args:
        subject: the SavedModel.
        asset: the file name below `assets/`.

    Returns:
        The nodes; none where the asset fills one table alone, as the user who named it knows of that.
    """
    uses = [one for one in vocabulary_uses(subject) if one.source == "asset" and one.name == asset]
    return tuple(sorted({place for one in uses for place in one.readers})) if len(uses) > 1 else ()
