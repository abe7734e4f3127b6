import gzip
import struct
from pathlib import Path

import pytest
from google_crc32c import value as crc32c

from lexport.errors import AssetError, VocabularyError
from lexport.tfformats.sorted_table import masked
from lexport.transform.stored_lines import read_lines


def record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(crc32c(length))) + data + struct.pack("<I", masked(crc32c(data)))


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / "assets").mkdir()
    (folder / "assets" / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("data", [b"a b\nc\n", b"a b\nc"])
def test_a_text_has_a_term_a_line(tmp_path: Path, data: bytes) -> None:
    """Split at line feeds alone, as TensorFlow does."""
    assert read_lines(written(tmp_path, "words", data), "words") == [b"a b", b"c"]


def test_an_empty_text_has_no_term(tmp_path: Path) -> None:
    """And not the empty one."""
    assert read_lines(written(tmp_path, "words", b""), "words") == []


def test_records_may_hold_anything(tmp_path: Path) -> None:
    """Line feeds, and nothing at all."""
    data = gzip.compress(record(b"a\nb") + record(b""))
    assert read_lines(written(tmp_path, "words.tfrecord.gz", data), "words.tfrecord.gz") == [b"a\nb", b""]


@pytest.mark.parametrize(
    "data",
    [b"plain", gzip.compress(record(b"a"))[:-9], gzip.compress(record(b"a")[:-1]), gzip.compress(b"x" * 40)],
    ids=["no gzip", "cut gzip", "cut record", "no record"],
)
def test_damaged_records_are_told(tmp_path: Path, data: bytes) -> None:
    """None of them is a shorter vocabulary."""
    with pytest.raises(VocabularyError, match="is no compressed TFRecord file, or a damaged one"):
        read_lines(written(tmp_path, "words.tfrecord.gz", data), "words.tfrecord.gz")


@pytest.mark.parametrize("file", ["gone", "../secret", "/etc/passwd"])
def test_what_does_not_lie_in_the_assets_is_not_read(tmp_path: Path, file: str) -> None:
    """Whoever names it."""
    (tmp_path / "secret").write_text("a\n")
    with pytest.raises(AssetError, match=r"cannot read|is refused"):
        read_lines(written(tmp_path, "words", b"a\n"), file)
