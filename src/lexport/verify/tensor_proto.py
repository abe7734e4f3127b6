"""`TensorProto` messages to tensors, without TensorFlow."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lexport.savedmodel.graph import dtype_name
from lexport.verify.tensors import BFLOAT16, STRING, Tensor

__all__ = ["tensor_of"]

MAX_ELEMENTS = 1 << 24
# Where small tensors have their values, as `tensor.proto` of TensorFlow says.
FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("int8", "int16", "int32", "uint8", "uint16"), "int_val"),
    **dict.fromkeys(("float16", BFLOAT16), "half_val"),
    "float32": "float_val",
    "float64": "double_val",
    "int64": "int64_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
    "bool": "bool_val",
    STRING: "string_val",
}


def tensor_of(message: Any) -> Tensor:
    """Gives the tensor that a message holds.

    Args:
        message: a `TensorProto`; not trusted.

    Raises:
        ValueError: it has a dtype that no dense tensor has, an unknown shape, or not the values of its shape.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> tensor_of(message_class("TensorProto")(dtype=3, int_val=[7, 8], tensor_shape={"dim": [{"size": 2}]}))
        array([7, 8], dtype=int32)
    """
    dtype, shape = dtype_name(message.dtype), tuple(dimension.size for dimension in message.tensor_shape.dim)
    count = math.prod(shape)
    if message.tensor_shape.unknown_rank or min(shape, default=0) < 0 or count > MAX_ELEMENTS:
        raise ValueError(f"a tensor must have a known shape of at most {MAX_ELEMENTS} elements; received {shape}")
    if dtype not in FIELDS:
        raise ValueError(f"a tensor must be of numbers, bools or strings; received {dtype}")
    values = _from_content(message.tensor_content, dtype) if message.tensor_content else _listed(message, dtype)
    if len(values) > count or (message.tensor_content and len(values) != count):
        raise ValueError(f"a tensor of shape {shape} must have {count} values; received {len(values)}")
    return _filled(values, count).reshape(shape)


def _from_content(content: bytes, dtype: str) -> Tensor:
    if dtype == STRING:
        raise ValueError("a string tensor must have its values one by one; received packed bytes")
    numpy_dtype = _numpy(dtype)
    if len(content) % numpy_dtype.itemsize:
        raise ValueError(f"a tensor of {dtype} must have whole values; received {len(content)} bytes")
    return np.frombuffer(content, numpy_dtype.newbyteorder("<")).astype(numpy_dtype)


def _listed(message: Any, dtype: str) -> Tensor:
    values = list(getattr(message, FIELDS[dtype]))
    try:
        if dtype == STRING:
            flat = np.empty(len(values), object)
            flat[:] = values
            return flat
        if FIELDS[dtype] == "half_val":
            return np.array(values, np.uint16).view(_numpy(dtype))
        return np.array(values, _numpy(dtype))
    except OverflowError as error:
        raise ValueError(f"a value is out of the range of {dtype}: {error}") from error


def _filled(values: Tensor, count: int) -> Tensor:
    """Repeats the last value, as TensorFlow does with tensors whose end is all the same; none at all means zeros."""
    if not len(values):
        values = np.array([b""], object) if values.dtype.kind == "O" else np.zeros(1, values.dtype)
    return np.concatenate([values, np.repeat(values[-1:], max(count - len(values), 0))])[:count]


def _numpy(dtype: str) -> np.dtype[Any]:
    if dtype != BFLOAT16:
        return np.dtype(dtype)
    import ml_dtypes

    bfloat16: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return bfloat16
