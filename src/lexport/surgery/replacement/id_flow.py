"""`IdFlow`: where the ids of a lookup table go in a graph, as long as nothing is calculated from them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import Place, Value, dtype_name
from lexport.savedmodel.id_gathers import KEEPING
from lexport.savedmodel.objects import OBJECT
from lexport.savedmodel.ops import LOOKUP_OPS, PASSING, TABLE_INITIALIZERS, TABLE_OPS
from lexport.savedmodel.tensor_values import tensor_values

__all__ = ["IdFlow", "is_wide_cast"]

INTEGERS = ("int32", "int64")
CALLING = frozenset({"PartitionedCall", "StatefulPartitionedCall"})


def is_wide_cast(node: Any) -> bool:
    """Says whether a node changes the dtype of integers to one that holds every id."""
    return node.op == "Cast" and dtype_name(node.attr["DstT"].type) in INTEGERS


class IdFlow:
    """The values that hold ids of some tables, and the nodes that take them.

    Args:
        flow: the edges of a meta graph.
        tables: the nodes that make the tables.

    Attributes:
        flow: the same.
        lookups: the nodes that look up in the tables.
        others: the nodes that take the tables for something else, such as for their size.
        held: the values that hold ids as the tables give them.
    """

    def __init__(self, flow: Dataflow, tables: Collection[Place]) -> None:
        self.flow = flow
        self._tables = frozenset(tables)
        self._uses: dict[Value, list[tuple[Place, int]]] = defaultdict(list)
        self._handed: dict[Value, list[Value]] = defaultdict(list)
        for name in flow.live:
            for node in flow.bodies[name].nodes:
                self._index(flow.bodies[name].place(node))
        readers = [
            (place, index) for value, uses in self._uses.items() if self._is_table(value) for place, index in uses
        ]
        self.lookups = sorted({place for place, index in readers if place.op in LOOKUP_OPS and index == 0})
        self.others = sorted({place for place, _ in readers if self._uses_up(place)})
        self.held = self._spread([Value(place.function, place.node) for place in self.lookups])

    def uses(self, value: Value) -> list[tuple[Place, int]]:
        """Gives the nodes that take a value, each with the number of its input."""
        return self._uses.get(value, [])

    def numbers(self, value: Value) -> list[int] | None:
        """Gives the integers of a value that is constant; None where it is anything else, such as a sum of constants.

        A capture has several constants: loaders take it from the object graph or from the graph itself.
        """
        found: list[int] = []
        seen: set[Value] = set()
        pending = [value]
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            node = self.flow.bodies[current.body].nodes.get(current.node) if current.body in self.flow.bodies else None
            if node is not None and node.op == "Const":
                numbers = _integers(node.attr["value"].tensor)
                if numbers is None:
                    return None
                found += numbers
                continue
            passes = node is None or node.op in PASSING | CALLING or is_wide_cast(node)
            sources = self.flow.sources(current) if passes else []
            if not sources:
                return None
            pending += sources
        return found

    def _index(self, place: Place) -> None:
        body = self.flow.bodies[place.function]
        for index, value in enumerate(body.inputs(place.node)):
            self._uses[value].append((place, index))
        if place.op not in CALLING:
            return
        inputs = body.inputs(place.node)
        for called in (self.flow.bodies[name] for name in self.flow.called(body.nodes[place.node])):
            for argument, at in called.arguments.items():
                for value in inputs[at : at + 1]:
                    self._handed[value].append(Value(called.name, argument))
            for at, result in enumerate(called.results):
                self._handed[result].append(Value(place.function, place.node, at))

    def _uses_up(self, place: Place) -> bool:
        """Says whether a node that takes a table does something else with it than to fill it or to look up in it."""
        known = place.op in LOOKUP_OPS or place.op in TABLE_INITIALIZERS or place.op in TABLE_OPS
        return not known and not self.flow.passes_on(place)

    def _is_table(self, value: Value) -> bool:
        return any(place in self._tables for place in self._makers(value))

    def _makers(self, value: Value) -> Iterator[Place]:
        """Gives the nodes that make the table that a value is; it is handed on, also as a capture, unchanged."""
        seen: set[Value] = set()
        pending = [value]
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            body = self.flow.bodies.get(current.body)
            node = body.nodes.get(current.node) if body else None
            if body is not None and node is not None and node.op in TABLE_OPS:
                yield body.place(current.node)
            elif current.body == OBJECT or node is None or (body and self.flow.passes_on(body.place(current.node))):
                pending += self.flow.sources(current)

    def _spread(self, seeds: list[Value]) -> frozenset[Value]:
        held, pending = set(seeds), list(seeds)
        while pending:
            value = pending.pop()
            targets = [*self._handed.get(value, ()), *(one for use in self.uses(value) for one in self._kept(*use))]
            new = set(targets) - held
            held |= new
            pending += new
        return frozenset(held)

    def _kept(self, place: Place, index: int) -> list[Value]:
        keeps = index in KEEPING.get(place.op, ()) or (place.op in PASSING and index == 0)
        return [Value(place.function, place.node)] if keeps else []


def _integers(tensor: Any) -> list[int] | None:
    values = tensor_values(tensor)
    if dtype_name(tensor.dtype) not in INTEGERS:
        return None
    # TensorFlow lists no values of a tensor that is all zeros.
    return [int(number) for number in values] or [0]
