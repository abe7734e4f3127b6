"""Which functions, signatures and objects of a graph are not what they were."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from lexport.compare.export_comparison import PartChange
from lexport.savedmodel.digest.graph_parts import GraphPart

__all__ = ["part_changes"]

# TensorFlow counts the functions of a process on.
COUNTER = re.compile(r"_\d+$")


def part_changes(old: Iterable[GraphPart], new: Iterable[GraphPart]) -> Iterator[PartChange]:
    """Compares parts by their digests, and puts those that differ together by their names.

    A function that only calls another one which differs is left out, and so is an object that only holds one: all of
    them would be told, up to the root. Signatures are told, since clients ask them.

    Args:
        old: the parts of the first SavedModel.
        new: those of the second.
    """
    before, after = list(old), list(new)
    own = list(_changes(before, after, lambda part: part.own))
    whole = list(_changes(before, after, lambda part: part.whole))
    yield from (one for one in whole if one.kind == "signature")
    inside = [one for one in own if one.kind != "signature"]
    # Parts that are all there, and are put together otherwise.
    yield from inside or [one for one in whole if one.kind != "signature"]


def _changes(old: list[GraphPart], new: list[GraphPart], digest: Callable[[GraphPart], bytes]) -> Iterator[PartChange]:
    before, after = _left(old, new, digest), _left(new, old, digest)
    for kind, name in sorted(before.keys() | after.keys()):
        for first, second in zip_longest(before.get((kind, name), []), after.get((kind, name), [])):
            yield PartChange(kind, *(None if one is None else one.name for one in (first, second)))


def _left(
    parts: list[GraphPart], others: list[GraphPart], digest: Callable[[GraphPart], bytes]
) -> dict[tuple[str, str], list[GraphPart]]:
    """Gives the parts that the other side has not, each as often as it is missing there."""
    there = Counter((part.kind, digest(part)) for part in others)
    # Of several equal ones those stay that have no namesake there.
    names = {(part.kind, part.name) for part in others}
    found: dict[tuple[str, str], list[GraphPart]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: (part.kind, part.name) not in names):
        there[part.kind, digest(part)] -= 1
        if there[part.kind, digest(part)] < 0:
            found[part.kind, COUNTER.sub("", part.name) if part.kind == "function" else part.name].append(part)
    return found
