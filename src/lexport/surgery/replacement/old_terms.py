"""`OldTerms`: terms that a vocabulary loses, where they stand elsewhere in a SavedModel and stay."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lexport.doctor.subject import GraphView, Subject
from lexport.errors import Problem
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.graph import Place, dtype_name
from lexport.savedmodel.tables import ContentKind
from lexport.savedmodel.tensor_values import tensor_values
from lexport.surgery.replacement.edits import Replacement

__all__ = ["OldTerms", "copy_problems", "find_old_terms"]


@dataclass(frozen=True)
class OldTerms:
    """Terms that stand on no line of the vocabulary any more, or on another one, and elsewhere as they were.

    Attributes:
        where: a constant of the graph, or a file.
        terms: those of the terms that stand there.
        copy: whether the graph has the whole old vocabulary there.
    """

    where: str
    terms: tuple[bytes, ...]
    copy: bool


def find_old_terms(subject: Subject, replacement: Replacement) -> tuple[OldTerms, ...]:
    """Finds what a new file does not change.

    Args:
        subject: the SavedModel.
        replacement: the vocabulary and the new one.
    """
    changes = replacement.changes
    kept = set(changes.kept)
    lost = {term for line, term in enumerate(changes.old) if line not in kept}
    found = (_constants(subject, graph, replacement, lost) for graph in subject.graphs) if lost else ()
    files = _files(subject, replacement, tuple(sorted(lost))) if lost else ()
    return (*(one for constants in found for one in constants), *files)


def copy_problems(name: str, left: tuple[OldTerms, ...]) -> Iterator[Problem]:
    """Tells constants that would go on with the old vocabulary beside a file with the new one.

    Args:
        name: of the vocabulary.
        left: what `find_old_terms` found.
    """
    for one in left:
        if one.copy:
            what = f"{one.where} holds the same terms, and would keep the {counted(len(one.terms), 'old one')}"
            yield Problem(name, what, "Export the model again, both from one file")


def _constants(subject: Subject, graph: GraphView, replacement: Replacement, lost: set[bytes]) -> Iterator[OldTerms]:
    dtype, whole = replacement.target.dtype, set(replacement.changes.old)
    tables = _of_tables(subject)
    for name in sorted(graph.flow.live):
        body = graph.flow.bodies[name]
        for place in map(body.place, body.nodes):
            tensor = _constant(graph, place)
            # Numbers stand everywhere; those of a table are terms or ids.
            if tensor is None or dtype_name(tensor.dtype) != dtype or (dtype != "string" and place not in tables):
                continue
            values = set(tensor_values(tensor))
            if values & lost:
                yield OldTerms(str(place), tuple(sorted(values & lost)), len(whole) > 1 and values >= whole)


def _constant(graph: GraphView, place: Place) -> Any:
    return graph.flow.tensor(place) if place.op == "Const" else None


def _of_tables(subject: Subject) -> frozenset[Place]:
    content = (one for table in subject.inventory.tables for one in table.content)
    return frozenset(place for one in content if one.kind is ContentKind.INLINED for place in one.constants)


def _files(subject: Subject, replacement: Replacement, lost: tuple[bytes, ...]) -> Iterator[OldTerms]:
    """Finds files with the same bytes: what else is in other vocabularies is their own."""
    target = replacement.target
    for asset in subject.inventory.assets:
        if asset.name != target.asset and asset.content and asset.content.sha256 == target.sha256:
            yield OldTerms(f"{ASSETS}/{asset.name}", lost, copy=False)
