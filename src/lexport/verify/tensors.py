"""Named tensors in one file: an npz that never holds a pickle.

NumPy stores string tensors (object arrays of bytes) only as pickles, which run code when they are read. Here a
string tensor is two plain members, all bytes in a row and the length of each element; and every member's size
is checked against its header before an array is made of it, since a baseline travels with an export that
somebody else may have written.
"""

import io
import json
import math
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lexport.errors import VerificationError

__all__ = ["MAX_BYTES", "Tensor", "as_tensor", "dtype_name", "read_tensors", "tensor_bytes", "write_tensors"]

Tensor = npt.NDArray[Any]

MAX_BYTES = 2 << 30
STRING = "string"
# NumPy's own numeric dtypes; bfloat16 is stored by its bits, as an npy header cannot name it.
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
NUMERIC = frozenset({"bool", *INTEGERS, "float16", "float32", "float64", "complex64", "complex128"})
BFLOAT16 = "bfloat16"
INDEX = "index"


def as_tensor(value: object) -> Tensor:
    r"""Gives a value as an array in native byte order; strings as an object array of bytes.

    Args:
        value: an array or TensorFlow tensor of any shape, a scalar, bytes, a string, or a nested list of them.

    Raises:
        VerificationError: the value has a dtype that TensorFlow's tensors do not have.

    Example:
        >>> as_tensor("né").item(), as_tensor([b"a\0", b""]).tolist()
        (b'n\xc3\xa9', [b'a\x00', b''])
    """
    # TensorFlow's own conversion of a bfloat16 scalar fails, so its tensors are asked for their value.
    value = value.numpy() if hasattr(value, "numpy") else value
    array = np.asarray(value, dtype=object) if isinstance(value, str | bytes) else np.asarray(value)
    if array.dtype.kind in "US":
        # NumPy's fixed-width strings drop trailing NULs, so go back to what was given where that is possible.
        array = np.asarray(value, dtype=object)
    if array.dtype.kind == "O":
        elements = array.ravel().tolist()
        if set(map(type, elements)) <= {bytes}:
            return array
        return _object_array([_as_bytes(element) for element in elements], array.shape)
    dtype_name(array)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def dtype_name(tensor: Tensor) -> str:
    """Names the dtype as TensorFlow does, such as `string`, `int64` or `bfloat16`.

    Raises:
        VerificationError: it is none of TensorFlow's dense dtypes.

    Example:
        >>> dtype_name(np.zeros(2, np.float32)), dtype_name(as_tensor("a"))
        ('float32', 'string')
    """
    name = STRING if tensor.dtype.kind == "O" else tensor.dtype.name
    if name not in NUMERIC and name not in (STRING, BFLOAT16):
        raise VerificationError(f"a tensor must be numeric, bool or string; received dtype {tensor.dtype}")
    return name


def tensor_bytes(tensor: Tensor) -> int:
    """Counts the bytes of the values; for strings also eight for each length."""
    if tensor.dtype.kind == "O":
        return sum(map(len, tensor.ravel().tolist())) + 8 * tensor.size
    return tensor.nbytes


def write_tensors(
    path: str | os.PathLike[str], tensors: Mapping[str, Tensor], header: Mapping[str, Any] | None = None
) -> None:
    """Writes tensors and a JSON header to one npz file; the same content gives the same bytes.

    Args:
        path: the file; it is replaced.
        tensors: arrays of any shape, by any name; strings as object arrays of bytes.
        header: what to write beside them; anything that `json` takes.

    Raises:
        VerificationError: a tensor has a dtype that TensorFlow does not have.
        OSError: the file cannot be written.
    """
    index = [{"name": name, "dtype": dtype_name(tensor)} for name, tensor in tensors.items()]
    text = json.dumps({"header": dict(header or {}), "tensors": index}, ensure_ascii=True)
    members = {INDEX: np.frombuffer(text.encode(), np.uint8)}
    for number, tensor in enumerate(tensors.values()):
        members.update(_encode(str(number), tensor))
    with Path(path).open("wb") as file:
        np.savez_compressed(file, **members)  # type: ignore[arg-type]


