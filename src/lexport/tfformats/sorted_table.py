"""LevelDB's sorted table, in which TensorFlow keeps the index of a checkpoint, read and written as data.

The format is that of TensorFlow's `tsl/lib/io/table`: blocks of sorted keys that share prefixes, each with a masked
CRC-32C, an index of the blocks, and a footer that says where the index is. TensorFlow writes such an index without
compression, and this reader takes no other.
"""

import struct
from collections.abc import Iterable, Iterator

from google_crc32c import value as crc32c

__all__ = ["masked", "read_sorted_table", "read_varint", "sorted_table_bytes"]

FOOTER_BYTES = 48
MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)
CHECKSUM = struct.Struct("<I")
TRAILER_BYTES = 1 + CHECKSUM.size
MASK_DELTA = 0xA282EAD8
BLOCK_BYTES = 1 << 18  # as large as TensorFlow makes them


def read_sorted_table(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Gives the keys of a table with their values, in order.

    Args:
        data: the bytes of the file; not trusted.

    Raises:
        ValueError: it is no such table, a checksum is wrong, a block is compressed, or the keys are not in order.

    Example:
        >>> list(read_sorted_table(b""))
        Traceback (most recent call last):
        ...
        ValueError: it has 0 bytes and no footer of a sorted table
    """
    if len(data) < FOOTER_BYTES or data[-len(MAGIC) :] != MAGIC:
        raise ValueError(f"it has {len(data)} bytes and no footer of a sorted table")
    footer = data[-FOOTER_BYTES:]
    at = 0
    for _ in range(2):  # where the blocks of the meta index lie, which TensorFlow leaves empty
        _, at = read_varint(footer, at)
    last, total = b"", 0
    for _, handle in _entries(_block(data, footer[at:])):
        block = _block(data, handle)
        # A hostile index names one block a million times.
        total += len(block)
        if total > len(data):
            raise ValueError("its blocks overlap")
        for key, value in _entries(block):
            if key < last:
                raise ValueError("its keys are not in order")
            last = key
            yield key, value


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    r"""Reads a number of at most 64 bits, and says where the next byte is.

    Raises:
        ValueError: the data end within it, or it is longer.

    Example:
        >>> read_varint(b"\x96\x01", 0)
        (150, 2)
    """
    number = 0
    for index, byte in enumerate(data[at : at + 10]):
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return number, at + index + 1
    raise ValueError("a number is cut off or too long")


def masked(crc: int) -> int:
    """Gives a CRC-32C as TensorFlow stores it: turned and shifted, since one of data with checksums would be weak.

    Example:
        >>> masked(0) == MASK_DELTA
        True
    """
    return ((crc >> 15 | crc << 17) + MASK_DELTA) & 0xFFFFFFFF


def _block(data: bytes, handle: bytes) -> bytes:
    offset, at = read_varint(handle, 0)
    size, _ = read_varint(handle, at)
    end = offset + size
    if end + TRAILER_BYTES > len(data):
        raise ValueError("a block lies beyond its end")
    if CHECKSUM.unpack_from(data, end + 1)[0] != masked(crc32c(data[offset : end + 1])):
        raise ValueError(f"the checksum of the block at byte {offset} is wrong")
    if data[end]:
        raise ValueError(f"the block at byte {offset} is compressed, which TensorFlow does not do here")
    return data[offset:end]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Gives keys and values of a block; after them come the places where keys are written in full, and their number."""
    if len(block) < CHECKSUM.size:
        raise ValueError("a block is too short")
    end = len(block) - CHECKSUM.size * (CHECKSUM.unpack_from(block, len(block) - CHECKSUM.size)[0] + 1)
    at, key = 0, b""
    while at < end:
        shared, at = read_varint(block, at)
        own, at = read_varint(block, at)
        size, at = read_varint(block, at)
        if shared > len(key) or at + own + size > end:
            raise ValueError("a key or a value lies beyond its block")
        key = key[:shared] + block[at : at + own]
        yield key, block[at + own : at + own + size]
        at += own + size


def sorted_table_bytes(items: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Gives the bytes of a table, without compression, as TensorFlow reads it.

    Args:
        items: keys with their values; the keys in order, each once.

    Example:
        >>> data = sorted_table_bytes([(b"", b"header"), (b"kernel", b"entry")])
        >>> list(read_sorted_table(data))
        [(b'', b'header'), (b'kernel', b'entry')]
    """
    written, handles = bytearray(), []
    pending: list[tuple[bytes, bytes]] = []
    size = 0
    for key, value in items:
        pending.append((key, value))
        size += len(key) + len(value)
        if size >= BLOCK_BYTES:
            handles.append((key, _append_block(written, pending)))
            pending, size = [], 0
    if pending:
        handles.append((pending[-1][0], _append_block(written, pending)))
    meta = _append_block(written, [])
    footer = meta + _append_block(written, handles)
    return bytes(written) + footer.ljust(FOOTER_BYTES - len(MAGIC), b"\0") + MAGIC


def _append_block(written: bytearray, items: list[tuple[bytes, bytes]]) -> bytes:
    """Appends a block with its checksum, and gives its handle: where it begins and how long it is."""
    block, restarts = bytearray(), []
    for key, value in items:
        restarts.append(len(block))
        # No key shares a prefix with the one before, so that each is a place from which a reader can start.
        block += _varint(0) + _varint(len(key)) + _varint(len(value)) + key + value
    restarts = restarts or [0]
    block += b"".join(map(CHECKSUM.pack, restarts)) + CHECKSUM.pack(len(restarts))
    handle = _varint(len(written)) + _varint(len(block))
    block += b"\0"
    written += block + CHECKSUM.pack(masked(crc32c(bytes(block))))
    return handle


def _varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
