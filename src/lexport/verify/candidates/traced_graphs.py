"""The graphs that TensorFlow makes of functions, one for each device, from a trace."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

# Private in TensorFlow 2.21. The public way, `tf.summary.trace_on` and `trace_export`, writes a file, by ops that are
# traced as well and would count as work of the next function. tests/conformance watches the names.
from tensorflow.python.eager import context

__all__ = ["traced_graphs"]


@contextmanager
def traced_graphs() -> Iterator[list[Any]]:
    """Collects the graphs of the functions that are called for the first time within the block.

    TensorFlow makes them at the first call, and tells of them only then.

    Yields:
        An empty list, into which the graphs come when the block ends, whether or not by an error.
    """
    graphs: list[Any] = []
    context.enable_run_metadata()
    _collected()  # TensorFlow collects on after a trace has ended; what was called since then is thrown away
    try:
        yield graphs
    finally:
        graphs += _collected()
        context.disable_run_metadata()


def _collected() -> Iterable[Any]:
    # The graphs of a call that raised are handed over by the next op that does not.
    tf.identity(0)
    collected: Iterable[Any] = context.export_run_metadata().partition_graphs
    return collected
