"""Integers are worked out where TensorFlow 1 calculates them from a list, and nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf

from lexport.savedmodel.constant_integers import constant_integers
from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import MAIN, Value
from lexport.tfformats.protos import message_class

WORDS = ["the", "of", "and"]

MADE: list[tuple[Callable[[], Any], list[int] | None]] = [
    (lambda: tf.constant([4, 5], tf.int64), [4, 5]),
    (lambda: tf.range(3), [0, 1, 2]),
    (lambda: tf.range(5, 0, -2), [5, 3, 1]),
    (lambda: tf.cast(tf.range(tf.size(tf.constant(WORDS))), tf.int64), [0, 1, 2]),
    (lambda: tf.identity(tf.constant([7, 7], tf.int64)), [7, 7]),
    (lambda: tf.constant([1.0]), None),
    (lambda: tf.cast(tf.constant([1, 2]), tf.float32), None),
    (lambda: tf.constant([1, 2]) + 1, None),
    (lambda: tf.compat.v1.placeholder(tf.int64, [None]), None),
    (lambda: tf.constant(WORDS), None),
]


@pytest.mark.parametrize(("make", "expected"), MADE)
def test_integers_are_those_that_tensorflow_calculates(make: Callable[[], Any], expected: list[int] | None) -> None:
    """Or None: what is not known is not guessed."""
    with tf.Graph().as_default() as graph:
        name = make().op.name
        meta_graph = message_class("MetaGraphDef")()
        meta_graph.graph_def.ParseFromString(graph.as_graph_def().SerializeToString())
    body = Dataflow(meta_graph).bodies[MAIN]

    assert constant_integers(body, Value(MAIN, name)) == expected


@pytest.mark.parametrize(("limit", "delta"), [(9, 0), (2**62, 1), (-(2**62), -1)])
def test_a_range_that_never_ends_or_fills_the_memory_is_none(limit: int, delta: int) -> None:
    """In a graph that TensorFlow would refuse, or that somebody made to do harm."""
    meta_graph = message_class("MetaGraphDef")()
    for name, value in (("start", 0), ("limit", limit), ("delta", delta)):
        node = meta_graph.graph_def.node.add(name=name, op="Const")
        node.attr["value"].tensor.dtype = 9
        node.attr["value"].tensor.int64_val.append(value)
        node.attr["value"].tensor.tensor_shape.SetInParent()
    meta_graph.graph_def.node.add(name="range", op="Range", input=["start", "limit", "delta"])
    body = Dataflow(meta_graph).bodies[MAIN]

    assert constant_integers(body, Value(MAIN, "range")) is None
    assert constant_integers(body, Value(MAIN, "nothing")) is None
