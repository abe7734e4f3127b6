"""CSV and TSV: a header line names the columns; quotes may hold separators and line ends."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa
from pyarrow import csv

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.ahead import run_ahead
from lexport.corpus.readers.diagnosis import UnreadableSource, check_columns
from lexport.corpus.readers.record_blocks import RecordBlock, record_blocks
from lexport.corpus.readers.stream import open_stream
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile

__all__ = ["read_delimited"]

# What a core's cache holds, and just below the size from which memory comes from the system anew each time.
BLOCK_SIZE = 960 << 10

_ROW = re.compile(r"Row #(\d+)")


def read_delimited(file: SourceFile, columns: tuple[str, ...], meter: FileMeter, *, delimiter: str) -> Iterator[Rows]:
    """Reads columns as the text that stands there: `NA` and `007` stay as they are, an empty value is empty text.

    Blocks of whole records are parsed by several threads, and come in the order of the file.

    Raises:
        UnreadableSource: a column is not there, more than one has this name, or a quote is never closed.
        pyarrow.ArrowInvalid: a row has another number of fields, or the text is not UTF-8.
    """
    rows = 0
    with open_stream(file, meter) as stream:
        blocks = record_blocks(stream, delimiter, BLOCK_SIZE)
        first = next(blocks)
        names = _header(bytes(first.data), delimiter)
        check_columns(columns, names)
        yield (parsed := _parse(first, delimiter, columns))
        rows += parsed.number
        parse = partial(_parse, delimiter=delimiter, columns=columns, names=names)
        try:
            for parsed in run_ahead(parse, blocks):
                yield parsed
                rows += parsed.number
        except pa.ArrowInvalid as error:
            raise pa.ArrowInvalid(_ROW.sub(partial(_later, rows + 1), str(error))) from None


def _parse(block: RecordBlock, delimiter: str, columns: tuple[str, ...], names: list[str] | None = None) -> Rows:
    kind = pa.large_string()
    convert = csv.ConvertOptions(include_columns=list(columns), column_types=dict.fromkeys(columns, kind))
    table = csv.read_csv(
        pa.BufferReader(block.data),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(block.data) + 1, column_names=names),
        parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=block.quoted),
        convert_options=convert,
    )
    return Rows(len(table), {name: table[name].combine_chunks() for name in columns})


def _later(rows: int, row: re.Match[str]) -> str:
    return f"Row #{int(row[1]) + rows}"


def _header(block: bytes, delimiter: str) -> list[str]:
    if b"\n" not in block and b"\r" not in block:
        raise UnreadableSource("the file is empty, or has no complete line")
    options: Any = {
        "read_options": csv.ReadOptions(block_size=len(block) + 1),
        "parse_options": csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=lambda row: "skip"
        ),
    }
    with csv.open_csv(pa.BufferReader(block), **options) as reader:
        return list(reader.schema.names)
