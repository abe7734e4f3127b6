"""`split`: a file as parts that several workers can read at once."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq

from lexport.corpus.formats import Format
from lexport.corpus.readers.arrow import ARROW_MAGIC
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.readers.stream import open_here_and_there
from lexport.corpus.source_file import SourceFile

__all__ = ["split"]


def split(file: SourceFile, size: int) -> list[SourceFile]:
    """Cuts a file into parts, whose rows together are those of the file, each once.

    Text and JSON Lines are cut at any byte (a line belongs to the part in which it starts), Parquet between row
    groups, Arrow files between record batches. Everything else stays whole: in the middle of a compressed file, of
    an Arrow stream or of TFRecords nobody knows where a record starts, and in CSV nobody knows whether a quote is
    open.

    Args:
        file: what to cut; a part of a file stays as it is.
        size: how many bytes a part should have, at least 1.

    Returns:
        The parts in the order of the file; the file itself where it cannot be cut, or cannot be read: that is for
        the reader to say.

    Example:
        >>> file = SourceFile("a.txt", Format.TEXT, None, 250)
        >>> [(part.span, part.size) for part in split(file, 100)]
        [(range(0, 100), 100), (range(100, 200), 100), (range(200, 250), 50)]
    """
    # Files at memory:// are one object, with one position.
    cut_already = file.span is not None or file.groups is not None
    if cut_already or file.compression or file.size <= size or file.path.startswith("memory:"):
        return [file]
    match file.format:
        case Format.TEXT | Format.JSON_LINES:
            spans = [range(start, min(start + size, file.size)) for start in range(0, file.size, size)]
            return [replace(file, span=span, size=len(span)) for span in spans]
        case Format.PARQUET | Format.ARROW:
            return list(_by_groups(file, size))
    return [file]


def _by_groups(file: SourceFile, size: int) -> Iterator[SourceFile]:
    try:
        weights = _parquet_weights(file) if file.format is Format.PARQUET else _arrow_weights(file)
    except (pa.ArrowException, OSError, UnreadableSource):
        weights = []
    if len(weights) < 2:
        yield file
        return
    whole, start = sum(weights) or 1, 0
    left = file.size
    for end in range(1, len(weights) + 1):
        share = file.size * sum(weights[start:end]) // whole
        if share >= size or end == len(weights):
            share = left if end == len(weights) else share
            yield replace(file, groups=range(start, end), size=share)
            left -= share
            start = end


def _parquet_weights(file: SourceFile) -> list[int]:
    with open_here_and_there(file) as opened, pq.ParquetFile(opened) as table:
        return [table.metadata.row_group(group).total_byte_size for group in range(table.num_row_groups)]


def _arrow_weights(file: SourceFile) -> list[int]:
    """Record batches of one file mostly have the same number of rows; their sizes stand nowhere but in them."""
    with open_here_and_there(file) as opened:
        if opened.read(len(ARROW_MAGIC)) != ARROW_MAGIC:
            return []
        return [1] * pa.ipc.open_file(opened).num_record_batches
