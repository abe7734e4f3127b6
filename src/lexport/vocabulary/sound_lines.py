"""`is_sound`: whether the bytes of a large vocabulary are without a problem, without a Python object a term."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from itertools import islice
from typing import Any

from lexport.vocabulary.file_format import Dtype
from lexport.vocabulary.term_hashes import hashes_of_text

__all__ = ["WORTHWHILE", "is_sound"]

# Below, looking at each term takes less time than importing NumPy.
WORTHWHILE = 1 << 20
AT_ONCE = 1 << 20
# Hashing takes a step for every eight bytes of the longest line.
LONGEST = 1 << 12
_MARK = "\ufeff".encode()
_WHITE = tuple(chr(code).encode() for code in range(0x3001) if chr(code).isspace())


def is_sound(data: bytes, *, dtype: Dtype, special_tokens: Collection[object], blank_terms: bool) -> bool:
    r"""Says whether `lint` would find nothing.

    It is certain where it says yes. Where it says no, `lint` has to look at every term: nearly always there is a
    problem to name; two terms with the same hash and lines of thousands of bytes are the exceptions.

    Args:
        data: one term a line, each ended by a line feed.
        dtype: `"string"`, or `"int64"` where each line is an integer.
        special_tokens: what must not stand at the head.
        blank_terms: whether terms may be white space only.

    Example:
        >>> [is_sound(data, dtype="string", special_tokens=(), blank_terms=True) for data in (b"a\nb\n", b"a\na\n")]
        [True, False]
    """
    import numpy as np

    if not data.endswith(b"\n") or data.startswith(_MARK) or b"\r" in data or b"\0" in data:
        return False
    special = {str(token).encode() for token in special_tokens} - {b""}
    head = islice(BytesIO(data), len(special) + 1)  # shares the bytes
    if special.intersection(line.removesuffix(b"\n") for line in head):
        return False
    read = _integers if dtype == "int64" else partial(_hashes, is_ascii=data.isascii(), blank_terms=blank_terms)
    numbers = []
    with ThreadPoolExecutor() as pool:  # NumPy and Arrow let other threads work
        for part in pool.map(read, _parts(data)):
            if part is None:
                pool.shutdown(cancel_futures=True)
                return False
            numbers.append(part)
    ordered = np.concatenate(numbers)
    del numbers
    ordered.sort()
    return not np.any(ordered[1:] == ordered[:-1])


def _parts(data: bytes) -> Iterator[memoryview]:
    view, start = memoryview(data), 0
    while start < len(data):
        end = data.index(b"\n", min(start + AT_ONCE, len(data)) - 1) + 1
        yield view[start:end]
        start = end


def _hashes(part: memoryview, *, is_ascii: bool, blank_terms: bool) -> Any:
    """Gives a hash for each line; None where one is unfit."""
    import numpy as np

    text = np.frombuffer(part, np.uint8)
    ends = np.concatenate([[0], np.flatnonzero(text == ord("\n")) + 1])
    lengths = np.diff(ends)
    if lengths.min() == 1 or lengths.max() > LONGEST or not (is_ascii or _is_utf8(part)):
        return None
    if not blank_terms and any(
        str(part[start : start + length - 1], "utf-8").isspace()
        for start, length in zip(*_white_beginnings(text, ends, lengths), strict=True)
    ):
        return None
    return hashes_of_text(text, ends)


def _is_utf8(part: memoryview) -> bool:
    try:
        str(part, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _white_beginnings(text: Any, ends: Any, lengths: Any) -> tuple[list[int], list[int]]:
    """Gives where the lines start, and how long they are, that begin with a character of white space."""
    import numpy as np

    masks = np.zeros(256, np.uint32)
    for white in _WHITE:
        masks[white[0]] = 0xFFFFFF & ~(0xFFFFFF >> 8 * len(white))
    may_be = np.flatnonzero(masks[text[ends[:-1]]])
    starts = ends[:-1][may_be]
    padded = np.concatenate([text, np.zeros(2, np.uint8)]).astype(np.uint32)
    codes = (padded[starts] << 16 | padded[starts + 1] << 8 | padded[starts + 2]) & masks[text[starts]]
    is_white = np.isin(codes, [int.from_bytes(one.ljust(3, b"\0"), "big") for one in _WHITE])
    return starts[is_white].tolist(), lengths[may_be][is_white].tolist()


def _integers(part: memoryview) -> Any:
    """Gives the integers; None where one is not written as it would be written back."""
    import pyarrow as pa

    from lexport.vocabulary.arrow_terms import arrow_terms, encoded

    try:
        integers = arrow_terms(part, "int64")
    except pa.ArrowInvalid:
        return None
    return integers.to_numpy() if encoded(integers) == part else None
