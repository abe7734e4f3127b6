"""`id_obstacles`: what in a graph may know how many ids a lookup table has, besides the rows of its embeddings."""

from collections.abc import Collection, Iterator

from lexport.savedmodel.graph import Place, Value, dtype_name
from lexport.savedmodel.id_gathers import GATHERS, KEEPING
from lexport.savedmodel.ops import PASSING
from lexport.surgery.replacement.id_flow import CALLING, IdFlow, is_wide_cast

__all__ = ["id_obstacles"]

COMPARISONS = frozenset({"Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"})
# Comparisons, each with the input of the ids, that tell an id from the next one where the bound is that id.
BEYOND = frozenset({("LessEqual", 0), ("Greater", 0), ("Less", 1), ("GreaterEqual", 1)})
SUMS = frozenset({"Add", "AddV2"})
BLIND = frozenset({"OnesLike", "Rank", "Shape", "ShapeN", "Size", "ZerosLike"})  # they look at no value
# The inputs whose values stand beside ids in what comes out; all where none are named here.
BESIDE = {
    "PadV2": (0, 2),
    "RaggedTensorToTensor": (1, 2),
    "SelectV2": (1, 2),
    "Slice": (0,),
    "StridedSlice": (0,),
    "Tile": (0,),
    "Transpose": (0,),
    "RaggedGather": (1,),
}
DEFAULT = 2  # the input of a lookup that says what an unknown term gets


def id_obstacles(ids: IdFlow, gathers: Collection[Place], first_new: int) -> Iterator[str]:
    """Follows ids from their table on, and tells each node that further ids might not suit.

    Args:
        ids: where the ids of a table go.
        gathers: the nodes that take rows by these ids, and whose rows were counted.
        first_new: the first id that is to be added.
    """
    for place in ids.others:
        yield f"{place} reads the table as a whole"
    for place in ids.lookups:
        default = ids.numbers(ids.flow.bodies[place.function].inputs(place.node)[DEFAULT])
        if default is None or max(default) >= first_new:
            what = "an id that is calculated" if default is None else f"the id {max(default)}"
            yield f"{place} gives unknown terms {what}"
    for value in sorted(ids.held):
        for place, index in ids.uses(value):
            yield from _use(ids, place, index, gathers, first_new)


def _use(ids: IdFlow, place: Place, index: int, gathers: Collection[Place], first_new: int) -> Iterator[str]:
    inputs = ids.flow.bodies[place.function].inputs(place.node)
    if place.op in CALLING or place.op in BLIND or (place.op in PASSING and index == 0):
        return
    if place.op in GATHERS and index == 1 and place in gathers:
        return
    node = ids.flow.bodies[place.function].nodes[place.node]
    if place.op == "Cast" and not is_wide_cast(node):
        yield f"{place} makes ids {dtype_name(node.attr['DstT'].type)}"
    elif place.op in KEEPING and index in KEEPING[place.op]:
        yield from _beside(ids, place, inputs, first_new)
    elif place.op in COMPARISONS:
        other = ids.numbers(inputs[1 - index]) if len(inputs) == 2 else None
        if other is None or max(other) >= first_new - ((place.op, index) in BEYOND):
            yield f"{place} compares ids with {'what is calculated' if other is None else max(other)}"
    elif not (place.op in SUMS and _is_never_chosen(ids, Value(place.function, place.node))):
        yield f"{place} takes the ids"


def _beside(ids: IdFlow, place: Place, inputs: list[Value], first_new: int) -> Iterator[str]:
    """Tells ids of another origin that a new id could be mistaken for."""
    last = len(inputs) - (place.op == "ConcatV2")
    for index in BESIDE.get(place.op, range(last)):
        if index >= len(inputs) or inputs[index] in ids.held or _is_never_chosen(ids, inputs[index]):
            continue
        numbers = ids.numbers(inputs[index])
        if numbers is None or max(numbers) >= first_new:
            told = "ids of another origin" if numbers is None else f"the id {max(numbers)}"
            yield f"{place} puts {told} among them"


def _is_never_chosen(ids: IdFlow, value: Value) -> bool:
    """Says whether a value only stands in for negative ids, as in the embeddings of Keras; a table gives none."""
    uses = ids.uses(value)
    return bool(uses) and all(
        place.op == "SelectV2" and index == 1 and _asks_for_negative(ids, place) for place, index in uses
    )


def _asks_for_negative(ids: IdFlow, choice: Place) -> bool:
    body = ids.flow.bodies[choice.function]
    condition = body.inputs(choice.node)[0]
    node = body.nodes.get(condition.node)
    if node is None or node.op != "Less":
        return False
    compared, bound = body.inputs(node.name)
    return compared in ids.held and ids.numbers(bound) == [0]
