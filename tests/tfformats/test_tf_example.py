"""The message of a training example."""

import tensorflow as tf

from lexport.tfformats.tf_example import example_class


def test_parses_what_tensorflow_writes() -> None:
    """Every kind of feature, with the same values."""
    theirs = tf.train.Example()
    theirs.features.feature["word"].bytes_list.value.extend([b"cat", b"\xff"])
    theirs.features.feature["id"].int64_list.value.extend([1, -(2**63)])
    theirs.features.feature["weight"].float_list.value.append(0.5)
    theirs.features.feature["none"].SetInParent()
    assert str(example_class().FromString(theirs.SerializeToString())) == str(theirs)
