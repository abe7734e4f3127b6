"""Parquet files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lexport.corpus import Source, TextTerms, build_vocabulary
from lexport.corpus.readers import parquet
from lexport.corpus.rows import Rows
from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary


def _build(path: Path, column: Any = None, name: str = "x") -> Vocabulary:
    if column is not None:
        pq.write_table(pa.table({"x": column, "y": pa.nulls(len(column))}), path)
    return build_vocabulary("x", Source(path, column=name), TextTerms())


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", None, "a"]),
        pa.array(["a", None, "a"], pa.large_string()),
        pa.array([b"a", None, b"a"]),
        pa.array(["a", None, "a"]).dictionary_encode(),
        pa.array([["a", None], None, [], ["a"]]),
        pa.array([["a"], ["a"]], pa.large_list(pa.large_string())),
        pa.array([["a"], ["a"]], pa.list_(pa.string(), 1)),  # before version 26 Arrow reads no null among these
        pa.array([[["a"]], [["a"], []]]),
    ],
    ids=lambda column: str(column.type),
)
def test_text_of_every_arrow_type_is_read(tmp_path: Path, column: Any) -> None:
    """Lists at any depth and dictionaries are their elements; nulls do not count."""
    assert _build(tmp_path / "a.parquet", column).counts == (2,)


@pytest.mark.parametrize("column", [pa.array([1.5]), pa.array([True])])
def test_numbers_and_booleans_cannot_be_terms(tmp_path: Path, column: Any) -> None:
    """They can be weights and labels; the error names the type."""
    with pytest.raises(VocabularyError, match=r"a\.parquet: .*it holds (double|bool)"):
        _build(tmp_path / "a.parquet", column)


@pytest.mark.parametrize("column", [pa.array([{"a": 1}]), pa.array([[1.5]]), pa.array([1], pa.timestamp("s"))])
def test_other_types_are_refused(tmp_path: Path, column: Any) -> None:
    """The error names the type."""
    with pytest.raises(VocabularyError, match=r"a\.parquet: .*it holds (struct|list|timestamp)"):
        _build(tmp_path / "a.parquet", column)


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    """A binary column may hold anything."""
    with pytest.raises(VocabularyError, match=r"a\.parquet: the text is not UTF-8"):
        _build(tmp_path / "a.parquet", pa.array([b"caf\xe9"]))


def test_an_unsigned_integer_beyond_int64_is_refused(tmp_path: Path) -> None:
    """Rather than wrapped around."""
    pq.write_table(pa.table({"x": pa.array([2**63], pa.uint64())}), tmp_path / "a.parquet")
    with pytest.raises(VocabularyError, match="does not fit into int64"):
        build_vocabulary("x", Source(tmp_path / "a.parquet", "x"), TextTerms(), dtype="int64")


def test_a_missing_column_names_those_that_are_in_the_table(tmp_path: Path) -> None:
    """So that the next try succeeds."""
    with pytest.raises(VocabularyError, match="there is no column 'z'; the file has 'x', 'y'"):
        _build(tmp_path / "a.parquet", pa.array(["a"]), "z")


def test_what_is_not_parquet_is_refused(tmp_path: Path) -> None:
    """Another format under the name, and a file that was not copied whole."""
    path = tmp_path / "a.parquet"
    path.write_text("x,y\n1,2\n" * 10)
    with pytest.raises(VocabularyError, match=r"a\.parquet: the file is not Parquet, or is cut off"):
        _build(path)
    _build(path, pa.array(["a"] * 1000))
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(VocabularyError, match=r"a\.parquet: the file is not Parquet, or is cut off"):
        _build(path)


def test_columns_are_aligned_over_row_groups_and_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_rows: Callable[..., list[Rows]]
) -> None:
    """Wherever the batches end."""
    monkeypatch.setattr(parquet, "MOST_ROWS", 7)
    table = pa.table({"n": range(50), "x": [str(n) if n % 3 else None for n in range(50)], "w": [0.5] * 50})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=20)
    found = read_rows(tmp_path / "a.parquet", "x", "n", "w")
    assert [rows.number for rows in found] == [7, 7, 6, 7, 7, 6, 7, 3]
    read = {name: [value for rows in found for value in rows.columns[name].to_pylist()] for name in "nxw"}
    assert read == table.to_pydict()


def test_a_name_with_a_dot_is_a_name(tmp_path: Path, read_rows: Callable[..., list[Rows]]) -> None:
    """Though Parquet writes the fields of structures that way."""
    pq.write_table(pa.table({"a.b": ["x"], "a": [{"b": "y"}]}), tmp_path / "a.parquet")
    (rows,) = read_rows(tmp_path / "a.parquet", "a.b")
    assert rows.columns["a.b"].to_pylist() == ["x"]


def test_a_name_that_two_columns_share_is_refused(tmp_path: Path, problem_of: Callable[..., str]) -> None:
    """Nobody can say which one is meant."""
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["x", "x"])
    pq.write_table(table, tmp_path / "a.parquet")
    assert problem_of(tmp_path / "a.parquet", "x").startswith("2 columns are called 'x'")


def test_a_file_that_is_cut_off_is_an_error_wherever_it_is_cut(tmp_path: Path, problem_of: Callable[..., str]) -> None:
    """Its footer is at its end, so nothing of it can be read."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": ["a"] * 100}), path)
    data = path.read_bytes()
    for size in [*range(1, 20), len(data) // 2, *range(len(data) - 12, len(data))]:
        path.write_bytes(data[:size])
        assert problem_of(path, "x").startswith("the file is not Parquet, or is cut off"), size


def test_hundreds_of_columns_are_read_in_smaller_batches(tmp_path: Path, read_rows: Callable[..., list[Rows]]) -> None:
    """In one pass; what they take in memory does not grow with their number."""
    names = [f"c{n}" for n in range(300)]
    values = pa.array(["a short value"] * 5000)
    pq.write_table(pa.table(dict.fromkeys(names, values)), tmp_path / "a.parquet")
    found = read_rows(tmp_path / "a.parquet", *names)
    assert sum(rows.number for rows in found) == 5000
    assert max(sum(column.nbytes for column in rows.columns.values()) for rows in found) < 16 << 20
