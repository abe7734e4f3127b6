"""Arrow files, streams and Feather."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import feather

from lexport.corpus.readers import arrow
from lexport.corpus.rows import Rows

ReadRows = Callable[..., list[Rows]]
Problem = Callable[..., str]
TABLE = pa.table({"n": range(50), "x": [f"w{n}" if n % 3 else None for n in range(50)], "l": [["a", "b"]] * 50})


def _file(path: Path) -> None:
    with pa.ipc.new_file(str(path), TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=20)


def _compressed_file(path: Path) -> None:
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(str(path), TABLE.schema, options=options) as writer:
        writer.write_table(TABLE, max_chunksize=20)


def _stream(path: Path) -> None:
    with pa.ipc.new_stream(str(path), TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=20)


def _old_stream(path: Path) -> None:
    options = pa.ipc.IpcWriteOptions(use_legacy_format=True)
    with pa.ipc.new_stream(str(path), TABLE.schema, options=options) as writer:
        writer.write_table(TABLE, max_chunksize=20)


def _feather(path: Path) -> None:
    feather.write_feather(TABLE, str(path), chunksize=20)


@pytest.mark.parametrize("write", [_file, _compressed_file, _stream, _old_stream, _feather])
@pytest.mark.parametrize("name", ["a.arrow", "a.arrows", "a.feather", "a.ipc"])
def test_every_way_of_writing_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_rows: ReadRows, write: Callable[[Path], None], name: str
) -> None:
    """Whatever the name says, file or stream; columns are aligned, batches cut where they are large."""
    monkeypatch.setattr(arrow, "MOST_ROWS", 15)
    write(tmp_path / name)
    found = read_rows(tmp_path / name, "x", "n", "l")
    assert [rows.number for rows in found] == [15, 5, 15, 5, 10]
    assert {key: [value for rows in found for value in rows.columns[key].to_pylist()] for key in "nxl"} == (
        TABLE.to_pydict()
    )


def test_dictionaries_are_their_values(tmp_path: Path, read_rows: ReadRows) -> None:
    """Also where only one of several columns is read."""
    column = pa.array(["a", None, "a"]).dictionary_encode()
    feather.write_feather(pa.table({"y": column, "x": column, "z": [1, 2, 3]}), str(tmp_path / "a.feather"))
    (rows,) = read_rows(tmp_path / "a.feather", "x")
    assert rows.columns["x"].to_pylist() == ["a", None, "a"]


@pytest.mark.parametrize("write", [_file, _stream])
def test_missing_columns_name_those_that_are_there(
    tmp_path: Path, problem_of: Problem, write: Callable[[Path], None]
) -> None:
    """So that the next try succeeds."""
    write(tmp_path / "a.arrow")
    assert problem_of(tmp_path / "a.arrow", "z").startswith("there is no column 'z'; the file has 'n', 'x', 'l'")


@pytest.mark.parametrize("write", [_file, _stream])
def test_a_file_that_is_cut_off_is_an_error_wherever_it_is_cut(
    tmp_path: Path, problem_of: Problem, write: Callable[[Path], None]
) -> None:
    """Also where a stream ends between two batches, which Arrow takes for its end."""
    path = tmp_path / "a.arrow"
    write(path)
    data = path.read_bytes()
    for size in range(1, len(data), 1 if write is _stream else 7):
        path.write_bytes(data[:size])
        assert problem_of(path, "x"), size


def test_what_is_not_arrow_is_an_error(tmp_path: Path, problem_of: Problem) -> None:
    """Another format under the name, or the first version of Feather."""
    path = tmp_path / "a.feather"
    path.write_bytes(b"x,y\n1,2\n" * 10)
    assert problem_of(path, "x").startswith("the file is not Arrow, or is cut off")
    path.write_bytes(b"FEA1" + bytes(40))
    assert problem_of(path, "x") == "the file is Feather, version 1. Write it again as version 2"


def test_damaged_data_are_an_error(tmp_path: Path, problem_of: Problem) -> None:
    """Arrow trusts the places that stand in the file; a wrong one would be read from anywhere in the memory."""
    path = tmp_path / "a.arrow"
    column: Any = pa.array(["word"] * 4, pa.large_string())
    with pa.ipc.new_file(str(path), pa.schema([("x", pa.large_string())])) as writer:
        writer.write_table(pa.table({"x": column}))
    data = path.read_bytes()
    offset = data.index((4).to_bytes(8, "little") + (8).to_bytes(8, "little"))
    path.write_bytes(data[:offset] + (1 << 40).to_bytes(8, "little") + data[offset + 8 :])
    assert "cannot be read" in problem_of(path, "x")


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path, problem_of: Problem) -> None:
    """In a column that says it is text, too."""
    data = pa.array([b"caf\xe9"])
    text = pa.Array.from_buffers(pa.string(), 1, data.buffers())
    for column in (data, text):
        feather.write_feather(pa.table({"x": column}), str(tmp_path / "a.feather"))
        assert problem_of(tmp_path / "a.feather", "x").startswith("the text is not UTF-8")
