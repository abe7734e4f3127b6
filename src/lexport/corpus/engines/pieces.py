"""`Piece`: what workers of a cluster hand back, as Arrow tables."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.accumulation import sum_tables

__all__ = ["Kind", "Piece", "combine_tables", "table_of_bytes", "table_to_bytes"]


class Kind(IntEnum):
    """What the table of a piece holds."""

    PROBLEMS = 0  # `part` (its number), `where`, `message`, `remedy`, and `reading`: whether the rest was not read
    ROWS = 1  # `count`: how many rows were read, to be added up
    LABELS = 2  # as `kernel.label_totals` gives it
    TERMS = 3  # as `Counter.tables` gives it


class Piece(NamedTuple):
    """A part of the result.

    Attributes:
        kind: what the table holds.
        scan: the place of the scan among all.
        job: the place of the job within the scan; 0 where the piece belongs to no job.
        table: an Arrow table.
    """

    kind: Kind
    scan: int
    job: int
    table: Any


def combine_tables(kind: Kind, tables: Sequence[Any]) -> Any:
    """Makes one table of several of the same scan and job.

    Example:
        >>> combine_tables(Kind.ROWS, [pa.table({"count": [1]}), pa.table({"count": [2]})]).to_pydict()
        {'count': [3]}
    """
    match kind:
        case Kind.PROBLEMS:
            return pa.concat_tables(tables)
        case Kind.ROWS:
            return pa.table({"count": [pc.sum(pa.concat_tables(tables)["count"]).as_py()]})
        case Kind.LABELS:
            return sum_tables(tables, "label")
        case Kind.TERMS:
            return sum_tables(tables)


def table_to_bytes(table: Any) -> bytes:
    """Writes a table as an Arrow stream.

    Example:
        >>> table_of_bytes(table_to_bytes(pa.table({"count": [1]}))).to_pydict()
        {'count': [1]}
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def table_of_bytes(data: bytes) -> Any:
    """Reads a table from an Arrow stream."""
    with pa.ipc.open_stream(data) as reader:
        return reader.read_all()
