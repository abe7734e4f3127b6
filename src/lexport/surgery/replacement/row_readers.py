"""`row_readers`: who else reads the rows of an embedding, so that a row without a term need not be a spare one."""

from collections.abc import Collection, Iterator

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import Place
from lexport.savedmodel.id_gathers import IdGather, variables_read
from lexport.savedmodel.ops import VARIABLE_QUERIES

__all__ = ["row_readers"]

# They look at no row, or keep all of them for a checkpoint.
NO_READERS = VARIABLE_QUERIES | {"Cast", "Rank", "SaveV2", "Shape", "ShapeN", "Size", "VariableShape"}


def row_readers(flow: Dataflow, gathers: Collection[IdGather]) -> Iterator[str]:
    """Tells the nodes that read embeddings by anything but the ids of a vocabulary: by others, or as a whole.

    Args:
        flow: the edges of the graph.
        gathers: the nodes that take rows by the ids of the vocabulary.
    """
    variables, known = {one.variable for one in gathers}, {one.place for one in gathers}
    for name in sorted(flow.live):
        body = flow.bodies[name]
        for place in map(body.place, body.nodes):
            if place not in known and not _hands_on(flow, place):
                read = {one for value in body.inputs(place.node) for one in variables_read(flow, value)}
                yield from (f"{place} reads {one!r}, too" for one in sorted(read & variables))


def _hands_on(flow: Dataflow, place: Place) -> bool:
    return place.op in NO_READERS or flow.passes_on(place)
