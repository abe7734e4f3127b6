"""`SourceFile`: one file of a source, or a part of one."""

from dataclasses import dataclass

from lexport.corpus.formats import Compression, Format

__all__ = ["SourceFile"]


@dataclass(frozen=True)
class SourceFile:
    """One file of a source, or a part of one: all that a worker needs to open and read it, anywhere.

    Attributes:
        path: where it is: a path, or a URL.
        format: how to read it.
        compression: what the whole file is compressed with, or None.
        size: bytes where they lie, or of the part; 0 where a server does not say.
        span: the bytes of the part, of text and JSON Lines: the lines that start within it. None: all of them.
        groups: the numbers of the row groups (Parquet) or record batches (Arrow) of the part. None: all of them.

    Example:
        >>> SourceFile("s3://data/a.txt", Format.TEXT, None, 300, span=range(0, 100)).span
        range(0, 100)
    """

    path: str
    format: Format
    compression: Compression | None
    size: int
    span: range | None = None
    groups: range | None = None
