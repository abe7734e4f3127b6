"""`InputSpec`: what a signature requires of one input."""

from dataclasses import dataclass

import numpy as np

__all__ = ["InputSpec"]
# Up to which power of two a float can hold every integer.
EXACT_BITS = {"bfloat16": 8, "float16": 11, "float32": 24, "float64": 53}


@dataclass(frozen=True)
class InputSpec:
    """The dtype and shape of one input of a signature.

    Attributes:
        dtype: `string`, `int64`, `int32`, `float32`, `bool` or another of TensorFlow's dtypes.
        shape: the batch dimension first; None where a dimension is not known. `()` is a scalar input.

    Example:
        >>> InputSpec("string", (None,)).row_shape
        ()
    """

    dtype: str
    shape: tuple[int | None, ...]

    @property
    def is_scalar(self) -> bool:
        """Whether the input has no batch dimension."""
        return not self.shape

    @property
    def row_shape(self) -> tuple[int | None, ...]:
        """The shape of the value of one row."""
        return self.shape[1:]

    @property
    def is_integer(self) -> bool:
        """Whether the input holds integers."""
        return self.dtype.startswith(("int", "uint"))

    def represents(self, value: bytes | int) -> bool:
        """Whether the dtype holds a value as it is; of integers also every one between it and zero.

        Example:
            >>> [InputSpec(dtype, ()).represents(2**24 + 1) for dtype in ("int32", "float32", "string")]
            [True, False, False]
        """
        if self.dtype == "string" or isinstance(value, bytes):
            return self.dtype == "string" and isinstance(value, bytes)
        if self.dtype in EXACT_BITS:
            return abs(value) <= 1 << EXACT_BITS[self.dtype]
        if not self.is_integer:
            return False
        limits = np.iinfo(self.dtype)
        return bool(limits.min <= value <= limits.max)
