"""Two answers are the same only if every name, dtype, shape and element is."""

from collections.abc import Mapping

import ml_dtypes
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from lexport.verify.compare import Comparison, Mismatch, compare_outputs
from lexport.verify.tensors import Tensor, as_tensor


def compare(expected: object, received: object, rtol: float = 0.0, atol: float = 0.0) -> Comparison:
    """Compares one output."""
    return compare_outputs({"y": as_tensor(expected)}, {"y": as_tensor(received)}, rtol=rtol, atol=atol)


def mismatch(expected: object, received: object, rtol: float = 0.0, atol: float = 0.0) -> Mismatch:
    """Compares one output and gives the only mismatch."""
    [found] = compare(expected, received, rtol, atol).mismatches
    return found


def test_equal_outputs_agree() -> None:
    """Of every kind, with no elements and with no dimensions, too."""
    outputs: Mapping[str, Tensor] = {
        "ids": np.arange(6).reshape(2, 3),
        "names": as_tensor(["a\0", ""]),
        "scores": np.array([1.5, np.nan, np.inf, -np.inf]),
        "known": np.array([True, False]),
        "none": np.zeros((0, 4), np.float32),
        "one": as_tensor(b"x"),
    }
    comparison = compare_outputs(outputs, {name: value.copy() for name, value in outputs.items()}, rtol=0, atol=0)
    assert comparison.mismatches == ()
    assert comparison.elements == 6 + 2 + 4 + 2 + 0 + 1
    assert (comparison.worst_difference, comparison.worst_output) == (0.0, "scores")


def test_a_renamed_output_is_both_missing_and_unexpected() -> None:
    """The message lists the names that are there."""
    found = compare_outputs({"id": np.array(1)}, {"ids": np.array(1)}, rtol=0, atol=0).mismatches
    assert [str(one) for one in found] == [
        "output 'id': is missing; received the outputs ids",
        "output 'ids': is not an output of the baseline, which has id",
    ]


def test_outputs_are_told_in_the_order_of_the_baseline() -> None:
    """Loaders give them in orders of their own, and a report shows the first few."""
    expected = {name: np.array(1) for name in "cab"}
    received = {name: np.array(2) for name in "bacd"}
    found = compare_outputs(expected, received, rtol=0, atol=0)
    assert [one.output for one in found.mismatches] == ["c", "a", "b", "d"]


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        (np.zeros(1, np.int64), np.zeros(1, np.int32)),
        (np.zeros(1, np.float32), np.zeros(1, np.float64)),
        (np.zeros(1, np.float32), np.zeros(1, ml_dtypes.bfloat16)),
        (as_tensor(["0"]), np.zeros(1, np.int64)),
        (np.zeros(1, bool), np.zeros(1, np.uint8)),
    ],
)
def test_a_dtype_must_be_the_same(expected: Tensor, received: Tensor) -> None:
    """Equal values of another dtype are another answer to a client that reads bytes."""
    assert "must have dtype" in mismatch(expected, received).message


@pytest.mark.parametrize(("expected", "received"), [((2,), (2, 1)), ((1,), ()), ((0, 2), (0, 3))])
def test_a_shape_must_be_the_same(expected: tuple[int, ...], received: tuple[int, ...]) -> None:
    """Nothing is broadcast, also where there are no elements."""
    found = mismatch(np.zeros(expected), np.zeros(received))
    assert found.message == f"must have shape {list(expected)}; received {list(received)}"


def test_one_wrong_id_in_a_large_tensor_fails() -> None:
    """At its place, with both values."""
    expected = np.arange(1_000_000).reshape(1000, 1000)
    received = expected.copy()
    received[567, 89] += 1
    found = mismatch(expected, received, rtol=1.0, atol=1e9)
    assert (found.index, found.expected, found.received) == ((567, 89), 567089, 567090)
    assert str(found) == (
        "output 'y': 1 of 1000000 elements differs, the first at [567, 89]: received 567090, the baseline has 567089"
    )


def test_large_ids_are_not_compared_as_floats() -> None:
    """2**53 and 2**53 + 1 are the same double, and different ids."""
    assert mismatch(np.array([2**53]), np.array([2**53 + 1])).index == (0,)
    assert mismatch(np.array([2**64 - 1], np.uint64), np.array([2**64 - 2], np.uint64)).index == (0,)


@pytest.mark.parametrize(("expected", "received"), [("a", "a "), ("a", "a\0"), ("é", "e\u0301"), ("", "\0")])
def test_strings_must_be_the_same_bytes(expected: str, received: str) -> None:
    """No NUL is dropped, nothing is normalised."""
    assert mismatch(["x", expected], ["x", received]).index == (1,)


def test_booleans_must_be_equal_whatever_the_tolerance() -> None:
    """A tolerance is for floats."""
    assert mismatch([True, False], [True, True], rtol=9, atol=9).index == (1,)


def test_a_float_may_differ_by_the_tolerance_and_no_more() -> None:
    """`|a - b| <= atol + rtol * |b|`, and `b` is the baseline."""
    assert compare([100.0], [101.0], rtol=0.01).mismatches == ()
    assert compare([100.0], [101.5], rtol=0.01, atol=0.5).mismatches == ()
    assert mismatch([100.0], [101.51], rtol=0.01, atol=0.5).index == (0,)
    # Relative to 2 the difference is within a half, relative to 1 it is not.
    assert compare([2.0], [1.0], rtol=0.5).mismatches == ()
    assert mismatch([1.0], [2.0], rtol=0.5).index == (0,)


