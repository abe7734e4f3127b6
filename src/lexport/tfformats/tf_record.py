"""TFRecord files, read as data: the length of each record, its bytes, and a checksum of each.

The frame is that of TensorFlow's `core/lib/io/record_writer.h`: the length as a little-endian uint64, the masked
CRC-32C of these eight bytes, the bytes, and their masked CRC-32C. This reader shares nothing with TensorFlow's writer.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from google_crc32c import value as crc32c

__all__ = ["read_records"]

LENGTH, CHECKSUM = struct.Struct("<Q"), struct.Struct("<I")
HEADER_BYTES = LENGTH.size + CHECKSUM.size
MASK_DELTA = 0xA282EAD8
BLOCK_BYTES = 1 << 20
# No message of protocol buffers is larger, so what claims to be is damaged, and not worth the memory.
MAX_RECORD_BYTES = (1 << 31) - 1


def read_records(file: BinaryIO) -> Iterator[bytes]:
    """Gives the records of a TFRecord file, in order; it holds one block of the file and one record in memory.

    Args:
        file: an open file, of which `read(size)` alone is called; its content is not trusted.

    Raises:
        ValueError: the file ends within a record, a checksum is wrong, or a record has more than 2 GiB.

    Example:
        >>> import io
        >>> list(read_records(io.BytesIO()))
        []
    """
    held, number = file.read(BLOCK_BYTES), 0
    while held:
        start = 0
        while (needed := _frame(held, start, number)) <= len(held) - start:
            yield held[start + HEADER_BYTES : start + needed - CHECKSUM.size]
            start += needed
            number += 1
        held = _more(file, held[start:], needed, number)


def _frame(held: bytes, start: int, number: int) -> int:
    """The bytes of the frame that begins at a place, checked as far as they are held."""
    left = len(held) - start
    if left < HEADER_BYTES:
        return HEADER_BYTES + CHECKSUM.size
    _check(held, start, start + LENGTH.size, f"the length of record {number}")
    [length] = LENGTH.unpack_from(held, start)
    if length > MAX_RECORD_BYTES:
        raise ValueError(f"record {number} must have at most {MAX_RECORD_BYTES} bytes; received {length}")
    needed = HEADER_BYTES + int(length) + CHECKSUM.size
    if left >= needed:
        _check(held, start + HEADER_BYTES, start + needed - CHECKSUM.size, f"record {number}")
    return needed


def _more(file: BinaryIO, rest: bytes, needed: int, number: int) -> bytes:
    parts, size = [rest], len(rest)
    while size < needed and (block := file.read(BLOCK_BYTES)):
        parts.append(block)
        size += len(block)
    held = b"".join(parts)
    if 0 < size < HEADER_BYTES:
        raise ValueError(f"record {number} ends within its header")
    if 0 < size < needed:
        length = _frame(held, 0, number) - HEADER_BYTES - CHECKSUM.size
        raise ValueError(f"record {number} has {length} bytes, and the file ends before")
    return held


def _check(held: bytes, start: int, end: int, what: str) -> None:
    crc = crc32c(held[start:end])
    # A checksum of data that hold checksums would be weak, so TensorFlow turns and shifts it.
    masked = ((crc >> 15 | crc << 17) + MASK_DELTA) & 0xFFFFFFFF
    if CHECKSUM.unpack_from(held, end)[0] != masked:
        raise ValueError(f"the checksum of {what} is wrong")
