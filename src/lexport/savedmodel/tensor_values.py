"""The values of a `TensorProto` of strings or of integers, as text."""

import struct
from typing import Any

from lexport.savedmodel.graph import dtype_name

__all__ = ["tensor_values"]

CODES = {"int64": "q", "int32": "i"}
MAX_REPEATED = 1 << 24


def tensor_values(tensor: Any) -> list[bytes]:
    """Gives each value: a string as it is, an integer in decimal digits; nothing for other tensors.

    Args:
        tensor: a `TensorProto`; not trusted.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> tensor = message_class("TensorProto")(dtype=9, tensor_content=(7).to_bytes(8, "little"))
        >>> tensor_values(tensor)
        [b'7']
    """
    dtype = dtype_name(tensor.dtype)
    if dtype == "string":
        return _repeated(list(tensor.string_val), tensor)
    code = CODES.get(dtype)
    if code is None:
        return []
    if tensor.tensor_content:
        size = struct.calcsize(f"<{code}")
        data = tensor.tensor_content[: len(tensor.tensor_content) // size * size]
        return [b"%d" % value for [value] in struct.iter_unpack(f"<{code}", data)]
    return _repeated([b"%d" % value for value in (*tensor.int64_val, *tensor.int_val)], tensor)


def _repeated(values: list[bytes], tensor: Any) -> list[bytes]:
    """Repeats the last value, as TensorFlow does where a tensor lists fewer than its shape asks for."""
    count = 1
    for dimension in tensor.tensor_shape.dim:
        count *= dimension.size
    return [*values, *values[-1:] * (count - len(values))] if len(values) < count <= MAX_REPEATED else values
