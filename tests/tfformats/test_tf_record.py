"""TFRecord files as data, against TensorFlow's own writer."""

import io
from pathlib import Path

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.tfformats import tf_record
from lexport.tfformats.tf_record import crc32c, read_records


def written(path: Path, records: list[bytes]) -> bytes:
    """Gives the file that TensorFlow writes."""
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)
    return path.read_bytes()


@settings(max_examples=50, deadline=None)
@given(records=st.lists(st.binary(max_size=300), max_size=5), block=st.integers(1, 400))
def test_what_tensorflow_writes_is_read(
    records: list[bytes], block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Record by record, empty ones and none at all included, in blocks of any size."""
    data = written(tmp_path_factory.mktemp("records") / "file", records)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tf_record, "BLOCK_BYTES", block)
        assert list(read_records(io.BytesIO(data))) == records


def test_the_checksum_is_crc_32c() -> None:
    """The check value that the algorithm is known by, and the examples of RFC 3720."""
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    """In the length, in the record, and in their checksums."""
    data = written(tmp_path / "file", [b"a record", b"another"])
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 0x40
        with pytest.raises(ValueError, match=r"record [01]"):
            list(read_records(io.BytesIO(bytes(changed))))


def test_every_cut_is_found_but_the_one_between_records(tmp_path: Path) -> None:
    """A file that ends with a whole record is a whole file: how many there must be is known elsewhere."""
    data = written(tmp_path / "file", [b"a record", b"another"])
    ends = {0, 12 + len(b"a record") + 4, len(data)}
    for end in set(range(len(data) + 1)) - ends:
        with pytest.raises(ValueError, match="ends"):
            list(read_records(io.BytesIO(data[:end])))
    assert [len(list(read_records(io.BytesIO(data[:end])))) for end in sorted(ends)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("length", "message"),
    [
        (2**31 - 1, "record 0 has 2147483647 bytes, and the file ends before"),
        (2**31, "record 0 must have at most 2147483647 bytes; received 2147483648"),
        (2**62, "record 0 must have at most 2147483647 bytes"),
    ],
)
def test_a_length_beyond_the_file_costs_no_memory(length: int, message: str) -> None:
    """With its right checksum it is only a short file; nothing is claimed before it is there."""
    header = length.to_bytes(8, "little")
    crc = crc32c(header)
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    with pytest.raises(ValueError, match=message):
        list(read_records(io.BytesIO(header + masked.to_bytes(4, "little") + b"abc")))