def read_tensors(
    path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Reads what `write_tensors` wrote; safe on a file from anywhere.

    Args:
        path: the file.
        max_bytes: the most that its members may hold, uncompressed.

    Returns:
        The tensors by name, and the header.

    Raises:
        VerificationError: the file is missing, too large, damaged, or not one of `write_tensors`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(archive, max_bytes)
            members = {info.filename: _read_member(archive, info) for info in archive.infolist()}
        index = json.loads(members[f"{INDEX}.npy"].tobytes())
        tensors = {
            str(entry["name"]): _decode(str(number), entry["dtype"], members)
            for number, entry in enumerate(index["tensors"])
        }
        return tensors, dict(index["header"])
    except OSError as error:
        raise VerificationError(f"cannot read {os.fspath(path)}: {error.strerror or error}") from error
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
        *(ValueError, TypeError, LookupError, AttributeError, MemoryError, OverflowError, SyntaxError),
    ) as error:
        reason = f"{type(error).__name__}: {error}"
        raise VerificationError(f"{os.fspath(path)} is damaged or not a tensor file: {reason}") from error


def _as_bytes(element: object) -> bytes:
    if isinstance(element, str):
        return element.encode()
    if isinstance(element, bytes):
        return element
    raise VerificationError(f"an element of a string tensor must be bytes or str; received {element!r}")


def _object_array(elements: list[bytes], shape: tuple[int, ...]) -> Tensor:
    array = np.empty(len(elements), object)
    array[:] = elements
    return array.reshape(shape)


def _encode(member: str, tensor: Tensor) -> dict[str, Tensor]:
    name = dtype_name(tensor)
    if name == STRING:
        elements = tensor.ravel().tolist()
        lengths = np.fromiter(map(len, elements), np.int64, len(elements)).reshape(tensor.shape)
        return {member: lengths, f"{member}.bytes": np.frombuffer(b"".join(elements), np.uint8)}
    return {member: tensor.view(np.uint16) if name == BFLOAT16 else tensor}


def _decode(member: str, dtype: str, members: Mapping[str, Tensor]) -> Tensor:
    values = members[f"{member}.npy"]
    if dtype == STRING:
        return _decode_strings(values, members[f"{member}.bytes.npy"])
    if dtype == BFLOAT16:
        import ml_dtypes

        return _required(values, "uint16").view(ml_dtypes.bfloat16)
    if dtype not in NUMERIC:
        raise ValueError(f"unknown dtype {dtype!r}")
    return _required(values, dtype)


def _decode_strings(lengths: Tensor, data: Tensor) -> Tensor:
    flat = _required(lengths, "int64").ravel()
    text = _required(data, "uint8").tobytes()
    if (flat < 0).any() or (flat > len(text)).any() or int(flat.sum()) != len(text):
        raise ValueError(f"the lengths of a string tensor do not add up to its {len(text)} bytes")
    ends = np.cumsum(flat).tolist()
    starts = [0, *ends[:-1]]
    return _object_array([text[start:end] for start, end in zip(starts, ends, strict=False)], lengths.shape)


def _required(values: Tensor, dtype: str) -> Tensor:
    if values.dtype != np.dtype(dtype):
        raise ValueError(f"a member must be {dtype}; received {values.dtype}")
    return values


def _check_size(archive: zipfile.ZipFile, max_bytes: int) -> None:
    total = sum(info.file_size for info in archive.infolist())
    if total > max_bytes:
        raise ValueError(f"it holds {total} bytes; at most {max_bytes} are read")


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Tensor:
    """Reads one npy member; NumPy's own reader would allocate whatever size the header claims."""
    data = archive.read(info)
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version != (1, 0):
        raise ValueError(f"{info.filename} has npy version {version}; required (1, 0)")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.name not in NUMERIC:
        raise ValueError(f"{info.filename} has dtype {dtype}; required a numeric one")
    start, count = stream.tell(), math.prod(shape)
    if min(shape, default=0) < 0 or count * dtype.itemsize != len(data) - start:
        raise ValueError(f"{info.filename} has {len(data) - start} bytes, which do not make shape {shape} of {dtype}")
    flat = np.frombuffer(data, dtype, count=count, offset=start) if count else np.empty(0, dtype)
    return flat.reshape(shape, order="F" if fortran else "C")
