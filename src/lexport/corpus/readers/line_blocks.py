r"""Blocks of whole lines, which end at `\n` alone."""

from collections.abc import Iterator
from typing import Any

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.readers.stream import open_stream
from lexport.corpus.source_file import SourceFile

__all__ = ["BYTE_ORDER_MARK", "line_blocks"]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 256 << 20
# How much to read beyond the end of a part, to find the end of its last line.
BEYOND = 64 << 10


def line_blocks(file: SourceFile, meter: FileMeter, size: int) -> Iterator[bytes]:
    r"""Reads a file in blocks of whole lines, which end with `\n` but for the last one.

    A byte order mark at the head is no part of the data and is left out. Of a part of a file the lines come that
    start within its span, so that parts which cover a file have each line once.

    Args:
        file: the file, or a part of it.
        meter: takes note of what is read.
        size: how many bytes a block should have.

    Raises:
        UnreadableSource: the file is empty, or a line is longer than 256 MiB.
    """
    span = file.span
    with open_stream(file, meter) as opened:
        chunks = _chunks(opened, span, size)
        if span is None or span.start == 0:
            chunks = _without_mark(chunks, span)
        elif not span:
            return
        yield from _whole_lines(chunks)


def _chunks(opened: Any, span: range | None, size: int) -> Iterator[bytes]:
    """The bytes of the lines of a span, cut anywhere."""
    if span is None:
        while chunk := opened.read(size):
            yield chunk
        return
    # A line starts behind a line end, so one that starts with the span is known by the byte before.
    position = max(span.start - 1, 0)
    opened.seek(position)
    started = span.start == 0
    while chunk := opened.read(min(max(span.stop - position, BEYOND), size)):
        start = 0
        if not started:
            start = chunk.find(b"\n") + 1
            started = 0 < start < span.stop - position
            if not started and position + max(start, len(chunk)) >= span.stop:
                return
        stop = chunk.find(b"\n", max(span.stop - 1 - position, 0)) + 1
        if started:
            yield chunk[start : stop or None]
        if stop:
            return
        position += len(chunk)


def _without_mark(chunks: Iterator[bytes], span: range | None) -> Iterator[bytes]:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= len(BYTE_ORDER_MARK):
            break
    head = head.removeprefix(BYTE_ORDER_MARK) or next(chunks, b"")
    if not head and span is None:
        raise UnreadableSource("the file is empty")
    yield head
    yield from chunks


def _whole_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join([*parts, memoryview(chunk)[:end]]) if parts or end < len(chunk) else chunk
            parts, size = [], 0
        if end < len(chunk):
            parts.append(chunk[end:])
            size += len(chunk) - end
        if size > LONGEST_LINE:
            raise UnreadableSource(f"a line is longer than {LONGEST_LINE >> 20} MiB", "Is this a file of lines?")
    rest = b"".join(parts)
    if rest:
        yield rest
