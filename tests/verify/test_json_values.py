"""A JSON value fits the dtype and shape of its input, or the message says why not."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.verify.input_spec import InputSpec
from lexport.verify.json_values import row_value


@pytest.mark.parametrize(
    ("value", "dtype", "shape", "expected"),
    [
        ("né", "string", (None,), "né".encode()),
        (["a", ""], "string", (None, 2), [b"a", b""]),
        (2**63 - 1, "int64", (None,), 2**63 - 1),
        (True, "bool", (), True),
        (3, "float32", (3,), 3.0),
        (float("inf"), "float32", (None,), float("inf")),
        ([[1, 2], [3, 4]], "int32", (None, None, 2), [[1, 2], [3, 4]]),
        ([], "int64", (None, None), []),
        (1.5, "bfloat16", (None,), 1.5),
    ],
)
def test_a_fitting_value_becomes_a_tensor(value: Any, dtype: str, shape: Any, expected: Any) -> None:
    """Of exactly the declared dtype."""
    tensor = row_value(value, InputSpec(dtype, shape))
    assert tensor.tolist() == expected
    assert tensor.dtype.name == ("object" if dtype == "string" else dtype)


def test_empty_lists_keep_their_rank() -> None:
    """An empty list of rows still has as many dimensions as the input requires."""
    assert row_value([], InputSpec("int64", (None, None, None))).shape == (0, 0)


@pytest.mark.parametrize(
    ("value", "dtype", "shape", "message"),
    [
        (5, "string", (None,), "must be string; received 5"),
        (None, "string", (None,), "must be string; received None"),
        ("5", "int64", (None,), "must be int64; received '5'"),
        (5.0, "int64", (None,), r"must be int64; received 5\.0"),
        (True, "int64", (None,), "must be int64; received True"),
        (True, "float32", (None,), "must be float32; received True"),
        (1, "bool", (None,), "must be bool; received 1"),
        (2**31, "int32", (None,), "-2147483648 to 2147483647; received 2147483648"),
        (-1, "uint8", (None,), "0 to 255; received -1"),
        (1e300, "float32", (None,), r"range of float32; received 1e\+300"),
        (10**400, "float64", (None,), "range of float64"),
        ("\ud800", "string", (None,), "half a surrogate pair"),
        ("a", "string", (None, 2), r"shape \[2\] in a row; received shape \[\]"),
        (["a"], "string", (None,), r"shape \[\] in a row; received shape \[1\]"),
        (["a"], "string", (None, 2), r"shape \[2\] in a row; received shape \[1\]"),
        ([["a"], []], "string", (None, None, None), "equal lengths"),
        ([["a"]], "string", (None, None), r"must be string|shape"),
        ({}, "string", (None,), r"must be string; received \{\}"),
        ("x" * 500, "int64", (None,), r"received 'x{59}\.\.\.$"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(value: Any, dtype: str, shape: Any, message: str) -> None:
    """The message has what was required and what was received."""
    with pytest.raises(ValueError, match=message):
        row_value(value, InputSpec(dtype, shape))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=8,
)


@given(
    value=JSON,
    dtype=st.sampled_from(["string", "int64", "int32", "float32", "bool"]),
    shape=st.lists(st.none() | st.integers(0, 3), max_size=3),
)
def test_any_json_either_fits_or_is_refused(value: Any, dtype: str, shape: list[int | None]) -> None:
    """No JSON value crashes the reader, and what it lets pass has the declared rank and dtype."""
    spec = InputSpec(dtype, tuple(shape))
    try:
        tensor = row_value(value, spec)
    except ValueError:
        return
    assert len(tensor.shape) == len(spec.row_shape)
    assert tensor.dtype == (object if dtype == "string" else np.dtype(dtype))


def test_bytes_that_are_no_text_are_base64() -> None:
    """As TensorFlow Serving's REST API takes them: serialized examples, images."""
    value = row_value([{"b64": "/9j/"}, "text"], InputSpec("string", (None, 2)))
    assert value.tolist() == [b"\xff\xd8\xff", b"text"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"b64": "no base64!"}, "must be base64; received 'no base64!'"),
        ({"b64": 7}, "must be base64; received 7"),
        ({"bytes": "/9j/"}, "must be string; received {'bytes': '/9j/'}"),
        ({"b64": "/9j/", "more": 1}, "must be string; received {'b64': '/9j/', 'more': 1}"),
    ],
)
def test_an_object_that_is_no_base64_is_refused(value: object, message: str) -> None:
    """It says what was required and received."""
    with pytest.raises(ValueError, match=re.escape(message)):
        row_value(value, InputSpec("string", (None,)))
