"""JSON Lines files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers import json_lines, read
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.rows import Rows
from lexport.corpus.source import Source

ReadRows = Callable[..., list[Rows]]
Problem = Callable[..., str]


def _rows(read_rows: ReadRows, path: Path, content: str, *columns: str) -> list[tuple[int, list[Any]]]:
    path.write_text(content)
    return [(rows.number, [rows.columns[name].to_pylist() for name in columns]) for rows in read_rows(path, *columns)]


def test_strings_integers_and_lists_are_values(tmp_path: Path, read_rows: ReadRows) -> None:
    """At any depth; null, a missing key and an empty list have none, and are rows; a blank line is none."""
    content = '{"x": "a"}\n{"x": ["b", ["c", null]]}\n\n{"x": null}\n{"y": 1}\n{"x": []}\n'
    assert _rows(read_rows, tmp_path / "a.jsonl", content, "x") == [(5, [[["a"], ["b", "c"], None, None, []]])]
    content = '{"x": 3}\n{"x": [4, -5]}\n'
    assert _rows(read_rows, tmp_path / "a.jsonl", content, "x") == [(2, [[[3], [4, -5]]])]


def test_columns_are_aligned(tmp_path: Path, read_rows: ReadRows) -> None:
    """With the types that JSON has: text, integers, other numbers, booleans."""
    content = '{"x": "a", "w": 0.5, "l": true}\n{"w": 1.5, "x": "b"}\n{"l": false, "x": null, "w": null}\n'
    path = tmp_path / "a.jsonl"
    expected = (3, [["a", "b", None], [0.5, 1.5, None], [True, None, False]])
    assert _rows(read_rows, path, content, "x", "w", "l") == [expected]
    (rows,) = read_rows(path, "x", "w", "l")
    assert [values.type for values in rows.columns.values()] == [pa.large_string(), pa.float64(), pa.bool_()]


def test_strings_and_integers_of_one_column_come_apart(tmp_path: Path, read_rows: ReadRows) -> None:
    """Each row in one of the batches, with all of its columns."""
    content = '{"x": "a", "w": 1}\n{"x": 7, "w": 2}\n{"x": ["b"], "w": 3}\n{"x": [8], "w": 0.5}\n'
    assert _rows(read_rows, tmp_path / "a.jsonl", content, "x", "w") == [
        (2, [[["a"], ["b"]], [1, 3]]),
        (1, [[7], [2]]),
        (1, [[[8]], [0.5]]),
    ]


def test_escapes_are_decoded(tmp_path: Path, read_rows: ReadRows) -> None:
    """A pair of surrogates is one character; U+2028 may stand there raw."""
    content = '{"x": "\\ud83d\\ude00 \u2028"}\n'
    assert _rows(read_rows, tmp_path / "a.jsonl", content, "x") == [(1, [["\U0001f600 \u2028"]])]


def test_a_missing_key_names_those_that_are_there(tmp_path: Path, problem_of: Problem) -> None:
    """The keys of any line, not only of the first."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"y": 1}\n{"z": 1}\n')
    assert problem_of(path, "y", "x").startswith("there is no column 'x'; the file has 'y', 'z'")
    assert problem_of(path).startswith("a column is required")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("null", "line 3 must be a JSON object; received 'null'"),
        ('["a"]', "line 3 must be a JSON object"),
        ('{"x": "cut', "line 3 is not JSON"),
        ('{"x": 1} {"x": 2}', "line 3 is not JSON"),
        ('{"x": {"a": 1}}', "line 3 must hold a string, a number, a boolean, or a list of strings or of integers;"),
        ('{"x": [1.5]}', "line 3 must hold a string, .*; received 1.5"),
        ('{"x": ["a", [true]]}', "line 3 must hold a string, .*; received True"),
        ('{"x": ["a", 1]}', "line 3 has strings and integers in one list"),
        ('{"x": ' + "[" * 100_000, "line 3 is not JSON"),
        ('{"x": 9223372036854775808}', "line 3: the integer 9223372036854775808 does not fit into int64"),
        ('{"x": [-9223372036854775809]}', "line 3: the integer -9223372036854775809 does not fit into int64"),
        ('{"x": "\\ud800"}', "'\\\\ud800' cannot be written as UTF-8"),
    ],
)
@pytest.mark.parametrize("block", [12, 1 << 20])
def test_what_cannot_be_a_value_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_rows: ReadRows, line: str, message: str, block: int
) -> None:
    """The line is named by its number in the file, not in the block."""
    monkeypatch.setattr(json_lines, "BLOCK_SIZE", block)
    with pytest.raises(UnreadableSource, match=message):
        _rows(read_rows, tmp_path / "a.jsonl", f'{{"x": "a"}}\n{{"x": "b"}}\n{line}\n', "x")


def test_a_deep_list_is_read_as_far_as_json_is(tmp_path: Path, read_rows: ReadRows) -> None:
    """Flattening does not run out of stack where the parser did not."""
    content = '{"x": ' + "[" * 900 + '"a"' + "]" * 900 + "}\n"
    assert _rows(read_rows, tmp_path / "a.jsonl", content, "x") == [(1, [[["a"]]])]


def test_text_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    """Python's parser would take other encodings without a word."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"x": "\xed\xa0\x80"}\n')
    files, _ = Source(path, column="x").find()
    with pytest.raises(UnicodeDecodeError):
        list(read(files[0], ("x",), FileMeter(1)))
