"""`Tokens`: pieces of one buffer of text."""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

__all__ = ["PADDING", "Tokens", "array_of_tokens", "tokens_of_array", "tokens_of_text"]

PADDING = 16  # bytes behind the text; those behind the last token are read along with it


class Tokens(NamedTuple):
    """Pieces of one buffer of text, none of them empty.

    Attributes:
        data: `uint8`; `PADDING` bytes longer than the text.
        starts: where each token starts.
        lengths: how many bytes each has, at least 1.
        has_nul: whether a NUL may be among the bytes.
    """

    data: Any
    starts: Any
    lengths: Any
    has_nul: bool


def tokens_of_text(text: bytes, translation: tuple[bytes | None, bytes]) -> Tokens:
    r"""Cuts a text at runs of ASCII's white space, the bytes 9 to 13 and 32.

    Args:
        text: any bytes; lines need not be told apart, as their ends are white space.
        translation: what `bytes.translate` is to do first; it neither makes nor removes white space.

    Example:
        >>> tokens = tokens_of_text(b"The cat,\n", (None, b","))
        >>> tokens.starts.tolist(), tokens.lengths.tolist()
        ([0, 4], [3, 3])
    """
    text = text.translate(*translation)
    data = np.frombuffer(text + b" " * PADDING, np.uint8)
    ends = np.flatnonzero(_is_white_space(data[: len(text) + 1])).astype(np.int32)
    starts = np.empty_like(ends)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    return _filled(data, starts, ends - starts, has_nul=b"\0" in text)


def tokens_of_array(values: Any) -> Tokens:
    """Takes each element of an Arrow array as a token.

    Args:
        values: `large_string` or `large_binary`, without nulls.
    """
    _, offsets, buffer = values.buffers()
    ends = np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
    first, last = (int(ends[0]), int(ends[-1])) if len(values) else (0, 0)
    data = np.zeros(last - first + PADDING, np.uint8)
    if buffer is not None and last > first:
        data[: last - first] = np.frombuffer(buffer, np.uint8)[first:last]
    starts = ends[:-1] - first
    return _filled(data, starts, np.diff(ends), has_nul=bool((data[: last - first] == 0).any()))


def array_of_tokens(tokens: Tokens, chosen: Any) -> Any:
    """Copies some tokens into an Arrow array of `large_binary`; `chosen` holds their places in rising order."""
    starts, lengths = tokens.starts[chosen], tokens.lengths[chosen]
    offsets = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    # Place i of the result comes from i plus the distance by which its token moved.
    places = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(tokens.data[places])]
    return pa.Array.from_buffers(pa.large_binary(), len(chosen), buffers)


def _is_white_space(data: Any) -> Any:
    found = data == 32
    found |= (data - np.uint8(9)) < 5  # wraps around below 9
    return found


def _filled(data: Any, starts: Any, lengths: Any, *, has_nul: bool) -> Tokens:
    if len(lengths) and lengths.min() == 0:
        filled = np.flatnonzero(lengths)
        starts, lengths = starts[filled], lengths[filled]
    return Tokens(data, starts, lengths, has_nul)
