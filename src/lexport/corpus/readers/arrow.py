"""Arrow's own format, as a file (Feather, version 2) and as a stream."""

import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.aligned import aligned
from lexport.corpus.readers.diagnosis import UnreadableSource, check_columns
from lexport.corpus.readers.stream import open_here_and_there, open_stream
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile

__all__ = ["ARROW_MAGIC", "read_arrow"]

ARROW_MAGIC = b"ARROW1"
FEATHER_1_MAGIC = b"FEA1"
# The end of a stream is a message of length 0; a message that is there has its length, metadata and body.
END = bytes(4)
MOST_ROWS = 1 << 16


def read_arrow(file: SourceFile, columns: tuple[str, ...], meter: FileMeter) -> Iterator[Rows]:
    """Reads columns record batch by record batch; a batch is in memory as a whole, so far as its columns are read.

    Raises:
        UnreadableSource: the file is neither, or is cut off; a column is not there, is there twice, or holds what
            no column of `Rows` can hold.
        pyarrow.ArrowInvalid: the data are damaged, or a string is not UTF-8.
    """
    with open_here_and_there(file) as opened:
        head = opened.read(len(ARROW_MAGIC))
        if head.startswith(FEATHER_1_MAGIC):
            raise UnreadableSource("the file is Feather, version 1", "Write it again as version 2")
        if head == ARROW_MAGIC:
            yield from _file(file, opened, columns, meter)
            return
    yield from _stream(file, columns, meter)


def _file(file: SourceFile, opened: Any, columns: tuple[str, ...], meter: FileMeter) -> Iterator[Rows]:
    try:
        names = pa.ipc.open_file(opened).schema.names
    except (pa.ArrowException, OSError) as error:
        message = f"the file is not Arrow, or is cut off: {error}"
        raise UnreadableSource(message, "Copy or write the file again, whole") from None
    check_columns(columns, names)
    options = pa.ipc.IpcReadOptions(included_fields=sorted(names.index(name) for name in columns))
    table = pa.ipc.open_file(opened, options=options)
    groups = file.groups if file.groups is not None else range(table.num_record_batches)
    for done, group in enumerate(groups, 1):
        yield from _rows(table.get_batch(group), columns)
        meter.reach(done, len(groups))


def _stream(file: SourceFile, columns: tuple[str, ...], meter: FileMeter) -> Iterator[Rows]:
    with open_stream(file, meter) as opened:
        tail = _Tail(opened)
        try:
            batches = pa.ipc.open_stream(pa.PythonFile(tail, "r"))
        except (pa.ArrowException, OSError) as error:
            raise UnreadableSource(f"the file is not Arrow, or is cut off: {error}") from None
        check_columns(columns, batches.schema.names)
        for batch in batches:
            yield from _rows(batch, columns)
        if tail.last != END:
            message = "the stream has no end: it is cut off, or its writer was never closed"
            raise UnreadableSource(message, "Copy or write the file again, whole")


def _rows(batch: Any, columns: tuple[str, ...]) -> Iterator[Rows]:
    for start in range(0, len(batch), MOST_ROWS):
        part = batch.slice(start, MOST_ROWS)
        yield Rows(len(part), {name: aligned(part.column(name)) for name in columns})


class _Tail(io.RawIOBase):
    """A stream that remembers what was read last; Arrow reads the length of a message by itself."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.last = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data: bytes = self._stream.read(size)
        self.last = data or self.last
        return data
