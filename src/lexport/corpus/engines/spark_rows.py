"""What runs in Spark's workers: shares in, counts as rows of one schema out, so that Spark itself can add them up.

A table of Spark's has one schema, and different jobs count different things. So a row has a column for each, null
where its job has none. It is imported without Spark.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.engines.pieces import Kind, Piece, table_of_bytes, table_to_bytes
from lexport.corpus.engines.portable import from_bytes
from lexport.corpus.engines.share_counter import ShareCounter

__all__ = ["KEYS", "PACKED", "ROWS", "SUMS", "CountShares", "pack_rows", "pieces_of"]

KEYS = ("kind", "scan", "job", "term", "number", "label")
SUMS = ("count", "documents", "weight")
# As Spark writes schemas: of the counts, and of what goes to the driver.
ROWS = (
    "kind int, scan int, job int, term binary, number bigint, label string, "
    "count bigint, documents bigint, weight bigint"
)
PACKED = "rows binary"

SCHEMA = pa.schema(
    [
        *((name, pa.int32()) for name in KEYS[:3]),
        ("term", pa.binary()),
        ("number", pa.int64()),
        ("label", pa.string()),
        *((name, pa.int64()) for name in SUMS),
    ]
)
# So that the offsets of `binary`, of 32 bits, do for the bytes of all terms of a batch.
BATCH = 1 << 18
LARGEST = 1 << 30


@dataclass(frozen=True)
class CountShares:
    """Counts the shares of a partition: the function that `mapInArrow` takes.

    Attributes:
        scans: what is counted, as `scans_to_bytes` gives it.
        memory: how many bytes may be taken before counts are handed on.
        read: Spark's accumulator of the bytes that were read.
    """

    scans: bytes
    memory: int
    read: Any

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Takes batches of `share`, and gives batches of the schema."""
        counter = ShareCounter(self.scans, self.memory)
        for batch in batches:
            for data in batch.column("share").to_pylist():
                share = from_bytes(data)
                for piece in counter.read(share):
                    yield from _rows_of(piece)
                self.read.add(share.size)
        for piece in counter.finish():
            yield from _rows_of(piece)


def pack_rows(batches: Iterator[Any]) -> Iterator[Any]:
    """Puts the rows of a partition into few values, as Spark hands rows to Python one by one."""
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) > BATCH:
            yield _packed(waiting)
            waiting = []
    if waiting:
        yield _packed(waiting)


def pieces_of(packed: bytes) -> Iterator[Piece]:
    """Takes apart what `pack_rows` has packed."""
    table = table_of_bytes(packed)
    while table.num_rows:
        kind, scan, job = (table[name][0].as_py() for name in KEYS[:3])
        same = pc.and_(
            pc.equal(table["kind"], kind), pc.and_(pc.equal(table["scan"], scan), pc.equal(table["job"], job))
        )
        yield Piece(Kind(kind), scan, job, _table_of(Kind(kind), table.filter(same)))
        table = table.filter(pc.invert(same))


def _rows_of(piece: Piece) -> Iterator[Any]:
    table = piece.table
    if piece.kind is Kind.PROBLEMS:
        texts = [json.dumps(row) for row in table.to_pylist()]
        table = pa.table({"label": texts, "count": [1] * len(texts)})
    elif "term" in table.column_names and pa.types.is_int64(table["term"].type):
        table = table.rename_columns(["number" if name == "term" else name for name in table.column_names])
    size = table.num_rows
    places = {name: pa.repeat(pa.scalar(int(piece[place]), pa.int32()), size) for place, name in enumerate(KEYS[:3])}
    columns = places | {name: table[name] for name in table.column_names}
    for rows in _slices(columns, size):
        yield from rows.to_batches()


def _slices(columns: dict[str, Any], size: int) -> Iterator[Any]:
    table = pa.table(columns)
    for start in range(0, size, BATCH):
        part = table.slice(start, BATCH)
        if part.nbytes > LARGEST:  # terms of many kilobytes
            yield from (_of_schema(part.slice(row, 1)) for row in range(part.num_rows))
        else:
            yield _of_schema(part)


def _of_schema(table: Any) -> Any:
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(table.num_rows, field.type)
        for field in SCHEMA
    ]
    return pa.table(columns, schema=SCHEMA).combine_chunks()


def _packed(batches: list[Any]) -> Any:
    return pa.record_batch({"rows": pa.array([table_to_bytes(pa.Table.from_batches(batches))], pa.binary())})


def _table_of(kind: Kind, rows: Any) -> Any:
    match kind:
        case Kind.PROBLEMS:
            return pa.Table.from_pylist([json.loads(text) for text in rows["label"].to_pylist()])
        case Kind.ROWS:
            return rows.select(["count"])
        case Kind.LABELS:
            columns = {"label": rows["label"].cast(pa.large_string())}
        case Kind.TERMS:
            integers = rows["number"].null_count == 0
            columns = {"term": rows["number"] if integers else rows["term"].cast(pa.large_binary())}
            if rows["label"].null_count == 0:
                columns["label"] = rows["label"].cast(pa.large_string())
    return pa.table(columns | {name: rows[name] for name in SUMS if rows[name].null_count == 0})
