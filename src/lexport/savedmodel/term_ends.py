"""`TermEnds`: the first and the last terms of a vocabulary in a SavedModel, without reading what is between them."""

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.dataflow import Dataflow, OriginKind
from lexport.savedmodel.graph import Body, Value, constant_size, dtype_name
from lexport.savedmodel.inventory import Inventory
from lexport.savedmodel.ops import TEXT_INITIALIZERS
from lexport.savedmodel.saved_model_file import read_saved_model, serving_graph
from lexport.savedmodel.tables import ContentKind, Table, TableContent
from lexport.savedmodel.tree import open_inside

__all__ = ["TermEnds", "read_term_ends"]

WHOLE_LINE, LINE_NUMBER = -2, -1
CODES = {"int64": "q", "int32": "i"}
AT_ONCE = 1 << 16  # a line may be as long as the file

Terms = tuple[tuple[int | None, bytes], ...]


@dataclass(frozen=True)
class TermEnds:
    """The two ends of a vocabulary.

    Attributes:
        name: the asset file; for constants, the node of the table that they fill.
        asset: the file's name below `assets/`; None for constants.
        table: what is filled, in words.
        count: how many terms there are.
        first: the first ones, each after the id that the table gives it; None where the graph does not tell.
        last: the last ones; none that is among the first.
    """

    name: str
    asset: str | None
    table: str
    count: int
    first: Terms
    last: Terms


def read_term_ends(inventory: Inventory, number: int = 3) -> tuple[TermEnds, ...]:
    """Reads the ends of each vocabulary of a SavedModel; one that fills tables with the same ids is given once.

    Args:
        inventory: the SavedModel.
        number: how many terms to give of each end, at most.

    Raises:
        AssetError: it is damaged.
    """
    if not inventory.tables:
        return ()
    flow = Dataflow(serving_graph(read_saved_model(inventory.directory, inventory.files)))
    found: dict[tuple[object, ...], TermEnds] = {}
    for table in inventory.tables:
        for content in table.content:
            for one in _ends(inventory, flow, table, content, number):
                found.setdefault((one.name, one.first), one)
    return tuple(sorted(found.values(), key=lambda one: one.name))


def _ends(inventory: Inventory, flow: Dataflow, table: Table, content: TableContent, number: int) -> Iterator[TermEnds]:
    body = flow.bodies.get(content.place.function)
    node = body.nodes.get(content.place.node) if body else None
    if body is None or node is None:
        return
    if content.kind is ContentKind.ASSET and node.op in TEXT_INITIALIZERS:
        asset = inventory.asset(content.asset or "")
        if asset is not None and asset.content is not None:
            lines = asset.content.lines
            first, last = _of_file(inventory, asset.name, lines, number, _first_id(node))
            yield TermEnds(asset.name, asset.name, str(table), lines, first, last)
    elif content.kind is ContentKind.INLINED:
        count, first, last = _of_constants(flow, body, node, number)
        if count:
            yield TermEnds(table.places[0].node, None, str(table), count, first, last)


def _first_id(node: Any) -> int | None:
    indices = {node.attr[name].i for name in ("key_index", "value_index")}
    return int(node.attr["offset"].i) if indices == {WHOLE_LINE, LINE_NUMBER} else None


def _of_file(inventory: Inventory, name: str, lines: int, number: int, first_id: int | None) -> tuple[Terms, Terms]:
    try:
        with open_inside(inventory.directory, f"{ASSETS}/{name}") as file:
            head = [file.readline(AT_ONCE) for _ in range(min(number, lines))]
            file.seek(max(0, file.seek(0, os.SEEK_END) - number * AT_ONCE))
            tail = file.read(number * AT_ONCE).removesuffix(b"\n").split(b"\n")
    except OSError:
        return (), ()  # it was there a moment ago
    rest = min(number, lines - len(head))
    tail = tail[-rest:] if rest > 0 else []
    starts = 0, lines - len(tail)
    # As TensorFlow's reader does: it drops every carriage return.
    terms = ([line.removesuffix(b"\n").replace(b"\r", b"") for line in part] for part in (head, tail))
    first, last = (
        tuple((None if first_id is None else first_id + start + at, term) for at, term in enumerate(part))
        for start, part in zip(starts, terms, strict=True)
    )
    return first, last


def _of_constants(flow: Dataflow, body: Body, node: Any, number: int) -> tuple[int, Terms, Terms]:
    sides = [_constant(flow, value) for value in body.inputs(node.name)[1:3]]
    keys, values = sides if len(sides) == 2 else (None, None)
    # Strings are terms, and of two sides of integers the keys are.
    terms, ids = (values, keys) if _is_text(values) else (keys, values)
    if terms is None:
        return 0, (), ()
    count = constant_size(terms)[0]
    head, tail = min(number, count), min(number, max(0, count - number))
    first = zip(_integers(ids, 0, head), _values(terms, 0, head), strict=False)
    last = zip(_integers(ids, count - tail, tail), _values(terms, count - tail, tail), strict=False)
    return count, tuple(first), tuple(last)


def _constant(flow: Dataflow, value: Value) -> Any:
    """Gives the constant that a value is; None where it is none, or one of several."""
    origins = {origin for origin in flow.origins(value) if origin.kind is OriginKind.CONSTANT}
    return flow.tensor(next(iter(origins)).place) if len(origins) == 1 else None


def _is_text(tensor: Any) -> bool:
    return tensor is not None and dtype_name(tensor.dtype) == "string"


def _integers(tensor: Any, start: int, count: int) -> list[int | None]:
    found = [] if tensor is None or _is_text(tensor) else _values(tensor, start, count)
    return [int(one) for one in found] or [None] * count


def _values(tensor: Any, start: int, count: int) -> list[bytes]:
    """Gives some values of a tensor of strings or integers, these in decimal digits."""
    code = CODES.get(dtype_name(tensor.dtype), "")
    if code and tensor.tensor_content:
        size = struct.calcsize(f"<{code}")
        data = tensor.tensor_content[start * size : (start + count) * size]
        return [b"%d" % one for [one] in struct.iter_unpack(f"<{code}", data[: len(data) // size * size])]
    stored: Sequence[Any] = tensor.string_val or tensor.int64_val or tensor.int_val
    # TensorFlow repeats the last value of a tensor that lists fewer than its shape asks for.
    found = [stored[min(at, len(stored) - 1)] for at in range(start, start + count)] if stored else []
    return [one if isinstance(one, bytes) else b"%d" % one for one in found]