def test_the_worst_float_is_named() -> None:
    """Not the first: the one that is furthest beyond its tolerance."""
    found = mismatch([1.0, 1.0, 1.0, 1e6], [1.0, 1.1, 3.0, 1e6 + 5], rtol=1e-5)
    assert (found.index, found.received) == ((2,), 3.0)
    assert "2 of 4 elements differ, the worst at [2]: received 3.0, the baseline has 1.0" in found.message


@pytest.mark.parametrize(
    ("expected", "received"),
    [(np.nan, 1.0), (1.0, np.nan), (np.inf, 1.0), (1.0, np.inf), (np.inf, -np.inf), (np.inf, np.nan), (np.nan, np.inf)],
)
def test_nan_and_infinity_only_equal_themselves(expected: float, received: float) -> None:
    """No tolerance covers them, and they are the worst element beside any finite difference."""
    assert compare([1.0, expected], [1.0, expected]).mismatches == ()
    found = mismatch([1.0, expected, 0.0], [1e30, received, 0.0], rtol=1.0, atol=1e20)
    assert found.index == (1,)


def test_a_nan_in_another_place_fails() -> None:
    """As many NaN are not the same NaN."""
    assert mismatch([np.nan, 1.0], [1.0, np.nan], rtol=1, atol=1).message.startswith("2 of 2")


def test_small_floats_are_compared_in_double_precision() -> None:
    """A tolerance does not vanish, or grow, in the arithmetic of a narrow dtype."""
    assert compare(np.array([65504.0], np.float16), np.array([-65504.0], np.float16), rtol=1.9).mismatches
    one = np.array([1.0], ml_dtypes.bfloat16)
    assert compare(one, np.array([1.0078125], ml_dtypes.bfloat16), atol=0.0079).mismatches == ()
    assert compare(one, np.array([1.0078125], ml_dtypes.bfloat16), atol=0.0078).mismatches


def test_complex_numbers_are_compared_by_absolute_value() -> None:
    """Both parts count."""
    assert compare([1 + 1j], [1 + 1.01j], atol=0.011).mismatches == ()
    assert mismatch([1 + 1j], [1 + 1.02j], atol=0.011).index == (0,)


def test_a_scalar_has_an_empty_index() -> None:
    """Signatures may give tensors without dimensions."""
    assert mismatch(5, 6).index == ()
    assert mismatch(b"a", b"b").received == b"b"
    assert mismatch(0.5, 0.75).index == ()
    assert compare(0.5, 0.5).worst_output == "y"


def test_the_worst_difference_is_reported_where_all_agree() -> None:
    """So a reader sees how near the tolerance it was."""
    comparison = compare([1.0, 2.0], [1.0, 2.25], atol=0.5)
    assert (comparison.worst_difference, comparison.worst_output) == (0.25, "y")


def test_a_long_string_is_cut_in_the_message() -> None:
    """A report stays readable."""
    assert len(mismatch(["a" * 5000], ["b" * 5000]).message) < 300


FLOATS = npst.arrays(np.float32, npst.array_shapes(max_side=4), elements=st.floats(width=32))


@given(array=FLOATS, rtol=st.floats(0, 10), atol=st.floats(0, 10))
def test_anything_agrees_with_itself(array: npt.NDArray[np.float32], rtol: float, atol: float) -> None:
    """At any tolerance, zero included."""
    assert compare(array, array.copy(), rtol, atol).mismatches == ()


@given(array=FLOATS, data=st.data(), value=st.floats(width=32), rtol=st.floats(0, 2), atol=st.floats(0, 1e6))
def test_a_float_agrees_exactly_where_the_definition_says(
    array: npt.NDArray[np.float32], data: st.DataObject, value: float, rtol: float, atol: float
) -> None:
    """One element is replaced; Python's own arithmetic decides."""
    index = tuple(data.draw(st.integers(0, size - 1)) for size in array.shape)
    changed = array.copy()
    changed[index] = value
    a, b = float(changed[index]), float(array[index])
    if np.isfinite(a) and np.isfinite(b):
        agrees = abs(a - b) <= atol + rtol * abs(b)
    else:
        agrees = a == b or (np.isnan(a) and np.isnan(b))
    assert (compare(array, changed, rtol, atol).mismatches == ()) == agrees


@given(
    ids=npst.arrays(np.int64, npst.array_shapes(max_side=5), elements=st.integers(-(2**63), 2**63 - 1)),
    data=st.data(),
    rtol=st.floats(0, 1e9),
)
def test_any_changed_id_is_found_at_its_place(ids: npt.NDArray[np.int64], data: st.DataObject, rtol: float) -> None:
    """Whatever the shape, the place and the tolerance."""
    index = tuple(data.draw(st.integers(0, size - 1)) for size in ids.shape)
    changed = ids.copy()
    changed[index] ^= data.draw(st.integers(1, 2**62))
    assert mismatch(ids, changed, rtol=rtol, atol=rtol).index == index
