"""JSON values to tensors of a declared dtype and shape."""

import base64
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from lexport.verify.input_spec import InputSpec
from lexport.verify.tensors import Tensor

__all__ = ["row_value"]

BASE64 = "b64"
SHOWN_VALUE = 60


def row_value(value: object, spec: InputSpec) -> Tensor:
    """Gives one row's value of an input as a tensor.

    Args:
        value: what `json` read: a scalar, or nested lists of the rank that `spec` requires; for bytes that are no text
            `{"b64": "..."}` in place of a string.
        spec: the input; its batch dimension is left out.

    Raises:
        ValueError: the value is not of the dtype or shape; the message says what was required and received.

    Example:
        >>> row_value([1, 2, 3], InputSpec("int32", (None, 3)))
        array([1, 2, 3], dtype=int32)
    """
    shape = _shape(value, len(spec.row_shape))
    if len(shape) != len(spec.row_shape) or any(
        required not in (None, received) for required, received in zip(spec.row_shape, shape, strict=True)
    ):
        raise ValueError(f"must have shape {_text(spec.row_shape)} in a row; received shape {_text(shape)}")
    elements = [_element(leaf, spec.dtype) for leaf in _leaves(value, len(shape))]
    flat = np.empty(len(elements), object if spec.dtype == "string" else _numpy(spec.dtype))
    flat[:] = elements
    return flat.reshape(shape)


def _shape(value: object, rank: int) -> tuple[int, ...]:
    """Measures nested lists, one level deeper than `rank` at most; lists of unequal lengths are refused."""
    if not isinstance(value, list):
        return ()
    inner = {_shape(element, rank - 1) for element in value} if rank > 0 else set()
    if len(inner) > 1:
        raise ValueError(f"must have rows of equal lengths; received {_shown(value)}")
    missing = (0,) * (rank - 1) if not value else ()
    return (len(value), *(inner.pop() if inner else missing))


def _leaves(value: Any, rank: int) -> Iterator[object]:
    if rank == 0:
        yield value
        return
    for element in value:
        yield from _leaves(element, rank - 1)


def _element(value: Any, dtype: str) -> Any:
    if dtype == "string":
        packed = isinstance(value, dict) and value.keys() == {BASE64}
        return _decoded(value[BASE64]) if packed else _encoded(_typed(value, str, dtype))
    if dtype == "bool":
        return _typed(value, bool, dtype)
    if np.issubdtype(_numpy(dtype), np.integer):
        limits = np.iinfo(_numpy(dtype))
        number = _typed(value, int, dtype)
        if not limits.min <= number <= limits.max:
            raise ValueError(f"must be an {dtype}, {limits.min} to {limits.max}; received {_shown(value)}")
        return number
    return _float(_typed(value, int | float, dtype), dtype)


def _typed(value: object, kind: Any, dtype: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"must be {dtype}; received {_shown(value)}")
    return value


def _decoded(text: object) -> bytes:
    """Reads bytes that are no text, written as TensorFlow Serving's REST API takes them."""
    try:
        return base64.b64decode(_typed(text, str, "base64"), validate=True)
    except ValueError as error:
        raise ValueError(f"must be base64; received {_shown(text)}") from error


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"must be valid Unicode; received {_shown(text)} with half a surrogate pair") from error


def _float(number: float, dtype: str) -> Any:
    try:
        with np.errstate(over="ignore"):
            converted = _numpy(dtype).type(number)
    except OverflowError:
        converted = _numpy(dtype).type(math.inf)
    if np.isinf(converted) and not (isinstance(number, float) and math.isinf(number)):
        raise ValueError(f"must be in the range of {dtype}; received {_shown(number)}")
    return converted


def _numpy(dtype: str) -> np.dtype[Any]:
    if dtype != "bfloat16":
        return np.dtype(dtype)
    import ml_dtypes

    bfloat16: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return bfloat16


def _text(shape: tuple[int | None, ...]) -> str:
    return f"[{', '.join('any' if size is None else str(size) for size in shape)}]"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}..."
