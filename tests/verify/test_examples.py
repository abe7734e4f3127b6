"""The user's examples are read whole, all their problems are found at once, and they become requests."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lexport.errors import SignatureError
from lexport.verify.examples import example_requests, read_examples
from lexport.verify.input_spec import InputSpec

TEXT_AND_SIZE = {"text": InputSpec("string", (None,)), "size": InputSpec("int32", (None,))}


def problems_of(path: Path, signatures: Any) -> list[str]:
    """Gives what is wrong with a file of examples."""
    with pytest.raises(SignatureError) as caught:
        read_examples(path, signatures)
    assert str(path) in caught.value.summary
    return [str(problem) for problem in caught.value.problems]


def test_rows_become_tensors_by_input(tmp_path: Path) -> None:
    """In the order of the file; only a line feed ends a line, so U+2028 may stand in a text as it is."""
    path = tmp_path / "examples.jsonl"
    rows = [{"text": "a\u2028b\x85", "size": 1}, {"size": -5, "text": ""}]
    path.write_text("\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")
    read = read_examples(path, {"serving_default": TEXT_AND_SIZE})["serving_default"]
    assert [row["text"].item() for row in read] == ["a\u2028b\x85".encode(), b""]
    assert [row["size"].item() for row in read] == [1, -5]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    """JSON knows neither as content."""
    path = tmp_path / "examples.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "a", "size": 1}\r\n\r\n')
    assert len(read_examples(path, {"s": TEXT_AND_SIZE})["s"]) == 1


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """Nobody may ever write to it."""
    os.mkfifo(tmp_path / "examples.jsonl")
    with pytest.raises(SignatureError, match=r"cannot read the examples .*/examples\.jsonl: it is not a regular file"):
        read_examples(tmp_path / "examples.jsonl", {"s": TEXT_AND_SIZE})


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    """Each with its line and its input."""
    path = tmp_path / "examples.jsonl"
    lines = [
        b'{"text": "fine", "size": 1}',
        b'{"text": 5, "size": 99999999999}',
        b'{"txt": "a", "size": 1}',
        b'{"text": "\xff", "size": 1}',
        b'["text"]',
        b'{"text": "a", "size": 1',
        b'{"text": "a", "text": "b", "size": 1}',
        b'{"text": ["a"], "size": 1}',
    ]
    path.write_bytes(b"\n".join(lines))
    problems = problems_of(path, {"serving_default": TEXT_AND_SIZE})
    expected = [
        "line 2  text: must be string; received 5",
        "line 2  size: must be an int32, -2147483648 to 2147483647; received 99999999999",
        "line 3  txt: is not an input of serving_default; its inputs: text, size",
        "line 3  text: is an input of serving_default and is missing",
        "line 4: must be UTF-8; received the byte 0xff",
        "line 5: must be a JSON object; received list",
        "line 6: must be a JSON object: ",
        "line 7: must be a JSON object: a key stands there twice",
        "line 8  text: must have shape [] in a row; received shape [1]",
    ]
    assert len(problems) == len(expected)
    assert all(problem.startswith(start) for problem, start in zip(problems, expected, strict=True))


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(content: str, tmp_path: Path) -> None:
    """It would verify nothing while looking as if it did."""
    (tmp_path / "examples.jsonl").write_text(content)
    [problem] = problems_of(tmp_path / "examples.jsonl", {"serving_default": TEXT_AND_SIZE})
    assert "the file is empty" in problem


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With the reason of the system."""
    with pytest.raises(SignatureError, match=r"none\.jsonl: No such file"):
        read_examples(tmp_path / "none.jsonl", {"serving_default": TEXT_AND_SIZE})


@pytest.mark.parametrize("line", ["[" * 100_000, '{"text": ' + "9" * 5000 + ', "size": 1}'])
def test_absurd_json_is_a_problem_of_its_line(line: str, tmp_path: Path) -> None:
    """Nesting without end and integers of thousands of digits do not end the command with a traceback."""
    (tmp_path / "examples.jsonl").write_text(line)
    [problem] = problems_of(tmp_path / "examples.jsonl", {"serving_default": TEXT_AND_SIZE})
    assert problem.startswith("line 1: must be a JSON object")


def test_a_row_serves_every_signature_whose_inputs_it_names(tmp_path: Path) -> None:
    """Several signatures share one file of examples."""
    signatures = {"a": TEXT_AND_SIZE, "b": TEXT_AND_SIZE, "c": {"text": InputSpec("string", (None,))}}
    path = tmp_path / "examples.jsonl"
    path.write_text('{"text": "x", "size": 1}\n{"text": "y"}\n')
    rows = read_examples(path, signatures)
    assert {name: len(found) for name, found in rows.items()} == {"a": 1, "b": 1, "c": 1}
    path.write_text('{"text": 1, "size": 1}\n{"tex": "y"}\n')
    assert problems_of(path, signatures) == [
        "line 1  text: must be string; received 1",
        "line 2  tex: is not an input of c; its inputs: text",
        "line 2  text: is an input of c and is missing",
    ]


def requests(shape: tuple[int | None, ...], count: int, tmp_path: Path) -> list[list[Any]]:
    """Writes integers as examples and gives the inputs of the requests made from them."""
    path = tmp_path / "examples.jsonl"
    path.write_text("".join(f'{{"x": {i}}}\n' for i in range(count)))
    inputs = {"x": InputSpec("int64", shape)}
    rows = read_examples(path, {"s": inputs})["s"]
    made = example_requests("s", inputs, rows)
    assert len({request.name for request in made}) == len(made)
    return [request.inputs["x"].tolist() for request in made]


def test_examples_become_as_few_batches_as_the_signature_allows(tmp_path: Path) -> None:
    """All of them; with a fixed size, chunks; without a batch dimension, row by row."""
    assert requests((None,), 3, tmp_path) == [[0, 1, 2]]
    assert requests((None,), 1, tmp_path) == [[0]]
    assert requests((2,), 3, tmp_path) == [[0, 1], [2, 2]]
    assert requests((), 2, tmp_path) == [0, 1]
