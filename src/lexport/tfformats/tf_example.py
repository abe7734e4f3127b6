"""`tf.Example`: the message in which TensorFlow's training data lie in TFRecord files."""

import importlib
from functools import cache
from typing import Any

from lexport.tfformats.protos import wheel_pool

__all__ = ["example_class"]

EXAMPLE_PROTO = "tensorflow/core/example/example.proto"


@cache
def example_class() -> Any:
    """Gives the message class of `tf.Example`, which parses the same bytes as TensorFlow's own.

    Raises:
        AssetError: TensorFlow is not installed, or its wheel is not laid out as expected.

    Example:
        >>> example = example_class()()
        >>> example.features.feature["word"].bytes_list.value.append(b"cat")
        >>> example_class().FromString(example.SerializeToString()).features.feature["word"].bytes_list.value
        [b'cat']
    """
    factory = importlib.import_module("google.protobuf.message_factory")
    return factory.GetMessageClass(wheel_pool(EXAMPLE_PROTO).FindMessageTypeByName("tensorflow.Example"))
