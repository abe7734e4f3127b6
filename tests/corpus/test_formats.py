"""What a source file is, by its name."""

import pytest

from lexport.corpus.formats import Compression, Format, compression_of, format_of


@pytest.mark.parametrize(
    ("name", "kind", "compression"),
    [
        ("a.txt", Format.TEXT, None),
        ("a.csv", Format.CSV, None),
        ("a.csv.gz", Format.CSV, Compression.GZIP),
        ("A.TSV.ZST", Format.TSV, Compression.ZSTD),
        ("part-0.jsonl", Format.JSON_LINES, None),
        ("part-0.ndjson.gz", Format.JSON_LINES, Compression.GZIP),
        ("a.b.parquet", Format.PARQUET, None),
        ("a.arrow", Format.ARROW, None),
        ("a.feather", Format.ARROW, None),
        ("a.ipc", Format.ARROW, None),
        ("a.tfrecord", Format.TF_RECORD, None),
        ("train.tfrecords.gz", Format.TF_RECORD, Compression.GZIP),
        ("train.tfrecord-00003-of-00100", Format.TF_RECORD, None),
        ("train.tfrecord.gz-00003-of-00100", Format.TF_RECORD, Compression.GZIP),
        ("train.txt-3-of-9.gz", Format.TEXT, Compression.GZIP),
        ("s3://bucket/a.csv.gz", Format.CSV, Compression.GZIP),
        ("https://example.org/a.csv.gz?name=b.txt#c.parquet", Format.CSV, Compression.GZIP),
        ("a.gz", None, Compression.GZIP),
        ("a", None, None),
        ("a.json", None, None),
    ],
)
def test_the_name_says_format_and_compression(name: str, kind: Format | None, compression: Compression | None) -> None:
    """The suffix before that of a compression names the format, in upper or lower case."""
    assert format_of(name) is kind
    assert compression_of(name) is compression
