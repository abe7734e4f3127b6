"""Compares a candidate's outputs with the baseline's, element by element."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lexport.verify.tensors import Tensor, dtype_name

__all__ = ["FLOATS", "Comparison", "Mismatch", "compare_outputs"]

SHOWN_VALUE = 80
FLOATS = frozenset({"float16", "float32", "float64", "bfloat16", "complex64", "complex128"})


@dataclass(frozen=True)
class Mismatch:
    """One output that is not the baseline's.

    Attributes:
        output: its name.
        message: what was required and what was received; for values the worst element.
        index: where the worst element is; None where names, dtypes or shapes differ.
        expected: the baseline's value there.
        received: the candidate's value there.
    """

    output: str
    message: str
    index: tuple[int, ...] | None = None
    expected: Any = None
    received: Any = None

    def __str__(self) -> str:
        return f"output {self.output!r}: {self.message}"


@dataclass(frozen=True)
class Comparison:
    """The outcome of comparing all outputs of one call.

    Attributes:
        mismatches: every output that differs; empty where all agree.
        worst_difference: the largest `|a - b|` of any float that both sides have as a finite number.
        worst_output: the output in which it is; empty where there is no such float.
        elements: how many elements were compared.
    """

    mismatches: tuple[Mismatch, ...]
    worst_difference: float
    worst_output: str
    elements: int


def compare_outputs(
    expected: Mapping[str, Tensor], received: Mapping[str, Tensor], *, rtol: float, atol: float
) -> Comparison:
    """Compares names, dtypes, shapes and every element.

    Integers, booleans and strings must be equal. Floats must satisfy `|a - b| <= atol + rtol * |b|`, where `b` is
    the baseline; a NaN only equals a NaN in the same place, an infinity only itself. Complex numbers are
    compared in the same way, by absolute value.

    Args:
        expected: the baseline's outputs by name, of any shape.
        received: the candidate's outputs by name.
        rtol: relative tolerance, at least 0.
        atol: absolute tolerance, at least 0.

    Example:
        >>> comparison = compare_outputs({"id": np.array([4, 7])}, {"id": np.array([4, 8])}, rtol=0, atol=0)
        >>> print(comparison.mismatches[0])
        output 'id': 1 of 2 elements differs, the first at [1]: received 8, the baseline has 7
    """
    mismatches = list(_name_mismatches(expected, received))
    worst, worst_output, elements = 0.0, "", 0
    for name in (name for name in expected if name in received):
        mismatch = _compare_kind(name, expected[name], received[name])
        if mismatch is None:
            elements += expected[name].size
            mismatch, difference = _compare_values(name, expected[name], received[name], rtol, atol)
            if difference is not None and (not worst_output or difference > worst):
                worst, worst_output = difference, name
        mismatches += [mismatch] if mismatch else []
    order = {name: place for place, name in enumerate(dict.fromkeys([*expected, *received]))}
    mismatches.sort(key=lambda mismatch: order[mismatch.output])
    return Comparison(tuple(mismatches), worst, worst_output, elements)


def _name_mismatches(expected: Mapping[str, Tensor], received: Mapping[str, Tensor]) -> Iterator[Mismatch]:
    for name in expected:
        if name not in received:
            yield Mismatch(name, f"is missing; received the outputs {', '.join(sorted(received)) or 'none'}")
    for name in received:
        if name not in expected:
            yield Mismatch(name, f"is not an output of the baseline, which has {', '.join(sorted(expected))}")


def _compare_kind(name: str, expected: Tensor, received: Tensor) -> Mismatch | None:
    if dtype_name(expected) != dtype_name(received):
        return Mismatch(name, f"must have dtype {dtype_name(expected)}; received {dtype_name(received)}")
    if expected.shape != received.shape:
        return Mismatch(name, f"must have shape {list(expected.shape)}; received {list(received.shape)}")
    return None


def _compare_values(
    name: str, expected: Tensor, received: Tensor, rtol: float, atol: float
) -> tuple[Mismatch | None, float | None]:
    if dtype_name(expected) not in FLOATS:
        wrong = np.asarray(expected != received, dtype=bool)
        return _mismatch(name, expected, received, wrong.astype(np.float64)), None
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    excess, difference = _float_excess(expected.astype(wide), received.astype(wide), rtol, atol)
    return _mismatch(name, expected, received, excess), difference


def _float_excess(expected: Tensor, received: Tensor, rtol: float, atol: float) -> tuple[Tensor, float | None]:
    """Measures by how much each element is beyond its tolerance; 0 within, infinite where NaN or inf differs."""
    finite = np.isfinite(expected) & np.isfinite(received)
    same = (expected == received) | (np.isnan(expected) & np.isnan(received))
    with np.errstate(all="ignore"):
        distance = np.abs(received - expected)
        tolerance = atol + rtol * np.abs(expected)
        beyond = np.where(distance <= tolerance, 0.0, distance - tolerance)
    excess = np.where(finite, beyond, np.where(same, 0.0, np.inf))
    return excess, float(np.max(distance, where=finite, initial=0.0)) if finite.any() else None


def _mismatch(name: str, expected: Tensor, received: Tensor, excess: Tensor) -> Mismatch | None:
    wrong = int(np.count_nonzero(excess))
    if not wrong:
        return None
    index = tuple(int(place) for place in np.unravel_index(int(np.argmax(excess)), excess.shape))
    a, b = received[index], expected[index]
    verb = "differs" if wrong == 1 else "differ"
    which = "the worst" if dtype_name(expected) in FLOATS else "the first"
    message = (
        f"{wrong} of {excess.size} elements {verb}, {which} at {list(index)}: "
        f"received {_shown(a)}, the baseline has {_shown(b)}"
    )
    return Mismatch(name, message, index, b, a)


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, bytes) else str(value)
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}..."
