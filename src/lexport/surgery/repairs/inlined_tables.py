"""Tables that are filled from constants, and how a file could fill each instead."""

import re
from dataclasses import dataclass
from typing import Any

from lexport.doctor.subject import GraphView
from lexport.savedmodel.constant_integers import constant_integers
from lexport.savedmodel.dataflow import Dataflow, OriginKind
from lexport.savedmodel.graph import MAIN, Body, Place, Value
from lexport.savedmodel.ops import LOOKUP_OPS, TABLE_INITIALIZERS
from lexport.savedmodel.tables import Table, table_key
from lexport.savedmodel.tensor_values import tensor_values

__all__ = ["InlinedTable", "UncertainError", "inlined_table"]

REPLACED = frozenset({"InitializeTableV2", "LookupTableImportV2"})
LINE_NUMBER, WHOLE_LINE = -1, -2
KERAS_LOOKUP = re.compile(r"([^/]+)/hash_table_Lookup/[^/]+$")
TERM_DTYPES = frozenset({"string", "int64"})


class UncertainError(Exception):
    """Why a table cannot be filled from a file with certainty."""


@dataclass(frozen=True)
class InlinedTable:
    """A table that constants fill.

    Attributes:
        name: what its file is called, without `.txt`: the Keras layer that asks it, or the node of the table.
        initializer: the node that fills it.
        call: the node of the main graph that calls the function of the initializer; None where it stands there itself.
        arguments: which arguments of the function are the keys and the values.
        key_index: the column of the file that holds the keys: -2 for the whole line, -1 for its number.
        value_index: that of the values.
        offset: the id of the first line.
        data: the bytes of the file.
        terms: how many lines it has.
    """

    name: str
    initializer: Place
    call: str | None
    arguments: tuple[int, int]
    key_index: int
    value_index: int
    offset: int
    data: bytes
    terms: int


def inlined_table(graph: GraphView, table: Table) -> InlinedTable:
    """Works out the file that would fill a table with the same terms at the same ids.

    Args:
        graph: what the table stands in.
        table: one that constants fill.

    Raises:
        UncertainError: no such file is known to do so.
    """
    flow = graph.flow
    if {place.op for place in table.places} != {"HashTableV2"}:
        raise UncertainError(f"no file can fill a table of the op {table.places[0].op}")
    place = _initializer(flow, table)
    body = flow.bodies[place.function]
    call, (keys, values) = _feeding(flow, body, place)
    main = flow.bodies[MAIN]
    sides = [_side(main, keys, table.key_dtype), _side(main, values, table.value_dtype)]
    key_index, value_index, offset, terms = _layout(sides, table)
    arguments = _arguments(body, place) if call is not None else (0, 0)
    name = _layer_name(flow, table) or next(
        (one.node for one in table.places if one.function == MAIN), table.places[0].node
    )
    return InlinedTable(name, place, call, arguments, key_index, value_index, offset, _lines(terms), len(terms))


def _layer_name(flow: Dataflow, table: Table) -> str | None:
    """Gives the layer that asks the table, whose name Keras puts before that of the lookup."""
    key = table_key(flow, table.places[0])
    for name in sorted(flow.live):
        body = flow.bodies[name]
        for node in body.nodes.values():
            found = KERAS_LOOKUP.search(node.name) if node.op in LOOKUP_OPS else None
            if found is not None:
                origins = flow.origins(body.inputs(node.name)[0])
                if key in {table_key(flow, one.place) for one in origins if one.kind is OriginKind.TABLE}:
                    return found[1]
    return None


def _initializer(flow: Dataflow, table: Table) -> Place:
    key = table_key(flow, table.places[0])
    found = []
    for name in sorted(flow.live):
        body = flow.bodies[name]
        for node in body.nodes.values():
            inputs = body.inputs(node.name) if node.op in TABLE_INITIALIZERS else []
            origins = flow.origins(inputs[0]) if inputs else set()
            if key in {table_key(flow, one.place) for one in origins if one.kind is OriginKind.TABLE}:
                found.append(body.place(node.name))
    if len(found) != 1:
        raise UncertainError(f"{len(found)} nodes fill it; one is required")
    if found[0].op not in REPLACED:
        raise UncertainError(f"the op {found[0].op} fills it")
    return found[0]


