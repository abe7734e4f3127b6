import hashlib
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lexport.errors import AssetError
from lexport.savedmodel.checkpoint import Checkpoint, read_checkpoint
from lexport.savedmodel.tree import read_tree
from lexport.tfformats.tensor_bundle import bundle_index_bytes, read_bundle_index

SHARD = "variables.data-00000-of-00001"
VALUES = {
    "floats": np.arange(6, dtype=np.float32).reshape(2, 3),
    "nothing": np.zeros((0, 4), np.int64),
    "scalar": np.array(7, np.int64),
    "flags": np.array([True, False]),
    "strings": np.array([b"the", b"", b"x" * 300, "größe".encode()], dtype=object),
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A checkpoint of each kind of tensor, where a SavedModel has it."""
    (tmp_path / "variables").mkdir()
    tf.raw_ops.SaveV2(
        prefix=str(tmp_path / "variables" / "variables"),
        tensor_names=list(VALUES),
        shape_and_slices=[""] * len(VALUES),
        tensors=[tf.constant(value) for value in VALUES.values()],
    )
    return tmp_path


def read(directory: Path) -> Checkpoint:
    """Reads it as it lies there."""
    return read_checkpoint(directory, read_tree(directory))


def test_each_tensor_is_told_by_dtype_shape_and_content(directory: Path) -> None:
    """The digest is that of the values as TensorFlow stores them."""
    tensors = read(directory).tensors

    assert {key: (one.dtype, one.shape) for key, one in tensors.items()} == {
        "flags": ("bool", (2,)),
        "floats": ("float32", (2, 3)),
        "nothing": ("int64", (0, 4)),
        "scalar": ("int64", ()),
        "strings": ("string", (4,)),
    }
    assert tensors["floats"].sha256 == hashlib.sha256(VALUES["floats"].tobytes()).hexdigest()
    assert tensors["floats"].size == 24


def test_every_byte_of_the_data_is_under_a_checksum(directory: Path) -> None:
    """Also the lengths of strings, and the strings."""
    path = directory / "variables" / SHARD
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(AssetError, match="are damaged"):
            read(directory)


def test_data_that_are_cut_off_are_an_error(directory: Path) -> None:
    """The index says how much there must be."""
    path = directory / "variables" / SHARD
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(AssetError, match=r"lies beyond the end of variables/variables\.data-00000-of-00001"):
        read(directory)


def test_a_variable_in_slices_has_the_content_of_its_slices(tmp_path: Path) -> None:
    """Partitioned variables of TensorFlow 1: one key for the whole, one for each piece."""
    digests = []
    for last in (4.0, 4.0, 5.0):
        folder = tmp_path / str(len(digests)) / "variables"
        folder.mkdir(parents=True)
        tf.raw_ops.SaveV2(
            prefix=str(folder / "variables"),
            tensor_names=["whole", "whole"],
            shape_and_slices=["4 0,2", "4 2,2"],
            tensors=[tf.constant([1.0, 2.0]), tf.constant([3.0, last])],
        )
        tensors = read(folder.parent).tensors
        assert len(tensors) == 3
        digests.append(tensors["whole"].identity)

    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_a_savedmodel_without_variables_has_no_tensors(tmp_path: Path) -> None:
    """Nothing is asked of it."""
    assert read(tmp_path) == Checkpoint({})


def test_names_of_the_same_bytes_are_read_once(directory: Path) -> None:
    """A repaired SavedModel has them; a million names of one tensor must not take hours."""
    path = directory / "variables" / "variables.index"
    index = read_bundle_index(path.read_bytes())
    for number in range(20_000):
        index.entries[b"alias/%d" % number] = index.entries[b"floats"]
    path.write_bytes(bundle_index_bytes(index))
    tensors = read(directory).tensors

    assert len(tensors) == 20_000 + len(VALUES)
    assert {tensors[f"alias/{number}"] for number in range(20_000)} == {tensors["floats"]}


def test_tensors_that_lie_partly_over_each_other_are_refused(directory: Path) -> None:
    """Only whole equal ones may; an overlap would be read again and again."""
    path = directory / "variables" / "variables.index"
    index = read_bundle_index(path.read_bytes())
    overlapping = type(index.entries[b"floats"]).FromString(index.entries[b"floats"].SerializeToString())
    overlapping.size -= 1
    for number in range(3):
        copy = type(overlapping).FromString(overlapping.SerializeToString())
        copy.crc32c = number
        index.entries[b"over/%d" % number] = copy
    path.write_bytes(bundle_index_bytes(index))

    with pytest.raises(AssetError, match="tensors overlap"):
        read(directory)
