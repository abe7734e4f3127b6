"""Rows of one schema for all that is counted."""

from typing import Any

import pyarrow as pa
import pytest

from lexport.corpus.engines import spark_rows
from lexport.corpus.engines.pieces import Kind, Piece
from lexport.corpus.engines.spark_rows import SCHEMA, pack_rows, pieces_of

TEXT, BYTES = pa.large_string(), pa.large_binary()
PROBLEM = {"part": 3, "where": "a.csv", "message": "no column", "remedy": "", "reading": True}
PIECES = [
    Piece(Kind.PROBLEMS, 0, 0, pa.Table.from_pylist([PROBLEM])),
    Piece(Kind.ROWS, 1, 0, pa.table({"count": [7]})),
    Piece(Kind.LABELS, 0, 1, pa.table({"label": pa.array(["", "q"], TEXT), "count": [1, 2], "weight": [5, 6]})),
    Piece(Kind.TERMS, 0, 0, pa.table({"term": pa.array([b"\xff", b"a\0"], BYTES), "count": [1, 2]})),
    Piece(
        Kind.TERMS, 0, 1, pa.table({"term": pa.array([-(2**63), 5], pa.int64()), "count": [1, 2], "documents": [1, 1]})
    ),
    Piece(
        Kind.TERMS,
        2,
        0,
        pa.table({"term": pa.array([b"a"], BYTES), "label": pa.array([""], TEXT), "count": [1], "weight": [-4]}),
    ),
]


def rows_of(piece: Piece) -> list[Any]:
    return list(spark_rows._rows_of(piece))


@pytest.mark.parametrize("limit", [1, 1 << 18])
def test_pieces_survive_the_way_through_rows(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """With the types that the kernel gives, in few values or in many."""
    monkeypatch.setattr(spark_rows, "BATCH", limit)
    batches = [batch for piece in PIECES for batch in rows_of(piece)]
    assert {batch.schema for batch in batches} == {SCHEMA}
    packed = [value for batch in pack_rows(iter(batches)) for value in batch.column("rows").to_pylist()]
    found: dict[Any, list[Any]] = {}
    for piece in (piece for value in packed for piece in pieces_of(value)):
        found.setdefault(piece[:3], []).append(piece.table)
    assert set(found) == {piece[:3] for piece in PIECES}
    for piece in PIECES:
        assert pa.concat_tables(found[piece[:3]]).to_pylist() == piece.table.to_pylist()
        assert {table.schema for table in found[piece[:3]]} == {piece.table.schema}


def test_terms_of_many_bytes_go_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The offsets of Spark's binary columns have 32 bits."""
    monkeypatch.setattr(spark_rows, "LARGEST", 100)
    table = pa.table({"term": pa.array([b"a" * 60, b"b" * 60], BYTES), "count": [1, 2]})
    assert [batch.num_rows for batch in rows_of(Piece(Kind.TERMS, 0, 0, table))] == [1, 1]
