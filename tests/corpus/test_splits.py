"""Files in parts: together they are the file."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus import Source
from lexport.corpus.progress import FileMeter
from lexport.corpus.readers import json_lines, line_blocks, read, text
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.source_file import SourceFile
from lexport.corpus.splits import split

FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
SIZES = st.integers(1, 40)


def _find(path: Path, column: str | None = None) -> SourceFile:
    files, problems = Source(path, column).find()
    assert not problems
    return files[0]


def _values(file: SourceFile, column: str | None = None) -> list[Any]:
    columns = () if column is None else (column,)
    found = read(file, columns, FileMeter(file.size))
    return [value for rows in found for value in rows.values(column).to_pylist()]


def _check(file: SourceFile, size: int, column: str | None = None) -> list[SourceFile]:
    parts = split(file, size)
    assert [value for part in parts for value in _values(part, column)] == _values(file, column)
    assert sum(part.size for part in parts) == file.size
    return parts


@FIXTURES
@given(
    content=st.text(st.sampled_from("ab\n\n\r\u00e9\ufeff"), min_size=1),
    mark=st.booleans(),
    size=SIZES,
    block=st.integers(1, 9),
    beyond=st.integers(1, 9),
)
def test_parts_of_a_text_are_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, mark: bool, size: int, block: int, beyond: int
) -> None:
    """Each line once, whatever the size of the parts, in the middle of a line, a character or the byte order mark."""
    monkeypatch.setattr(text, "BLOCK_SIZE", block)
    monkeypatch.setattr(line_blocks, "BEYOND", beyond)
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" * mark + content.encode() + b"end\n")
    _check(_find(path), size)


@FIXTURES
@given(values=st.lists(st.none() | st.text("a\n\u00e9"), min_size=1), size=SIZES, block=st.integers(1, 9))
def test_parts_of_json_lines_are_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: list[str | None], size: int, block: int
) -> None:
    """Also where some of the parts are without the key."""
    monkeypatch.setattr(json_lines, "BLOCK_SIZE", block)
    path = tmp_path / "a.jsonl"
    rows = [{} if value is None else {"x": value} for value in values]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in [*rows, {"x": "end"}]))
    _check(_find(path, "x"), size, "x")


def test_a_key_that_no_part_has_is_an_error_in_each(tmp_path: Path) -> None:
    """It names the keys of the file, not of the part."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"y": 1}\n' * 10 + '{"z": 1}\n')
    for part in split(_find(path, "x"), 20):
        with pytest.raises(UnreadableSource, match="no column 'x'; the file has 'y', 'z'"):
            _values(part, "x")


def test_a_line_of_a_part_is_named_by_where_the_part_starts(tmp_path: Path) -> None:
    """How many lines stand before it is not known."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"aaaa\nbbbb\ncc\xffc\n")
    with pytest.raises(UnreadableSource, match=r"line 2 \(from byte 5 on\) is not UTF-8 at byte 2"):
        _values(replace(_find(path), span=range(5, 14)))
    path = tmp_path / "a.jsonl"
    path.write_text('{"x": "a"}\nnonsense\n')
    with pytest.raises(UnreadableSource, match=r"line 1 \(from byte 11 on\) is not JSON"):
        _values(split(_find(path, "x"), 11)[1], "x")


@FIXTURES
@given(rows=st.integers(0, 50), group=st.integers(1, 20), size=st.integers(1, 3000))
def test_parts_of_parquet_and_arrow_are_their_groups(tmp_path: Path, rows: int, group: int, size: int) -> None:
    """Each row group and each record batch in one part."""
    table = pa.table({"x": [str(n) for n in range(rows)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=group)
    parts = _check(_find(tmp_path / "a.parquet", "x"), size, "x")
    assert len(parts) <= max(1, -(-rows // group))
    with pa.ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table, max_chunksize=group)
    _check(_find(tmp_path / "a.arrow", "x"), size, "x")


def test_small_parts_are_many(tmp_path: Path) -> None:
    """As many as there are groups, where each is as large as a part should be."""
    table = pa.table({"x": [str(n) for n in range(1000)]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=100)
    assert len(split(_find(tmp_path / "a.parquet", "x"), 100)) == 10
    with pa.ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    assert len(split(_find(tmp_path / "a.arrow", "x"), 100)) == 10


def _gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a\n" * 100))


def _text(path: Path) -> None:
    path.write_text('x\n"a\nb"\n' * 10)


def _stream(path: Path) -> None:
    with pa.ipc.new_stream(str(path), pa.schema([("x", pa.string())])) as writer:
        writer.write_table(pa.table({"x": ["a"] * 100}), max_chunksize=10)


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.txt.gz", _gzip), ("a.csv", _text), ("a.tsv", _text), ("a.tfrecord", _text), ("a.arrows", _stream)],
)
def test_what_cannot_be_cut_stays_whole(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    """Nobody knows where a record starts in the middle."""
    write(tmp_path / name)
    file = _find(tmp_path / name, None if "txt" in name else "x")
    assert split(file, 3) == [file]


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_what_cannot_be_read_is_left_to_the_reader(tmp_path: Path, name: str) -> None:
    """It knows how to say so."""
    (tmp_path / name).write_bytes(b"ARROW1 nothing else")
    file = _find(tmp_path / name, "x")
    assert split(file, 3) == [file]


def test_a_part_is_not_cut_again(tmp_path: Path) -> None:
    """And a file that is small enough is its own part."""
    (tmp_path / "a.txt").write_text("a\nb\nc\n")
    file = _find(tmp_path / "a.txt")
    assert split(file, 6) == [file]
    part = split(file, 3)[0]
    assert split(part, 1) == [part]