def _feeding(flow: Dataflow, body: Body, place: Place) -> tuple[str | None, tuple[Value, Value]]:
    """Gives the values of the main graph that fill the table, and the call that hands them on."""
    if body.name == MAIN:
        _, keys, values = _three(body, place)
        return None, (keys, values)
    callers = [
        (one.name, node)
        for one in flow.bodies.values()
        for node in one.nodes.values()
        if body.name in flow.called(node)
    ]
    if len(callers) != 1 or callers[0][0] != MAIN:
        raise UncertainError(f"the function {body.name} that fills it is not called once, by the graph itself")
    call = callers[0][1]
    if call.op not in ("PartitionedCall", "StatefulPartitionedCall"):
        raise UncertainError(f"the op {call.op} calls the function {body.name} that fills it")
    inputs = flow.bodies[MAIN].inputs(call.name)
    first, second = _arguments(body, place)
    return str(call.name), (inputs[first], inputs[second])


def _three(body: Body, place: Place) -> list[Value]:
    inputs = body.inputs(place.node)
    if len(inputs) != 3:
        raise UncertainError(f"{place} has {len(inputs)} inputs")
    return inputs


def _arguments(body: Body, place: Place) -> tuple[int, int]:
    _, keys, values = _three(body, place)
    positions = [body.arguments.get(one.node) for one in (keys, values)]
    if None in positions or positions[0] == positions[1]:
        raise UncertainError(f"{place} makes its terms within the function")
    uses = [value.node for node in body.nodes.values() for value in body.inputs(node.name)]
    uses += [value.node for value in body.results]
    if any(uses.count(one.node) != 1 for one in (keys, values)):
        raise UncertainError(f"the function {body.name} uses the terms for more than the table")
    return positions[0] or 0, positions[1] or 0


def _side(main: Body, value: Value, dtype: str) -> list[Any]:
    node = main.nodes.get(value.node)
    if dtype == "string" and node is not None and node.op == "Const" and not value.output:
        return tensor_values(node.attr["value"].tensor)
    integers = constant_integers(main, value) if dtype == "int64" else None
    if integers is None:
        raise UncertainError(f"its {dtype} values are not plain constants")
    return integers


def _layout(sides: list[list[Any]], table: Table) -> tuple[int, int, int, list[bytes]]:
    """Says which side is the lines of a file and which their numbers."""
    keys, values = sides
    if len(keys) != len(values) or not keys:
        raise UncertainError(f"it has {len(keys)} keys and {len(values)} values")
    if len(set(keys)) != len(keys):
        raise UncertainError("a key occurs twice")
    if table.value_dtype == "int64" and _is_range(values) and table.key_dtype in TERM_DTYPES:
        ordered = [key for _, key in sorted(zip(values, keys, strict=True))]
        return WHOLE_LINE, LINE_NUMBER, min(values), _texts(ordered)
    if table.key_dtype == "int64" and _is_range(keys) and table.value_dtype in TERM_DTYPES:
        ordered = [value for _, value in sorted(zip(keys, values, strict=True))]
        return LINE_NUMBER, WHOLE_LINE, min(keys), _texts(ordered)
    raise UncertainError("its ids are not consecutive, so they are no numbers of lines")


def _is_range(values: list[Any]) -> bool:
    return isinstance(values[0], int) and len(set(values)) == len(values) == max(values) - min(values) + 1


def _texts(terms: list[Any]) -> list[bytes]:
    texts = [b"%d" % term if isinstance(term, int) else term for term in terms]
    for text in texts:
        if not text or b"\n" in text or b"\r" in text:
            raise UncertainError(f"the term {text[:80].decode(errors='replace')!r} cannot stand on a line of its own")
    return texts


def _lines(terms: list[bytes]) -> bytes:
    return b"".join(term + b"\n" for term in terms)
