"""The user's examples: rows of a JSON-lines file, checked against the signatures, made into requests."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence

from lexport.errors import Problem, SignatureError
from lexport.verify.batching import Batching, Row
from lexport.verify.given_file import read_given_file
from lexport.verify.input_spec import InputSpec
from lexport.verify.json_values import row_value
from lexport.verify.request import Request

__all__ = ["LARGEST_EXAMPLES", "example_requests", "read_examples"]

LARGEST_EXAMPLES = 1 << 30  # bytes; rows of JSON take some ten times as many in memory
BOM = b"\xef\xbb\xbf"


def read_examples(
    path: str | os.PathLike[str],
    signatures: Mapping[str, Mapping[str, InputSpec]],
    *,
    from_code: bool = False,
) -> dict[str, list[Row]]:
    r"""Reads examples: one JSON object a line, whose keys are the inputs of a signature.

    A row is used for every signature whose inputs it names. Empty lines are skipped.

    Args:
        path: the file, UTF-8.
        signatures: the inputs of each signature, by name.
        from_code: whether nobody but lexport has seen the file: the rows came from code, and errors call them
            `examples[0]`.

    Returns:
        For each signature its rows, each a tensor by input name, without the batch dimension.

    Raises:
        SignatureError: the file is missing or empty, is no regular file or larger than 1 GiB, or lines do not fit; all
            are named with their numbers.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> file = Path(tempfile.mkdtemp()) / "examples.jsonl"
        >>> _ = file.write_text('{"word": "the"}\n{"word": "of"}\n')
        >>> rows = read_examples(file, {"serving_default": {"word": InputSpec("string", (None,))}})
        >>> [row["word"].item() for row in rows["serving_default"]]
        [b'the', b'of']
    """
    try:
        lines = read_given_file(path, LARGEST_EXAMPLES).removeprefix(BOM).split(b"\n")
    except OSError as error:
        raise SignatureError(f"cannot read the examples {os.fspath(path)}: {error.strerror}") from error
    rows: dict[str, list[Row]] = {name: [] for name in signatures}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f"examples[{number - 1}]" if from_code else f"line {number}"
            problems.extend(_read_line(where, line, signatures, rows))
    if not problems and not any(rows.values()):
        problems.append(Problem("line 1", "the file is empty", "Write one JSON object a line, or leave examples out"))
    problems = list(dict.fromkeys(problems))
    if problems:
        plural = "s" if len(problems) > 1 else ""
        what = "the examples have" if from_code else f"{os.fspath(path)} has"
        raise SignatureError(f"{what} {len(problems)} problem{plural}", problems)
    return rows


def example_requests(signature: str, inputs: Mapping[str, InputSpec], rows: Sequence[Row]) -> list[Request]:
    """Makes requests of one signature from rows.

    With an open batch size, one batch of all rows (or one for each shape of row); with a fixed one, as many chunks
    as it takes; without a batch dimension, one request a row.

    Example:
        >>> from lexport.verify.tensors import as_tensor
        >>> rows = [{"x": as_tensor(1)}, {"x": as_tensor(2)}]
        >>> [r.rows for r in example_requests("serving_default", {"x": InputSpec("int64", (None,))}, rows)]
        [2]
    """
    batches = Batching(inputs).batches(rows)
    names = ["examples"] if len(batches) == 1 else [f"examples[{i}]" for i in range(len(batches))]
    return [Request(name, signature, batch) for name, batch in zip(names, batches, strict=True)]


def _read_line(
    where: str,
    line: bytes,
    signatures: Mapping[str, Mapping[str, InputSpec]],
    rows: dict[str, list[Row]],
) -> Iterator[Problem]:
    try:
        values = json.loads(line.decode(), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        yield Problem(where, f"must be UTF-8; received the byte {line[error.start]:#04x}")
        return
    except (ValueError, RecursionError) as error:
        yield Problem(where, f"must be a JSON object: {error}")
        return
    if not isinstance(values, dict):
        yield Problem(where, f"must be a JSON object; received {type(values).__name__}")
        return
    fitting = [name for name, inputs in signatures.items() if inputs.keys() == values.keys()]
    if not fitting:
        yield from _misfit(where, values, signatures)
    for name in fitting:
        row, problems = _row(where, values, signatures[name])
        yield from problems
        rows[name].append(row)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key stands there twice")
    return values


def _misfit(
    where: str, values: Mapping[str, object], signatures: Mapping[str, Mapping[str, InputSpec]]
) -> Iterator[Problem]:
    """Names what is unknown, what is missing and what has another type, seen from the signature that is nearest."""
    nearest = min(signatures, key=lambda name: len(signatures[name].keys() ^ values.keys()), default="")
    inputs = signatures.get(nearest, {})
    known = ", ".join(inputs) or "none"
    for name in values:
        if name not in inputs:
            yield Problem(_place(where, name), f"is not an input of {nearest}; its inputs: {known}")
    for name in inputs:
        if name not in values:
            yield Problem(_place(where, name), f"is an input of {nearest} and is missing")
    yield from _row(where, values, {name: spec for name, spec in inputs.items() if name in values})[1]


def _place(where: str, name: str) -> str:
    """Names an input in a line of a file, or as it stands in code."""
    return f"{where}.{name}" if where.endswith("]") else f"{where}  {name}"


def _row(where: str, values: Mapping[str, object], inputs: Mapping[str, InputSpec]) -> tuple[Row, list[Problem]]:
    row, problems = {}, []
    for name, spec in inputs.items():
        try:
            row[name] = row_value(values[name], spec)
        except ValueError as error:
            problems.append(Problem(_place(where, name), str(error)))
    return row, problems
