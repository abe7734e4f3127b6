"""`size_problems`: whether a vocabulary of this size and order may take the place of another one."""

from collections.abc import Iterator
from dataclasses import dataclass

from lexport.errors import Problem
from lexport.savedmodel.checks.counted import counted
from lexport.surgery.replacement.term_changes import TermChanges

__all__ = ["Room", "size_problems"]

SHOWN = 60


@dataclass(frozen=True)
class Room:
    """How many terms a graph has room for.

    Attributes:
        terms: how many lines the file may have; None where nothing may be appended.
        why: what allows no more.

    Example:
        >>> Room(6, "the embedding 'rows' has 8 rows").terms
        6
    """

    terms: int | None
    why: str


def size_problems(where: str, changes: TermChanges, room: Room, *, allow_moved: bool) -> Iterator[Problem]:
    """Tells why a vocabulary cannot be replaced by another one.

    Args:
        where: the file of the new one.
        changes: both vocabularies.
        room: what the graph allows.
        allow_moved: whether terms may have another id than in training.

    Example:
        >>> changes = TermChanges([b"a", b"b"], [b"b", b"a"])
        >>> [problem.where for problem in size_problems("new.txt", changes, Room(None, ""), allow_moved=False)]
        ['new.txt line 1', 'new.txt line 2']
    """
    old, new = len(changes.old), len(changes.new)
    if new < old:
        message = f"must have {counted(old, 'term')}, as the one that it replaces; received {new}"
        yield Problem(where, message, "Ids that no term has were learned, and nothing could ask for them any more")
    elif new > old and not changes.appended:
        yield Problem(where, *_not_appended(changes))
    elif new > old and (room.terms is None or new > room.terms):
        most = old if room.terms is None else max(old, room.terms)
        message = f"must have {'exactly' if most == old else 'at most'} {counted(most, 'term')}; received {new}"
        yield Problem(where, f"{message}: {room.why}", "What is to answer to more terms has to be trained with them")
    if not allow_moved:
        yield from _moved(where, changes)


def _not_appended(changes: TermChanges) -> tuple[str, str]:
    line = next(
        line for line, (before, after) in enumerate(zip(changes.old, changes.new, strict=False)) if before != after
    )
    message = (
        f"{counted(len(changes.new) - len(changes.old), 'term')} more than before can only be appended, after all old "
        f"terms in their order; line {line + 1} has {_shown(changes.new[line])} where {_shown(changes.old[line])} stood"
    )
    return message, "Append them in one step, and exchange terms in another"


def _moved(where: str, changes: TermChanges) -> Iterator[Problem]:
    for term, before, after in changes.moved:
        yield Problem(
            f"{where} line {after + 1}",
            f"{_shown(term)} stood on line {before + 1}: it would get another id than in training",
            "Give --allow-moved where the file that the model was trained with was wrong",
        )


def _shown(term: bytes) -> str:
    text = repr(term.decode(errors="backslashreplace"))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
