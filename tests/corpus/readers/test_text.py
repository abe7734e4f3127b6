"""Text files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus.readers import line_blocks, text
from lexport.corpus.rows import Rows

ReadRows = Callable[..., list[Rows]]
ReadValues = Callable[..., list[Any]]
Problem = Callable[..., str]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.text(st.sampled_from("ab\n\r\0\x0b\x0c\x1c\x85\u2028\u00e9"), min_size=1), block=st.integers(1, 9))
def test_lines_are_those_of_tensorflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_rows: ReadRows, content: str, block: int
) -> None:
    """Cut at line feeds alone, without carriage returns, wherever the blocks end; empty ones are rows too."""
    monkeypatch.setattr(text, "BLOCK_SIZE", block)
    path = tmp_path / "a.txt"
    path.write_bytes(content.encode())
    expected = [line.decode() for line in tf.data.TextLineDataset(str(path)).as_numpy_iterator()]
    found = read_rows(path)
    assert [line for rows in found for line in rows.values(None).to_pylist()] == expected
    assert sum(rows.number for rows in found) == len(expected)
    assert all((rows.text or b"").endswith(b"\n") for rows in found[:-1])


@pytest.mark.parametrize("block", [1, 2, 3, 100])
def test_a_byte_order_mark_is_no_part_of_the_first_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_values: ReadValues, block: int
) -> None:
    """It would make the first term one that no request ever holds."""
    monkeypatch.setattr(text, "BLOCK_SIZE", block)
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfthe\nof\n")
    assert read_values(path) == ["the", "of"]
    path.write_bytes(b"ab\n\xef\xbb\xbf\n")
    assert read_values(path) == ["ab", "\ufeff"]


@pytest.mark.parametrize("bad", [b"caf\xe9", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"])
def test_the_line_that_is_not_utf8_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem_of: Problem, bad: bytes
) -> None:
    """By its number in the file, not in the block; surrogates, overlong forms and cut characters are not UTF-8."""
    monkeypatch.setattr(text, "BLOCK_SIZE", 8)
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo\nthree\n" + bad + b"\nfive\n")
    assert problem_of(path).startswith(f"line 4 is not UTF-8 at byte {3 if bad.startswith(b'caf') else 0}. Convert")


def test_a_file_without_lines_costs_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem_of: Problem
) -> None:
    """What has no line end for 256 MiB is no text."""
    monkeypatch.setattr(text, "BLOCK_SIZE", 1 << 10)
    monkeypatch.setattr(line_blocks, "LONGEST_LINE", 2 << 20)
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * (3 << 20))
    assert problem_of(path) == "a line is longer than 2 MiB. Is this a file of lines?"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf"])
def test_a_mark_alone_is_an_empty_file(tmp_path: Path, problem_of: Problem, content: bytes) -> None:
    """Though it has bytes on the disk."""
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    assert problem_of(path) == "the file is empty"
