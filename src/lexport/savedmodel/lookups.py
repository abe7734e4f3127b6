"""The nodes that look something up in a table, and whether what they find can be watched."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import Place, Value
from lexport.savedmodel.objects import OBJECT
from lexport.savedmodel.ops import LOOKUP_OPS, PASSING, TABLE_INITIALIZERS, TABLE_OPS
from lexport.savedmodel.served_values import served_values
from lexport.savedmodel.signature import INIT_OP
from lexport.savedmodel.tables import Table

__all__ = ["Lookup", "read_lookups", "watched_tables"]

# They take a table, and look nothing up in it.
BOOKKEEPING = TABLE_INITIALIZERS | {
    f"LookupTable{what}{version}" for what in ("Export", "Remove", "Size") for version in ("", "V2")
}


@dataclass(frozen=True)
class Lookup:
    """A node that looks up in a table while a signature is served.

    Attributes:
        place: the node.
        table: what it looks up in.
        signatures: the names of the signatures that can run it.
        obstacle: why nobody can see what it finds; empty where one can.
    """

    place: Place
    table: Table
    signatures: tuple[str, ...]
    obstacle: str = ""


def read_lookups(meta_graph: Any, flow: Dataflow, tables: Collection[Table]) -> tuple[Lookup, ...]:
    """Finds every node behind an output of a signature that takes a table and can find something in it.

    Args:
        meta_graph: a `MetaGraphDef`.
        flow: its edges.
        tables: its tables.
    """
    by_place = {place: table for table in tables for place in table.places}
    names: dict[Place, list[str]] = defaultdict(list)
    for name, signature in sorted(meta_graph.signature_def.items()) if by_place else ():
        for body, node in {(one.body, one.node) for one in served_values(flow, signature)} if name != INIT_OP else ():
            if node in flow.bodies[body].nodes:
                names[flow.bodies[body].place(node)].append(name)
    handles = _Handles(flow, {place.function for place in names})
    found = (one for place in sorted(names) for one in _lookups(flow, handles, place, by_place, tuple(names[place])))
    return tuple(found)


def watched_tables(lookups: Iterable[Lookup]) -> tuple[Table, ...]:
    """Gives the tables of lookups without an obstacle, in the order of the first lookup of each."""
    return tuple(dict.fromkeys(lookup.table for lookup in lookups if not lookup.obstacle))


def _lookups(
    flow: Dataflow, handles: "_Handles", place: Place, by_place: dict[Place, Table], signatures: tuple[str, ...]
) -> Iterator[Lookup]:
    node = flow.bodies[place.function].nodes[place.node]
    if place.op in BOOKKEEPING or place.op in TABLE_OPS or flow.passes_on(place) or flow.called(node):
        return
    inputs = flow.bodies[place.function].inputs(place.node)
    made_by = set().union(*(handles.tables(value) for value in inputs))
    reached = {id(by_place[one]): by_place[one] for one in sorted(made_by) if one in by_place}
    for table in reached.values():
        yield Lookup(place, table, signatures, _obstacle(place, len(reached), len(inputs)))


def _obstacle(place: Place, tables: int, inputs: int) -> str:
    if place.op not in LOOKUP_OPS or inputs != 3:
        return f"{place.op} reads it, which does not say what it finds"
    return f"{place} looks up in one of {tables} tables, and its caller says in which" if tables > 1 else ""


class _Handles:
    """Which tables a value can be, where it is handed on unchanged from the node that makes a table.

    Args:
        flow: the edges of the graph.
        bodies: the names of the functions that are served; what other callers hand to these does not count.
    """

    def __init__(self, flow: Dataflow, bodies: Collection[str]) -> None:
        self._flow = flow
        self._bodies = bodies
        self._known: dict[Value, frozenset[Place]] = {}

    def tables(self, value: Value) -> frozenset[Place]:
        """Gives the nodes that make the tables."""
        if value not in self._known:
            self._known[value] = frozenset(self._walk(value))
        return self._known[value]

    def _walk(self, value: Value) -> Iterator[Place]:
        seen: set[Value] = set()
        pending = [value]
        while pending:
            current = pending.pop()
            if current in seen or current.body == OBJECT or current.body not in self._bodies:
                continue
            seen.add(current)
            body = self._flow.bodies[current.body]
            node = body.nodes.get(current.node)
            if node is not None and node.op in TABLE_OPS:
                yield body.place(current.node)
            elif node is None or node.op in PASSING or self._flow.passes_on(body.place(current.node)):
                pending += self._flow.sources(current)
