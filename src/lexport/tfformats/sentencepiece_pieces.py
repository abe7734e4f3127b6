"""How many pieces a SentencePiece model has, by the framing of its message alone."""

__all__ = ["count_pieces"]

PIECES = 1  # the number of the field, which is repeated
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def count_pieces(data: bytes) -> int | None:
    """Counts the pieces of a `.model` file; nothing in it is trusted, and no piece is read.

    Args:
        data: the bytes of the file.

    Returns:
        The number, and so the number of ids; None where the bytes are framed as no message.

    Example:
        >>> count_pieces(bytes([10, 3, 1, 2, 3, 10, 0, 16, 5])), count_pieces(b"the")
        (2, None)
    """
    count, at = 0, 0
    try:
        while at < len(data):
            tag, at = _varint(data, at)
            kind = tag & 7
            if kind == BYTES:
                length, at = _varint(data, at)
                at += length
            elif kind == VARINT:
                _, at = _varint(data, at)
            elif kind in (FIXED64, FIXED32):
                at += 8 if kind == FIXED64 else 4
            else:
                return None
            count += (tag >> 3, kind) == (PIECES, BYTES)
    except IndexError:
        return None
    return count if at == len(data) else None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise IndexError
