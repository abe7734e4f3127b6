from pathlib import Path

import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from lexport.tfformats.sorted_table import read_sorted_table, read_varint, sorted_table_bytes
from lexport.tfformats.tensor_bundle import read_bundle_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The index of a checkpoint of five hundred variables, in several blocks."""
    prefix = tmp_path_factory.mktemp("checkpoint") / "model"
    names = [f"layer_{number}/kernel" for number in range(500)]
    values = [tf.constant(float(number)) for number in range(500)]
    tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=names, shape_and_slices=[""] * 500, tensors=values)
    return Path(f"{prefix}.index").read_bytes()


def test_an_index_of_tensorflow_is_read_whole_and_in_order(index: bytes) -> None:
    """Keys that share prefixes, over the ends of blocks."""
    keys = [key for key, _ in read_sorted_table(index)]

    assert keys == sorted([b"", *(b"layer_%d/kernel" % number for number in range(500))])
    assert {entry.size for entry in read_bundle_index(index).entries.values()} == {4}


@given(data=st.data())
def test_a_flipped_bit_is_an_error_or_changes_nothing(data: st.DataObject, index: bytes) -> None:
    """Checksums cover all but the padding of the footer; whatever the bytes, nothing else than ValueError comes out."""
    place = data.draw(st.integers(0, len(index) - 1))
    damaged = bytearray(index)
    damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = list(read_sorted_table(bytes(damaged)))
    except ValueError:
        return
    assert found == list(read_sorted_table(index))


@given(st.binary(max_size=200))
def test_any_bytes_are_no_table(data: bytes) -> None:
    """What is no table is refused, also where it ends like one."""
    for candidate in (data, data + bytes.fromhex("57fb808b247547db")):
        with pytest.raises(ValueError, match=r".+"):
            list(read_sorted_table(candidate))


@given(st.integers(0, 2**64 - 1))
def test_a_number_is_read_as_it_was_written(number: int) -> None:
    """Seven bits a byte, the lowest first."""
    rest, data = number, bytearray()
    while rest > 0x7F:
        data.append(rest & 0x7F | 0x80)
        rest >>= 7
    data.append(rest)

    assert read_varint(bytes(data), 0) == (number, len(data))


@given(st.dictionaries(st.binary(max_size=40), st.binary(max_size=300), max_size=60))
def test_what_was_written_is_read_again(items: dict[bytes, bytes]) -> None:
    """Any keys, the empty one too, and any values, none at all too."""
    ordered = sorted(items.items())

    assert list(read_sorted_table(sorted_table_bytes(ordered))) == ordered


def test_large_tables_have_several_blocks() -> None:
    """A reader takes a block at a time into memory."""
    ordered = [(b"%08d" % number, b"x" * 1000) for number in range(2000)]
    data = sorted_table_bytes(ordered)

    assert list(read_sorted_table(data)) == ordered
    assert len(data) > 2000 * 1008
