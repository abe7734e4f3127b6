"""`rename_tables`: names of tables after their new content, so that no server shares one with another version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lexport.doctor.subject import GraphView, Subject
from lexport.errors import Problem
from lexport.savedmodel.checks.content_named import NAMED
from lexport.savedmodel.dataflow import OriginKind
from lexport.savedmodel.graph import Place
from lexport.savedmodel.ops import TABLE_INITIALIZERS, TABLE_OPS
from lexport.savedmodel.tables import table_key
from lexport.surgery.replacement.graph_edits import AttributeEdit
from lexport.surgery.replacement.table_filling import TableFilling
from lexport.surgery.replacement.target import Target
from lexport.surgery.scrubbed_names import scrubbed_names, table_names

__all__ = ["rename_leaking_tables", "rename_tables"]

SHARED_NAME = "shared_name"


@dataclass
class _Tables:
    """The nodes of one meta graph that make tables of one name, and who fills them from which content."""

    places: set[Place] = field(default_factory=set)
    filled: dict[Place, set[Place]] = field(default_factory=dict)


def rename_tables(
    subject: Subject, targets: Mapping[str, Target], digests: Mapping[str, str]
) -> tuple[list[AttributeEdit], list[Problem]]:
    """Plans the new names of all tables that replaced vocabularies fill.

    Args:
        subject: the SavedModel.
        targets: the vocabularies by their file.
        digests: the sha256 of what replaces each file.

    Returns:
        The edits, and why a table cannot be told from one that keeps its content.
    """
    edits: dict[tuple[int, Place], AttributeEdit] = {}
    problems: list[Problem] = []
    for number, graph in enumerate(subject.graphs):
        tables = _tables(graph)
        by_place = {
            one.place: (target, one) for target in targets.values() for one in target.fillings if one.graph == number
        }
        for key in {table_key(graph.flow, table) for _, one in by_place.values() for table in one.tables}:
            named = _Naming(number, graph, tables[key], by_place, digests)
            problem = named.problem()
            problems += [problem] if problem else []
            edits |= {} if problem else {(number, Place(one.function, one.node, "")): one for one in named.edits()}
    return list(edits.values()), problems


def rename_leaking_tables(subject: Subject, renamed: Sequence[AttributeEdit]) -> Iterator[AttributeEdit]:
    """Plans new names for tables that keep their content and have the name of a path: nothing published may hold one.

    Args:
        subject: the SavedModel.
        renamed: the edits of the tables that get another content.
    """
    done = {(one.graph, one.function, one.node, one.attribute) for one in renamed}
    new = scrubbed_names(subject)
    for number, graph in enumerate(subject.graphs if new else ()):
        for body in graph.flow.bodies.values():
            for node in body.nodes.values():
                for attribute, name in table_names(node).items():
                    if name in new and (number, body.name, node.name, attribute) not in done:
                        old = node.attr[attribute].s
                        yield AttributeEdit(number, body.name, node.name, attribute, old, new[name].encode())


def _tables(graph: GraphView) -> dict[str, _Tables]:
    found: dict[str, _Tables] = {}
    for body in graph.flow.bodies.values():
        for node in body.nodes.values():
            place = body.place(node.name)
            if node.op in TABLE_OPS:
                found.setdefault(table_key(graph.flow, place), _Tables()).places.add(place)
            elif node.op in TABLE_INITIALIZERS:
                for origin in graph.flow.origins(body.inputs(node.name)[0]):
                    if origin.kind is OriginKind.TABLE:
                        key = table_key(graph.flow, origin.place)
                        found.setdefault(key, _Tables()).filled.setdefault(place, set()).add(origin.place)
    return found


class _Naming:
    """The new name, or names, of the tables that have one name now."""

    def __init__(
        self,
        number: int,
        graph: GraphView,
        tables: _Tables,
        replaced: Mapping[Place, tuple[Target, TableFilling]],
        digests: Mapping[str, str],
    ) -> None:
        self._number, self._graph, self._tables, self._digests = number, graph, tables, digests
        self._replaced = {place: replaced[place] for place in tables.filled if place in replaced}

    def problem(self) -> Problem | None:
        """Says why some of the tables cannot be told from the others; None where all can."""
        groups: dict[str, set[Place]] = {}
        for place, made in self._tables.filled.items():
            groups.setdefault(self._new_name(place), set()).update(made)
        if len(groups) == 1:
            return None
        claimed = [place for made in groups.values() for place in made]
        if len(claimed) == len(set(claimed)) and set(claimed) == self._tables.places:
            return None
        names = sorted({target.name for target, _ in self._replaced.values()})
        others = sorted(str(place) for place in self._tables.filled.keys() - self._replaced.keys())
        told = f", which {' and '.join(others)} fills as well" if others else ""
        message = f"shares its table with another vocabulary of the same content{told}"
        return Problem(" and ".join(names), message, "Name both, with the same new file")

    def edits(self) -> Iterator[AttributeEdit]:
        """Gives the edits that rename the tables; none for those that have no name to share them by."""
        names = {made: self._new_name(place) for place, tables in self._tables.filled.items() for made in tables}
        only = next(iter(names.values()))
        for place in sorted(self._tables.places):
            old = self._node(place).attr[SHARED_NAME].s if SHARED_NAME in self._node(place).attr else b""
            new = names.get(place, only).encode()
            if old and new and old != new:
                yield AttributeEdit(self._number, place.function, place.node, SHARED_NAME, old, new)

    def _new_name(self, initializer: Place) -> str:
        """Names what a node fills; empty where it keeps its content."""
        if initializer not in self._replaced:
            return ""
        target, filling = self._replaced[initializer]
        digest = self._digests[target.asset]
        named = NAMED.fullmatch(self._old_name(filling))
        if named:
            return f"lexport_{digest}{named[2] or ''}"
        part = "" if filling.limit in (None, len(target.terms)) else f"_{filling.limit}"
        kind = "ids" if filling.inverse else "terms"
        return f"lexport_{digest}_{kind}_{target.dtype}_{filling.offset}{part}"

    def _old_name(self, filling: TableFilling) -> str:
        attributes = self._node(filling.tables[0]).attr
        return attributes[SHARED_NAME].s.decode(errors="replace") if SHARED_NAME in attributes else ""

    def _node(self, place: Place) -> Any:
        return self._graph.flow.bodies[place.function].nodes[place.node]
