"""The graphs of a function are traced when it is called for the first time."""

from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.verify.candidates.traced_graphs import traced_graphs

EAGER = {"_Arg", "_EagerConst", "_Retval", "Const"}


def function(export_dir: Path) -> Any:
    """A signature that nobody has called yet."""
    return tf.saved_model.load(str(export_dir)).signatures["serving_default"]


def ops(graphs: list[Any]) -> set[str]:
    """Gives the ops that were traced, less those by which constants are made."""
    return {node.op for graph in graphs for node in graph.node} - EAGER


def test_the_first_call_is_traced_and_no_other(export_dir: Path) -> None:
    """TensorFlow places a function once; a later trace has nothing of an earlier one, and nothing of its own."""
    served = function(export_dir)
    found = []
    for _ in range(3):
        with traced_graphs() as graphs:
            served(word=tf.constant(["of"]), weight=tf.constant([1.0]))
        found.append(ops(graphs))
    assert {"LookupTableFindV2", "Mul"} <= found[0]
    assert found[1:] == [set(), set()]


def test_what_is_called_outside_of_a_trace_is_not_in_it(export_dir: Path) -> None:
    """Before and after."""
    served = function(export_dir)
    served(word=tf.constant(["of"]), weight=tf.constant([1.0]))
    with traced_graphs() as graphs:
        pass
    function(export_dir)(word=tf.constant(["of"]), weight=tf.constant([1.0]))
    assert ops(graphs) == set()


def test_a_call_that_raises_is_traced_as_well(export_dir: Path) -> None:
    """The devices had begun by then."""
    served = function(export_dir)
    with pytest.raises(tf.errors.InvalidArgumentError), traced_graphs() as graphs:
        served(word=tf.constant(["of"]), weight=tf.constant([-1.0]))
    assert {"LookupTableFindV2", "Mul"} <= ops(graphs)
