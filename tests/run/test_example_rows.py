"""Rows of a file of examples, for every signature that takes what they hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from lexport import ExamplesSignature, PreprocessSignature, Signature
from lexport.errors import SignatureError
from lexport.run.example_rows import example_rows

TEXT, SIZE = ("string", (None,)), ("int64", (None, 2))


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    """Writes JSON lines."""
    file = folder / "examples.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


def plain(rows: Any) -> list[dict[str, Any]]:
    """Gives rows as plain values."""
    return [{name: value.tolist() for name, value in row.items()} for row in rows]


def test_signatures_of_the_same_inputs_share_the_rows(tmp_path: Path) -> None:
    """Whatever their family: rows are of the inputs that a signature declares."""
    signatures = {
        "serving_default": Signature({"text": TEXT, "size": SIZE}),
        "examples": ExamplesSignature({"text": TEXT, "size": SIZE}),
    }
    rows = example_rows(written(tmp_path, {"text": "a", "size": [1, 2]}), signatures)
    expected = [{"text": b"a", "size": [1, 2]}]
    assert {name: plain(mine) for name, mine in rows.items()} == {"serving_default": expected, "examples": expected}


def test_a_signature_of_fewer_inputs_gets_its_part_of_the_rows(tmp_path: Path) -> None:
    """Such as one that serves the preprocessing of a text alone."""
    signatures = {
        "ids": PreprocessSignature({"text": TEXT}),
        "serving_default": Signature({"text": TEXT, "size": SIZE}),
        "fixed": Signature({"text": ("string", (4,))}),
        "another dtype": Signature({"text": ("int64", (None,))}),
        "another shape": Signature({"size": ("int64", (None, 3))}),
        "scalar": Signature({"text": ("string", ())}),
    }
    rows = example_rows(written(tmp_path, {"text": "a", "size": [1, 2]}, {"text": "b", "size": [3, 4]}), signatures)
    assert {name: plain(mine) for name, mine in rows.items() if name != "serving_default"} == {
        "ids": [{"text": b"a"}, {"text": b"b"}],
        "fixed": [{"text": b"a"}, {"text": b"b"}],
        "another dtype": [],
        "another shape": [],
        "scalar": [],
    }


def test_rows_of_its_own_come_before_parts_of_others(tmp_path: Path) -> None:
    """A part stands in only where there is nothing else."""
    signatures = {"ids": Signature({"text": TEXT}), "both": Signature({"text": TEXT, "size": SIZE})}
    rows = example_rows(written(tmp_path, {"text": "a", "size": [1, 2]}, {"text": "own"}), signatures)
    assert plain(rows["ids"]) == [{"text": b"own"}]


def test_a_row_that_is_no_signatures_whole_is_an_error(tmp_path: Path) -> None:
    """A key with a slip must not pass for a smaller row, nor an optional input for a missing one."""
    signatures = {"serving_default": Signature({"text": TEXT, "size": SIZE}, defaults={"size": 0})}
    with pytest.raises(SignatureError, match=r"line 1  size: is an input of serving_default and is missing"):
        example_rows(written(tmp_path, {"text": "a"}), signatures)


def test_without_a_file_there_are_no_rows() -> None:
    """For each signature an empty list."""
    assert example_rows(None, {"ids": Signature({"text": TEXT})}) == {"ids": []}


def test_rows_from_code_are_named_as_they_stand_there(tmp_path: Path) -> None:
    """Nobody has seen the file that lexport writes of them."""
    file = written(tmp_path, {"text": "a"}, {"text": 1, "more": 2})
    with pytest.raises(SignatureError, match=r"^the examples have 2 problems") as raised:
        example_rows(file, {"serving_default": Signature({"text": TEXT})}, from_code=True)
    assert [problem.where for problem in raised.value.problems] == ["examples[1].more", "examples[1].text"]
    assert str(tmp_path) not in str(raised.value)
