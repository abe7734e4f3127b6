"""CSV and TSV files."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv

from lexport.corpus.readers import delimited, record_blocks
from lexport.corpus.rows import Rows

ReadRows = Callable[..., list[Rows]]
ReadValues = Callable[..., list[Any]]
Problem = Callable[..., str]

CELL = st.text(st.one_of(st.sampled_from(',\t"\n\r a\u2028'), st.characters(exclude_categories=["Cs"])))
FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def test_cells_are_read_as_they_stand(tmp_path: Path, read_values: ReadValues) -> None:
    """Numbers, dates, `NA` and spaces are text; nothing is inferred."""
    path = tmp_path / "a.csv"
    path.write_text("n,x\n1,007\n2,NA\n3, 1.50\n4,2020-01-01\n5,null\n6,true\n7,\n")
    assert read_values(path, "x") == ["007", "NA", " 1.50", "2020-01-01", "null", "true", ""]


def test_columns_are_aligned_and_in_the_order_asked_for(tmp_path: Path, read_rows: ReadRows) -> None:
    """One pass gives all of them; an empty value is empty text, and its record is a row."""
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1,,3\n4,5,\n\n7,8,9\n")
    (rows,) = read_rows(path, "c", "a")
    assert (rows.number, list(rows.columns)) == (3, ["c", "a"])
    assert rows.columns["c"].type == pa.large_string()
    assert [rows.columns[name].to_pylist() for name in "ca"] == [["3", "", "9"], ["1", "4", "7"]]


def test_quotes_may_hold_separators_line_ends_and_quotes(tmp_path: Path, read_values: ReadValues) -> None:
    """In TSV too."""
    path = tmp_path / "a.csv"
    path.write_text('n,x\n1,"a, b"\n2,"c\nd"\n3,"say ""e"""\n')
    assert read_values(path, "x") == ["a, b", "c\nd", 'say "e"']
    path = tmp_path / "a.tsv"
    path.write_text('n\tx\n1\t"a\tb"\n2\tc, d\n')
    assert read_values(path, "x") == ["a\tb", "c, d"]


@pytest.mark.parametrize("header", [b"x,y", b'"x","y"'])
def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path, read_values: ReadValues, header: bytes) -> None:
    """Spreadsheets write one."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + header + b"\na,b\n")
    assert read_values(path, "x") == ["a"]


def test_missing_columns_name_those_that_are_there(tmp_path: Path, problem_of: Problem) -> None:
    """So that the next try succeeds."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"x,y\n1,2\n")
    assert problem_of(path, "z", "x", "w").startswith(
        "there is no column 'z' and no column 'w'; the file has 'x', 'y'. Name one"
    )
    assert problem_of(path).startswith("a column is required; the file has 'x', 'y'")


def test_a_name_that_two_columns_share_is_refused(tmp_path: Path, problem_of: Problem) -> None:
    """Nobody can say which one is meant."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"x,x\n1,2\n")
    assert "2 columns are called 'x'" in problem_of(path, "x")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x,y\n\xff,2\n", "not UTF-8"),
        (b"\xff,y\n1,2\n", "not UTF-8"),
        (b"x,y\na,1\nb\n", "Row #3: Expected 2 columns, got 1"),
        (b"x,y", "no complete line"),
        (b"\n\n", "no complete line"),
    ],
)
def test_what_is_not_csv_is_an_error(tmp_path: Path, problem_of: Problem, content: bytes, message: str) -> None:
    """Bad text, a short row, a header that is cut off, blank lines."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert message in problem_of(path, "x")


def test_a_wrong_row_is_named_by_its_number_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem_of: Problem
) -> None:
    """Not by that in the block, wherever the blocks end."""
    path = tmp_path / "a.csv"
    path.write_text("x,y\n" + "a,1\n" * 50 + "b\n" + "a,1\n" * 50)
    for size in (3, 10, 64, 1000):
        monkeypatch.setattr(delimited, "BLOCK_SIZE", size)
        assert "Row #52: Expected 2 columns, got 1: b" in problem_of(path, "x")


def test_a_record_longer_than_the_limit_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem_of: Problem
) -> None:
    """Mostly an opening quote without its partner; the rest of the file is not taken into memory."""
    monkeypatch.setattr(delimited, "BLOCK_SIZE", 1 << 10)
    monkeypatch.setattr(record_blocks, "LONGEST_RECORD", 1 << 20)
    path = tmp_path / "a.csv"
    path.write_bytes(b'x\na\n"' + b"word\n" * 300_000)
    assert problem_of(path, "x").startswith("a record is longer than 1 MiB. Look for a quote")


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(
    "content",
    [b'x\na\n"b\nc\n', b'n,x\n1,a\n2,"b\n3,c\n', b'x,n\na,1\nb,"2', b'x\n"a""', b'x\n5" a\n"b\n', b'x,y\n"a,1\nb,2\n'],
)
def test_a_quote_that_is_never_closed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem_of: Problem, content: bytes, size: int
) -> None:
    """Arrow would take the rest of the file for one value, without a word."""
    monkeypatch.setattr(delimited, "BLOCK_SIZE", size)
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert problem_of(path, "x").startswith("a quote is opened and never closed")


@pytest.mark.parametrize("content", [b'x\n"a"', b'x\n"a"\n', b"x\na", b"x\r\na\r\n", b"x\ra\r", b"x\na\n\n"])
def test_the_last_line_may_end_in_any_way(tmp_path: Path, read_values: ReadValues, content: bytes) -> None:
    """With or without a line end, of any system."""
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert read_values(path, "x") == ["a"]


@FIXTURES
@given(
    cells=st.lists(st.tuples(CELL, CELL), min_size=1),
    delimiter=st.sampled_from([",", "\t"]),
    size=st.sampled_from([1, 2, 5, 17, 1 << 20]),
)
def test_whatever_the_csv_module_writes_is_read_back(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read_rows: ReadRows,
    cells: list[tuple[str, str]],
    delimiter: str,
    size: int,
) -> None:
    """Cells of arbitrary text, quoted where they must be, wherever the blocks end."""
    monkeypatch.setattr(delimited, "BLOCK_SIZE", size)
    path = tmp_path / ("a.csv" if delimiter == "," else "a.tsv")
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([("n", "x"), *cells])
    found = read_rows(path, "n", "x")
    read = [[value for rows in found for value in rows.columns[name].to_pylist()] for name in ("n", "x")]
    assert list(zip(*read, strict=True)) == cells


@FIXTURES
@given(
    text=st.text(st.sampled_from('ab",\n\r')),
    size=st.sampled_from([1, 2, 3, 7]),
)
def test_blocks_are_read_as_arrow_reads_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_values: ReadValues, text: str, size: int
) -> None:
    """Quotes within values, doubled, alone, behind a closing one: where a record ends is what Arrow says."""
    monkeypatch.setattr(delimited, "BLOCK_SIZE", size)
    path = tmp_path / "a.csv"
    path.write_text(f"x\n{text}", newline="")
    end = "\x1eend\x1e"
    try:
        whole = _arrow(f"x\n{text}\n{end}\n")
    except pa.ArrowInvalid:
        whole = None
    if whole is None or whole[-1] != end:
        with pytest.raises(Exception, match=r"columns|never closed"):
            read_values(path, "x")
    else:
        assert read_values(path, "x") == whole[:-1]


def _arrow(text: str) -> list[str]:
    table = arrow_csv.read_csv(
        pa.BufferReader(text.encode()),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(column_types={"x": pa.large_string()}),
    )
    return list(table["x"].to_pylist())
