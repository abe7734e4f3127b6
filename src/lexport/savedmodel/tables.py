"""The lookup tables of a graph, and where the content of each comes from."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lexport.savedmodel.dataflow import Dataflow, Origin, OriginKind
from lexport.savedmodel.graph import Place, Value, constant_size, dtype_name
from lexport.savedmodel.ops import TABLE_INITIALIZERS, TABLE_OPS, TEXT_INITIALIZERS

__all__ = ["ContentKind", "Table", "TableContent", "read_tables", "table_key"]


class ContentKind(StrEnum):
    """Where the content of a table comes from."""

    ASSET = "asset"
    INLINED = "inlined"
    PATH = "path"
    CHECKPOINT = "checkpoint"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class TableContent:
    """One source of a table's content.

    Attributes:
        kind: an asset, constants in the graph, a file at a constant path, variables, or unknown.
        place: the node that fills the table.
        asset: the asset's file name; None for anything else.
        path: the constant path; None for anything else.
        terms: how many entries the constants hold; None for anything else.
        size: how many bytes the constants take in the graph; None for anything else.
        constants: the nodes that hold the constants, or the constant path.
    """

    kind: ContentKind
    place: Place
    asset: str | None = None
    path: str | None = None
    terms: int | None = None
    size: int | None = None
    constants: tuple[Place, ...] = ()

    def __str__(self) -> str:
        told = {
            ContentKind.ASSET: f"the asset {self.asset!r}",
            ContentKind.INLINED: f"{self.terms} terms ({self.size} bytes) as constants in the graph",
            ContentKind.PATH: f"the file at the constant path {self.path!r}",
            ContentKind.CHECKPOINT: "the variables",
            ContentKind.UNKNOWN: "something that the graph does not tell",
        }
        return told[self.kind]


@dataclass(frozen=True)
class Table:
    """A lookup table: one resource, whatever the number of nodes that name it.

    Attributes:
        shared_name: what the resource is called; empty for an anonymous table.
        key_dtype: such as `string`.
        value_dtype: such as `int64`.
        places: the nodes that make the table.
        content: what fills it; empty where nothing does.
    """

    shared_name: str
    key_dtype: str
    value_dtype: str
    places: tuple[Place, ...]
    content: tuple[TableContent, ...]

    def __str__(self) -> str:
        return f"table {self.places[0].node!r} ({self.key_dtype} to {self.value_dtype})"


def read_tables(flow: Dataflow, assets: list[str]) -> tuple[Table, ...]:
    """Finds the tables that a loader can make, and what fills them.

    Args:
        flow: the edges of the graph.
        assets: the file name of each `asset_file_def`, in order.
    """
    places: dict[str, list[Place]] = defaultdict(list)
    content: dict[str, list[TableContent]] = defaultdict(list)
    for name in sorted(flow.live):
        body = flow.bodies[name]
        for node in body.nodes.values():
            if node.op in TABLE_OPS:
                places[table_key(flow, body.place(node.name))].append(body.place(node.name))
            if node.op in TABLE_INITIALIZERS:
                filled = list(_content(flow, body.place(node.name), body.inputs(node.name), assets))
                for key in _tables(flow, body.inputs(node.name)):
                    content[key] += filled
    return tuple(_table(flow, places[key], content[key]) for key in sorted(places))


def table_key(flow: Dataflow, place: Place) -> str:
    """Gives what is equal for two nodes that make the same table: the shared name, or else the node itself."""
    node = flow.bodies[place.function].nodes.get(place.node)  # none of an object of the object graph
    attributes = {} if node is None else node.attr
    shared = attributes["shared_name"].s if "shared_name" in attributes else b""
    container = attributes["container"].s if "container" in attributes else b""
    if shared:
        return f"{container.decode(errors='replace')}/{shared.decode(errors='replace')}"
    return f"\0{place.function}\0{place.node}"


def _table(flow: Dataflow, places: list[Place], content: list[TableContent]) -> Table:
    attributes = flow.bodies[places[0].function].nodes[places[0].node].attr
    shared = attributes["shared_name"].s if "shared_name" in attributes else b""
    distinct = {(item.kind, item.asset, item.path, item.terms, item.size): item for item in content}
    return Table(
        shared_name=shared.decode(errors="replace"),
        key_dtype=_dtype(attributes, "key_dtype"),
        value_dtype=_dtype(attributes, "value_dtype"),
        places=tuple(sorted(places)),
        content=tuple(distinct.values()),
    )


def _dtype(attributes: Any, name: str) -> str:
    return dtype_name(attributes[name].type) if name in attributes else "unknown"


def _tables(flow: Dataflow, inputs: list[Value]) -> set[str]:
    origins = flow.origins(inputs[0]) if inputs else set()
    return {table_key(flow, origin.place) for origin in origins if origin.kind is OriginKind.TABLE}


def _content(flow: Dataflow, place: Place, inputs: list[Value], assets: list[str]) -> Iterator[TableContent]:
    origins = set().union(*(flow.origins(value) for value in inputs[1:]))
    kinds = {origin.kind for origin in origins}
    for index in sorted({origin.asset for origin in origins if origin.kind is OriginKind.ASSET}):
        known = 0 <= index < len(assets)
        kind = ContentKind.ASSET if known else ContentKind.UNKNOWN
        yield TableContent(kind, place, asset=assets[index] if known else None)
    yield from _constant_content(flow, place, {one for one in origins if one.kind is OriginKind.CONSTANT})
    if OriginKind.CHECKPOINT in kinds and place.op not in TEXT_INITIALIZERS:
        yield TableContent(ContentKind.CHECKPOINT, place)
    if _is_unknown(place, origins):
        yield TableContent(ContentKind.UNKNOWN, place)


def _is_unknown(place: Place, origins: set[Origin]) -> bool:
    """Says whether the graph leaves open what the content is, or for a text file which one."""
    kinds = {origin.kind for origin in origins}
    if place.op in TEXT_INITIALIZERS:
        held = any(origin.read and origin.kind is OriginKind.ASSET for origin in origins)
        return held or not kinds or not kinds <= {OriginKind.ASSET, OriginKind.CONSTANT}
    told = kinds & {OriginKind.ASSET, OriginKind.CONSTANT, OriginKind.CHECKPOINT}
    return not told or not kinds.isdisjoint({OriginKind.INPUT, OriginKind.VARIABLE})


def _constant_content(flow: Dataflow, place: Place, constants: set[Origin]) -> Iterator[TableContent]:
    names = {origin for origin in constants if origin.read or place.op in TEXT_INITIALIZERS}
    for origin in sorted(names):
        text = next(iter(flow.strings(origin.place)), "")
        yield TableContent(ContentKind.PATH, place, path=text, constants=(origin.place,))
    inlined = sorted({origin.place for origin in constants - names})
    if inlined:
        sizes = [constant_size(flow.tensor(constant)) for constant in inlined]
        terms, size = max(terms for terms, _ in sizes), sum(size for _, size in sizes)
        yield TableContent(ContentKind.INLINED, place, terms=terms, size=size, constants=tuple(inlined))
