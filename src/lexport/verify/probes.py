"""Probes: requests made from what an export declares, to be asked beside the user's examples."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lexport.verify.batch_sizes import batch_size_requests
from lexport.verify.batching import Batching, Row
from lexport.verify.input_spec import InputSpec
from lexport.verify.probe_values import EDGE_TEXTS, ProbeVocabulary
from lexport.verify.random_rows import random_row
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor, as_tensor

__all__ = ["RANDOM_ROWS", "filled", "neutral_row", "probe_requests"]

RANDOM_ROWS = 32
NEUTRAL_SIZE = 1  # of a dimension that is not known, where no example shows one

# As many pairs of an input and a vocabulary are asked one by one, so that an answer tells which of them is wrong.
TOGETHER = 256
# Asking all inputs at once, a call costs more than its rows do.
JOINT_ROWS = 1024


def probe_requests(
    signature: str,
    inputs: Mapping[str, InputSpec],
    vocabularies: Sequence[ProbeVocabulary],
    rows: Sequence[Row] = (),
    *,
    seed: int,
    random_rows: int = RANDOM_ROWS,
) -> list[Request]:
    """Makes the probes of one signature; the same arguments give the same probes.

    Every string input is asked the values of every vocabulary, and edge cases of text; every input of numbers those
    of every integer vocabulary, and every integer input ids. Meanwhile the other inputs cycle through the examples, or
    are empty strings and zeros where there are none. Where inputs and vocabularies are many, all inputs are asked the
    same value at once. Random rows mix terms, examples and unknown values. Where the
    batch size is open, the first rows are also asked in batches of one, of three and of none.

    Args:
        signature: its name.
        inputs: its inputs by name.
        vocabularies: the vocabularies of the export.
        rows: the examples of this signature, as `read_examples` gives them.
        seed: of the random rows and of the sampled terms; to be recorded in the baseline.
        random_rows: how many random rows to make.

    Raises:
        SignatureError: two inputs have different fixed batch sizes.

    Example:
        >>> words = ProbeVocabulary("words", "string", ("the", "of"))
        >>> specs = {"word": InputSpec("string", (None,))}
        >>> [request.name for request in probe_requests("serving_default", specs, [words], seed=7)]
        ['probes/word/words', 'probes/word/edge cases', 'random', 'batch of 1', 'batch of 3', 'batch of 0']
    """
    random = np.random.default_rng(seed)
    base = list(rows) or [neutral_row(inputs)]
    many = len(inputs) * len(vocabularies) > TOGETHER
    named = list((_joint_rows if many else _probe_rows)(inputs, vocabularies, base, random))
    mixed = [random_row(inputs, vocabularies, base, random) for _ in range(random_rows)]
    batching = Batching(inputs)
    requests = [
        Request(name if len(batches) == 1 else f"{name}[{i}]", signature, batch)
        for name, batches in ((name, batching.batches(rows)) for name, rows in [*named, ("random", mixed)])
        for i, batch in enumerate(batches)
    ]
    return requests + batch_size_requests(signature, inputs, base)


def _probe_rows(
    inputs: Mapping[str, InputSpec],
    vocabularies: Sequence[ProbeVocabulary],
    base: Sequence[Row],
    random: np.random.Generator,
) -> Iterator[tuple[str, list[Row]]]:
    for name, spec in inputs.items():
        for what, values in _asked(spec, vocabularies, random).items():
            if values:
                yield f"probes/{name}/{what}", _with_values(name, values, base)


def _joint_rows(
    inputs: Mapping[str, InputSpec],
    vocabularies: Sequence[ProbeVocabulary],
    base: Sequence[Row],
    random: np.random.Generator,
) -> Iterator[tuple[str, list[Row]]]:
    """Asks all inputs the same at once: one after the other, two hundred of each make a quarter of a billion values."""
    asked: list[str] = []
    together: list[Row] = []
    for what, rows in _rows_of_kinds(inputs, vocabularies, base, random):
        if together and len(together) + len(rows) > JOINT_ROWS:
            yield _joint_name(asked), together
            asked, together = [], []
        asked.append(what)
        together += rows
    if together:
        yield _joint_name(asked), together


def _joint_name(asked: Sequence[str]) -> str:
    return f"probes/all inputs/{asked[0]}" + (f" to {asked[-1]}" if len(asked) > 1 else "")


def _rows_of_kinds(
    inputs: Mapping[str, InputSpec],
    vocabularies: Sequence[ProbeVocabulary],
    base: Sequence[Row],
    random: np.random.Generator,
) -> Iterator[tuple[str, list[Row]]]:
    specs = {spec.dtype: spec for spec in inputs.values()}
    kinds = {dtype: _asked(spec, vocabularies, random) for dtype, spec in specs.items()}
    for what in dict.fromkeys(what for asked in kinds.values() for what in asked):
        asked = {name: kinds[spec.dtype].get(what, ()) for name, spec in inputs.items()}
        rows: list[Row] = []
        for number in range(max(map(len, asked.values()))):
            row = base[number % len(base)]
            values = {name: filled(row[name], one[number % len(one)]) for name, one in asked.items() if len(one)}
            rows.append({**row, **values})
        if rows:
            yield what, rows


def _asked(
    spec: InputSpec, vocabularies: Sequence[ProbeVocabulary], random: np.random.Generator
) -> dict[str, Sequence[Any]]:
    asked: dict[str, Sequence[Any]] = {one.name: one.values_for(spec, random) for one in vocabularies}
    if spec.dtype == "string":
        asked["edge cases"] = EDGE_TEXTS
    if spec.is_integer:
        ids = sorted({one for vocabulary in vocabularies for one in vocabulary.ids})
        asked["first ids"] = [one for one in ids if spec.represents(one)]
    return asked


def _with_values(name: str, values: Sequence[Any], base: Sequence[Row]) -> list[Row]:
    rows: list[Row] = []
    for number, value in enumerate(values):
        row = base[number % len(base)]
        rows.append({**row, name: filled(row[name], value)})
    return rows


def filled(like: Tensor, value: object) -> Tensor:
    """Gives a tensor of the shape and dtype of another one, with one value everywhere."""
    tensor = np.empty(like.shape, like.dtype)
    tensor.fill(value)
    return tensor


def neutral_row(inputs: Mapping[str, InputSpec]) -> Row:
    """Gives a row of empty strings and zeros, of the smallest shape that a signature takes."""
    return {name: _neutral(spec) for name, spec in inputs.items()}


def _neutral(spec: InputSpec) -> Tensor:
    shape = tuple(NEUTRAL_SIZE if size is None else size for size in spec.row_shape)
    if spec.dtype == "string":
        return filled(np.empty(shape, object), b"")
    return as_tensor(np.zeros(shape, spec.dtype))
