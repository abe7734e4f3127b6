"""`TensorProto`s to tensors, against TensorFlow's own conversion."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework.tensor_pb2 import TensorProto

from lexport.tfformats.protos import message_class
from lexport.verify.tensor_proto import tensor_of
from lexport.verify.tensors import dtype_name

DTYPES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "bfloat16", "float32", "float64", "string"),
]


def ours(proto: Any) -> Any:
    """Reads a message of TensorFlow's as the verifier reads it."""
    return message_class("TensorProto").FromString(proto.SerializeToString())


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (2, 0)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_tensorflow_writes_is_read(dtype: str, shape: tuple[int, ...]) -> None:
    """Packed, value by value, scalar and empty."""
    count = int(np.prod(shape))
    values = {"string": [b"\xff\x00", "é".encode(), b""], "bool": [True, False, True]}.get(dtype, [1, 0, 1])
    expected = tf.constant((values * count)[:count], dtype, (count,))
    proto = tf.make_tensor_proto(tf.reshape(expected, shape).numpy(), dtype=dtype, shape=shape)
    tensor = tensor_of(ours(proto))
    assert (dtype_name(tensor), tensor.shape) == (dtype, shape)
    assert tensor.ravel().tolist() == expected.numpy().tolist()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_last_value_stands_for_all_that_follow(dtype: str) -> None:
    """TensorFlow shortens tensors whose end is all the same; one without values is all zeros."""
    value: Any = {"string": b"x", "bool": True}.get(dtype, 1)
    proto = tf.make_tensor_proto(value, dtype=dtype, shape=[4])
    assert tensor_of(ours(proto)).tolist() == [value] * 4
    if dtype != "string":
        empty = TensorProto(dtype=tf.as_dtype(dtype).as_datatype_enum, tensor_shape=proto.tensor_shape)
        assert tensor_of(ours(empty)).tolist() == tf.make_ndarray(empty).tolist()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dtype": 20}, "must be of numbers, bools or strings; received resource"),
        ({"dtype": 8}, "must be of numbers, bools or strings; received complex64"),
        ({"dtype": 999}, "must be of numbers, bools or strings; received unknown"),
        ({"dtype": 3, "tensor_shape": {"unknown_rank": True}}, "must have a known shape"),
        ({"dtype": 3, "tensor_shape": {"dim": [{"size": -1}]}}, "must have a known shape"),
        ({"dtype": 3, "tensor_shape": {"dim": [{"size": 2**31}, {"size": 2**31}]}}, "must have a known shape"),
        ({"dtype": 3, "int_val": [1, 2]}, "must have 1 values; received 2"),
        ({"dtype": 3, "tensor_content": bytes(8)}, "must have 1 values; received 2"),
        ({"dtype": 3, "tensor_content": bytes(3)}, "must have whole values; received 3 bytes"),
        ({"dtype": 7, "tensor_content": b"a"}, "must have its values one by one"),
        ({"dtype": 4, "int_val": [300]}, "out of the range of uint8"),
    ],
)
def test_what_is_no_tensor_is_refused(fields: dict[str, Any], message: str) -> None:
    """Nothing is allocated for a size that somebody claims."""
    with pytest.raises(ValueError, match=message):
        tensor_of(message_class("TensorProto")(**fields))
