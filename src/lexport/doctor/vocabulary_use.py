"""`VocabularyUse`: what fills a lookup table, and who asks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lexport.doctor.embeddings import ids_of
from lexport.doctor.subject import GraphView, Subject
from lexport.savedmodel.dataflow import Dataflow, OriginKind
from lexport.savedmodel.graph import Place
from lexport.savedmodel.lookups import Lookup, read_lookups
from lexport.savedmodel.ops import TEXT_INITIALIZERS
from lexport.savedmodel.tables import ContentKind, Table, TableContent

__all__ = ["EmbeddingRows", "VocabularyUse", "vocabulary_uses"]

INT32, INT64 = 3, 9


@dataclass(frozen=True)
class EmbeddingRows:
    """A variable whose rows are taken by the ids of a vocabulary.

    Attributes:
        variable: its name.
        rows: how many it has.
        ids: how many the vocabulary has; None where it is missing.
    """

    variable: str
    rows: int
    ids: int | None


@dataclass(frozen=True)
class VocabularyUse:
    """What fills a lookup table, and who asks it.

    Attributes:
        table: the name of its node.
        types: such as `string to int64`.
        source: `asset`, `inlined`, `path`, `checkpoint` or `unknown`; `nothing` where nothing fills it.
        name: the asset's file name, or the path in the graph; empty for anything else.
        terms: how many there are; None where nobody can tell.
        size: their bytes, in the file or in the graph.
        offset: the id of the first term, which is how many ids mask and out-of-vocabulary terms have; None where
            terms are no keys, or the ids are made otherwise.
        default: what an unknown term gets from the table; None where the graph does not tell.
        readers: the nodes that look up in it.
        signatures: the names of those that ask it.
        embeddings: the variables whose rows its ids take.
    """

    table: str
    types: str
    source: str
    name: str
    terms: int | None
    size: int | None
    offset: int | None
    default: str | None
    readers: tuple[Place, ...]
    signatures: tuple[str, ...]
    embeddings: tuple[EmbeddingRows, ...]


def vocabulary_uses(subject: Subject) -> tuple[VocabularyUse, ...]:
    """Lists every lookup table with each source of its content."""
    lookups = [
        (graph, lookup)
        for graph in subject.graphs
        for lookup in read_lookups(graph.meta_graph, graph.flow, subject.inventory.tables)
    ]
    return tuple(use for table in subject.inventory.tables for use in _uses(subject, table, lookups))


def _uses(subject: Subject, table: Table, lookups: list[tuple[GraphView, Lookup]]) -> Iterator[VocabularyUse]:
    own = [(graph.flow, one) for graph, one in lookups if one.table == table]
    embeddings = {
        EmbeddingRows(gather.variable, gather.rows, ids_of(subject, gather))
        for gather in subject.inventory.id_gathers
        if gather.table in table.places
    }
    for content in table.content or (None,):
        terms, size = _measures(subject, content)
        yield VocabularyUse(
            table=table.places[0].node,
            types=f"{table.key_dtype} to {table.value_dtype}",
            source=content.kind.value if content else "nothing",
            name=(content.asset or content.path or "") if content else "",
            terms=terms,
            size=size,
            offset=_offset(subject, content) if content else None,
            default=next((told for flow, one in own if (told := _default(flow, one)) is not None), None),
            readers=tuple(sorted({one.place for _, one in own})),
            signatures=tuple(sorted({name for _, one in own for name in one.signatures})),
            embeddings=tuple(sorted(embeddings, key=lambda one: one.variable)),
        )


def _measures(subject: Subject, content: TableContent | None) -> tuple[int | None, int | None]:
    if content is None:
        return None, None
    if content.kind is ContentKind.ASSET:
        asset = subject.inventory.asset(content.asset or "")
        return (asset.content.lines, asset.content.size) if asset and asset.content else (None, None)
    return content.terms, content.size


def _offset(subject: Subject, content: TableContent) -> int | None:
    for graph in subject.graphs:
        body = graph.flow.bodies.get(content.place.function)
        node = body.nodes.get(content.place.node) if body else None
        if body is None or node is None:
            continue
        if node.op in TEXT_INITIALIZERS:
            return int(node.attr["offset"].i) if node.attr["value_index"].i == -1 else None
        inputs = body.inputs(node.name)
        ids = [_numbers(graph.flow, origin.place) for origin in graph.flow.origins(inputs[2])] if inputs[2:] else []
        return min(map(min, ids[0])) if len(ids) == 1 and ids[0] else None
    return None


def _default(flow: Dataflow, lookup: Lookup) -> str | None:
    inputs = flow.bodies[lookup.place.function].inputs(lookup.place.node)
    origins = flow.origins(inputs[2]) if len(inputs) == 3 else set()
    if len(origins) != 1:
        return None
    [origin] = origins
    if origin.kind is not OriginKind.CONSTANT:
        return None
    numbers = _numbers(flow, origin.place)
    return str(numbers[0][0]) if numbers else next(iter(flow.strings(origin.place)), None)


def _numbers(flow: Dataflow, place: Place) -> list[Sequence[int]]:
    """Gives the whole numbers of a constant in the parts in which it holds them; none is empty."""
    if place.op != "Const":
        return []
    tensor: Any = flow.tensor(place)
    size = {INT32: 4, INT64: 8}.get(tensor.dtype, 0)
    packed = tensor.tensor_content[: len(tensor.tensor_content) // size * size] if size else b""
    parts = (tensor.int_val, tensor.int64_val, memoryview(packed).cast("q" if size == 8 else "i"))
    return [part for part in parts if len(part)]
