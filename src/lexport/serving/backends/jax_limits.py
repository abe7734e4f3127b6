"""Tensors that JAX would take otherwise than TensorFlow."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from lexport.errors import Problem, SignatureError

__all__ = ["narrowed", "with_a_row"]

NO_LENGTH = (
    "no row has an element, and JAX's export takes no empty dimension but the batch; "
    "give the layer in front output_sequence_length"
)


def narrowed(tensor: Any, *, wide: bool) -> Any:
    """Checks that a tensor is one that JAX can take.

    Args:
        tensor: of TensorFlow.
        wide: whether JAX has integers of 64 bits. It has none by default, and would leave out the upper bits.

    Raises:
        SignatureError: it is sparse or ragged.
        tf.errors.InvalidArgumentError: it holds integers that JAX would change, or has an empty dimension.
    """
    if not isinstance(tensor, tf.Tensor):
        message = f"takes dense tensors only; received a {type(tensor).__name__}"
        remedy = "Give the layer in front ragged=False and sparse=False"
        raise SignatureError("JAX cannot make its part of the model", [Problem("JAX", message, remedy)])
    checks = []
    if tensor.dtype in (tf.int64, tf.uint64) and not wide:
        small = tf.int32 if tensor.dtype == tf.int64 else tf.uint32
        message = f"JAX calculates with {small.name}, {small.min} to {small.max}, unless JAX_ENABLE_X64 is set"
        fits = tf.reduce_all((tensor >= small.min) & (tensor <= small.max))
        checks.append(tf.debugging.Assert(fits, [message]))
    if any(not size for size in tensor.shape[1:]):
        checks.append(_filled(tf.shape(tensor)))
    with tf.control_dependencies([check for check in checks if check is not None]):
        return tf.identity(tensor)


def with_a_row(answers: Callable[[Any], Any], tensors: Any) -> Any:
    """Answers no rows, too: what `jax2tf` makes takes one row or more, so one of zeros is added and taken off again.

    Args:
        answers: takes one row or more.
        tensors: dense, in any structure; the batch dimension comes first.
    """
    flat = [tensor for tensor in keras.tree.flatten(tensors) if _may_be_empty(tensor)]
    if not flat:
        return answers(tensors)
    count = tf.shape(flat[0])[0]
    missing = tf.cast(tf.equal(count, 0), tf.int32)
    outputs = answers(keras.tree.map_structure(lambda tensor: _padded(tensor, missing), tensors))
    return keras.tree.map_structure(
        lambda one: one[:count] if one.shape.rank and one.shape[0] in (None, 1) else one, outputs
    )


def _may_be_empty(tensor: Any) -> bool:
    return bool(tensor.shape.rank) and not tensor.shape[0]


def _padded(tensor: Any, missing: Any) -> Any:
    if not _may_be_empty(tensor):
        return tensor
    # With no rows, there is no length either where the longest row gives it.
    behind = tf.cast(tf.equal(tf.shape(tensor), 0), tf.int32) * missing
    padded = tf.pad(tensor, tf.stack([tf.zeros_like(behind), behind], axis=1))
    padded.set_shape([None, *(size or None for size in tensor.shape[1:])])
    return padded


def _filled(shape: Any) -> Any:
    return tf.debugging.Assert(tf.reduce_all(shape[1:] > 0) | tf.equal(shape[0], 0), [NO_LENGTH])
