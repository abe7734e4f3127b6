"""`answer`: what a layer gives, as what can be compared to the bit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

__all__ = ["Answers", "answer"]

# Each question with its answer.
Answers = list[tuple[str, Any]]


def answer(function: Callable[[Any], Any], asked: Any) -> Any:
    r"""Calls a function; an error counts as an answer.

    Example:
        >>> answer(tf.square, tf.constant([2])), answer(int, "no number")
        ([('int32', [1], b'\x04\x00\x00\x00')], 'ValueError')
    """
    try:
        given = function(asked)
    except Exception as error:
        return type(error).__name__
    return [_comparable(np.asarray(part)) for part in tf.nest.flatten(given, expand_composites=True)]


def _comparable(values: Any) -> tuple[str, list[int], Any]:
    array = np.asarray(values)
    content = array.tolist() if array.dtype == object else array.tobytes()
    return str(array.dtype), list(array.shape), content
