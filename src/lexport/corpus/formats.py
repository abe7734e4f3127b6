"""What a source file is, by its name."""

import re
from enum import StrEnum
from pathlib import PurePath

__all__ = ["Compression", "Format", "compression_of", "format_of"]


class Format(StrEnum):
    """The formats that a source can have."""

    TEXT = "text"
    CSV = "csv"
    TSV = "tsv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"
    ARROW = "arrow"
    TF_RECORD = "tfrecord"


class Compression(StrEnum):
    """The compressions of whole files, by the name that Arrow gives them; Parquet and Arrow compress inside."""

    GZIP = "gzip"
    ZSTD = "zstd"


_FORMATS = {
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".tab": Format.TSV,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".parquet": Format.PARQUET,
    ".arrow": Format.ARROW,
    ".arrows": Format.ARROW,
    ".feather": Format.ARROW,
    ".ipc": Format.ARROW,
    ".tfrecord": Format.TF_RECORD,
    ".tfrecords": Format.TF_RECORD,
}
_COMPRESSIONS = {".gz": Compression.GZIP, ".zst": Compression.ZSTD}

# TensorFlow and Beam number the parts of a data set: train.tfrecord-00003-of-00100
_SHARD = re.compile(r"-\d+-of-\d+$", re.IGNORECASE)
_QUERY = re.compile(r"^(https?://[^?#]*)[?#].*$", re.DOTALL | re.IGNORECASE)


def compression_of(name: str) -> Compression | None:
    """Gives the compression that the last suffix of a path or URL stands for; None where it stands for none.

    Example:
        >>> compression_of("packages.csv.gz").value
        'gzip'
    """
    return _COMPRESSIONS.get(_unnumbered(name).suffix.lower())


def format_of(name: str) -> Format | None:
    """Gives the format that the suffix of a path or URL, before that of a compression, stands for.

    Example:
        >>> format_of("https://example.org/packages.csv.gz?version=3").value
        'csv'
    """
    path = _unnumbered(name)
    if path.suffix.lower() in _COMPRESSIONS:
        path = _unnumbered(str(path.with_suffix("")))
    return _FORMATS.get(path.suffix.lower())


def _unnumbered(name: str) -> PurePath:
    return PurePath(_SHARD.sub("", _QUERY.sub(r"\1", name)))
