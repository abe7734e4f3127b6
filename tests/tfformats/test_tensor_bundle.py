"""An index that lexport wrote is read by TensorFlow."""

import os
from pathlib import Path

import numpy as np
import tensorflow as tf

from lexport.tfformats.tensor_bundle import bundle_index_bytes, read_bundle_index


def test_tensorflow_reads_an_index_that_was_written_anew(tmp_path: Path) -> None:
    """More tensors than one block holds, two names for the same bytes, and strings with their checksums."""
    prefix = tmp_path / "model"
    values = [tf.constant(np.arange(number % 7, dtype=np.float32)) for number in range(5000)]
    names = [f"layer_{number}/{'kernel' * 10}" for number in range(5000)]
    tf.raw_ops.SaveV2(
        prefix=os.fspath(prefix),
        tensor_names=[*names, "words"],
        shape_and_slices=[""] * 5001,
        tensors=[*values, tf.constant(["the", "größe"])],
    )
    path = Path(f"{prefix}.index")
    index = read_bundle_index(path.read_bytes())
    index.entries[b"alias"] = index.entries[names[6].encode()]
    path.write_bytes(bundle_index_bytes(index))

    reader = tf.train.load_checkpoint(os.fspath(prefix))
    assert len(reader.get_variable_to_shape_map()) == 5002
    assert reader.get_tensor("alias").tolist() == [0, 1, 2, 3, 4, 5]
    assert reader.get_tensor("words").tolist() == [b"the", "größe".encode()]
    assert all(np.array_equal(reader.get_tensor(name), values[number]) for number, name in enumerate(names))
