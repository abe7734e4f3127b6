"""Parquet: only the pages of the columns are read, row group by row group."""

from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.aligned import aligned
from lexport.corpus.readers.diagnosis import check_columns
from lexport.corpus.readers.stream import open_here_and_there
from lexport.corpus.remote_files import is_url
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile

__all__ = ["read_parquet"]

BATCH_BYTES = 8 << 20
FEWEST_ROWS, MOST_ROWS = 1 << 10, 1 << 16
# What a short value takes in memory: encoded by a dictionary, it takes next to nothing in the file.
VALUE_BYTES = 32


def read_parquet(file: SourceFile, columns: tuple[str, ...], meter: FileMeter) -> Iterator[Rows]:
    """Reads columns in batches of about 8 MiB.

    Raises:
        UnreadableSource: a column is not there, is there twice, or holds what no column of `Rows` can hold.
        pyarrow.ArrowInvalid: the file is not Parquet, is cut off, or a string is not UTF-8.
    """
    # Far away each request takes long, so the pages of a row group are asked for together.
    with open_here_and_there(file) as opened, pq.ParquetFile(opened, pre_buffer=is_url(file.path)) as table:
        check_columns(columns, table.schema_arrow.names)
        groups = file.groups if file.groups is not None else range(table.num_row_groups)
        rows, read = sum(table.metadata.row_group(group).num_rows for group in groups), 0
        for group in groups:
            options: Any = {"batch_size": _batch_rows(table.metadata.row_group(group), columns)}
            for batch in table.iter_batches(row_groups=[group], columns=list(columns), **options):
                yield Rows(len(batch), {name: aligned(batch.column(name)) for name in columns})
                read += len(batch)
                meter.reach(read, rows)


def _batch_rows(group: Any, columns: tuple[str, ...]) -> int:
    chunks = [group.column(index) for index in range(group.num_columns)]
    size = sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema.split(".")[0] in columns)
    size = max(size, VALUE_BYTES * len(columns) * group.num_rows, 1)
    return int(min(max(BATCH_BYTES * group.num_rows // size, FEWEST_ROWS), MOST_ROWS))
