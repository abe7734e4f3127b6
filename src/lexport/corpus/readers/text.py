r"""Text: each line is a value.

The lines are those of `tf.data.TextLineDataset`: they end at `\n` alone, and every `\r` is dropped (by `Rows`).
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.readers.line_blocks import line_blocks
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile

__all__ = ["read_text"]

# Just below the size from which memory comes from the system anew each time.
BLOCK_SIZE = 960 << 10
LINE_FEED = 10


def read_text(file: SourceFile, meter: FileMeter) -> Iterator[Rows]:
    """Reads the lines of a text file in blocks of about a megabyte.

    Raises:
        UnreadableSource: a line is not UTF-8, or there is none.
    """
    line = 1
    for block in line_blocks(file, meter, BLOCK_SIZE):
        if block.endswith(b"\r") and not block.strip(b"\r"):
            return  # at the end of a file; to TensorFlow no line either
        if not block.isascii():
            _check_utf8(block, line, file.span)
        ends = int(np.count_nonzero(np.frombuffer(block, np.uint8) == LINE_FEED))
        yield Rows(ends + (not block.endswith(b"\n")), text=block)
        line += ends


def _check_utf8(block: bytes, first_line: int, span: range | None) -> None:
    ends = pa.py_buffer(np.array([0, len(block)], np.int64))
    try:
        # Twice as fast as decoding, nothing is copied, and other threads go on.
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(block)).validate(full=True)
    except pa.ArrowInvalid:
        raise _undecodable(block, first_line, span) from None


def _undecodable(block: bytes, first_line: int, span: range | None) -> UnreadableSource:
    remedy = "Convert the file: iconv -f LATIN1 -t UTF-8, or whatever it was written in"
    place = f" (from byte {span.start} on)" if span and span.start else ""
    for index, line in enumerate(block.split(b"\n")):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return UnreadableSource(f"line {first_line + index}{place} is not UTF-8 at byte {error.start}", remedy)
    raise AssertionError("Arrow and Python disagree about UTF-8")
