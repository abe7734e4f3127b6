"""The readers: a source file in, `Rows` out; one module a format.

- `stream.py`: opens a file, here or at a URL, and decompresses it on the way.
- `line_blocks.py`, `record_blocks.py`: cut what is read at the ends of lines and of CSV records.
- `text.py`, `delimited.py`, `json_lines.py`, `parquet.py`, `arrow.py`, `tf_records.py`: the formats.
- `aligned.py`, `typed_rows.py`: from Arrow's and from Python's types to those of `Rows`.
- `diagnosis.py`: what a failure says about the file.

A reader holds some blocks in memory, never a file, and reads it once for all columns.
"""

from collections.abc import Iterator

from lexport.corpus.formats import Format
from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.arrow import read_arrow
from lexport.corpus.readers.delimited import read_delimited
from lexport.corpus.readers.json_lines import read_json_lines
from lexport.corpus.readers.parquet import read_parquet
from lexport.corpus.readers.text import read_text
from lexport.corpus.readers.tf_records import read_tf_records
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile

__all__ = ["read"]


def read(file: SourceFile, columns: tuple[str, ...], meter: FileMeter) -> Iterator[Rows]:
    """Reads columns of one file, or of a part of it, in one pass.

    Args:
        file: what to read.
        columns: the names of the columns; empty for text.
        meter: takes note of what is read.

    Raises:
        UnreadableSource: the file lacks a column, or is not what its format says.
        OSError, UnicodeError, pyarrow.ArrowException: the file cannot be read; `diagnosis` explains them.
    """
    match file.format:
        case Format.TEXT:
            return read_text(file, meter)
        case Format.CSV:
            return read_delimited(file, columns, meter, delimiter=",")
        case Format.TSV:
            return read_delimited(file, columns, meter, delimiter="\t")
        case Format.JSON_LINES:
            return read_json_lines(file, columns, meter)
        case Format.PARQUET:
            return read_parquet(file, columns, meter)
        case Format.ARROW:
            return read_arrow(file, columns, meter)
        case Format.TF_RECORD:
            return read_tf_records(file, columns, meter)
