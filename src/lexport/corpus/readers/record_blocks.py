r"""Blocks of whole CSV records: quotes may hold line ends, and a quote that is never closed must not pass.

Arrow's rules are followed: a quote opens a value only where the value begins; a doubled one within is a quote;
behind the closing one the value goes on as it stands.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.readers.line_blocks import BYTE_ORDER_MARK

__all__ = ["RecordBlock", "record_blocks"]

LONGEST_RECORD = 32 << 20
QUOTE = ord('"')


class RecordBlock(NamedTuple):
    """Whole records.

    Attributes:
        data: their bytes.
        quoted: whether there may be a quote among them.
    """

    data: memoryview
    quoted: bool


def record_blocks(stream: Any, delimiter: str, size: int) -> Iterator[RecordBlock]:
    """Reads a stream in blocks of whole records; a byte order mark at the head is left out.

    Args:
        stream: the decompressed bytes.
        delimiter: of the values, one ASCII character.
        size: bytes to read for each block.

    Raises:
        UnreadableSource: the stream is empty, a quote is never closed, or a record is longer than 32 MiB.
    """
    held = stream.read(size + len(BYTE_ORDER_MARK)).removeprefix(BYTE_ORDER_MARK)
    if not held:
        raise UnreadableSource("the file is empty")
    while chunk := stream.read(size):
        end, _ = _last_end(held, delimiter)
        if end:
            yield RecordBlock(memoryview(held)[:end], QUOTE in held)
        elif len(held) > LONGEST_RECORD:
            remedy = "Look for a quote that is never closed; where the record is right, use Parquet"
            raise UnreadableSource(f"a record is longer than {LONGEST_RECORD >> 20} MiB", remedy)
        held = b"".join([memoryview(held)[end:], chunk])
    if _last_end(held, delimiter)[1]:
        raise UnreadableSource("a quote is opened and never closed", "Close it, or write the file again, whole")
    yield RecordBlock(memoryview(held), QUOTE in held)


def _last_end(block: bytes, delimiter: str) -> tuple[int, bool]:
    """Where the last record that ends in a block ends, and whether a quote is open at the end of the block."""
    if QUOTE not in block:
        return _line_end(block, 0, len(block)), False
    turns = _turns(block, delimiter)
    is_open = len(turns) % 2 == 1
    return _outside(block, turns, is_open), is_open


def _outside(block: bytes, turns: Any, is_open: bool) -> int:
    """The last line end outside of quotes; values open at the even turns and close at the odd ones."""
    last = len(turns) - 1 if is_open else len(turns)
    for index in range(last, -1, -2):
        start = int(turns[index - 1]) + 1 if index else 0
        stop = int(turns[index]) if index < len(turns) else len(block)
        end = _line_end(block, start, stop)
        if end:
            return end
    return 0


def _line_end(block: bytes, start: int, stop: int) -> int:
    # The line ends of old Macs count only where there is no other.
    return block.rfind(b"\n", start, stop) + 1 or block.rfind(b"\r", start, stop) + 1


def _turns(block: bytes, delimiter: str) -> Any:
    """The places of the quotes that open and close, in turn."""
    data = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(data == QUOTE)
    before = data[np.maximum(quotes - 1, 0)]
    begins = (before == ord(delimiter)) | (before == ord("\n")) | (before == ord("\r")) | (quotes == 0)
    # A doubled quote within a value closes and opens it again.
    doubled = np.diff(quotes, prepend=-2) == 1
    if (begins | doubled)[::2].all():
        return quotes
    return _followed(quotes.tolist(), begins.tolist())


def _followed(quotes: list[int], begins: list[bool]) -> Any:
    """The same, one by one, where some quotes are nothing but characters."""
    turns, is_open, index = [], False, 0
    while index < len(quotes):
        if is_open and index + 1 < len(quotes) and quotes[index + 1] == quotes[index] + 1:
            index += 2
            continue
        if is_open or begins[index]:
            turns.append(quotes[index])
            is_open = not is_open
        index += 1
    return np.array(turns, np.int64)
