"""The graphs that TensorFlow makes of functions, one for each device, from a trace."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tensorflow as tf

__all__ = ["traced_graphs"]


@contextmanager
def traced_graphs() -> Iterator[list[Any]]:
    """Collects the graphs of the functions that are called for the first time within the block.

    TensorFlow makes them at the first call, and gives them away as the summary of a trace, in a file.

    Yields:
        An empty list, into which the graphs come when the block ends.
    """
    graphs: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        writer = tf.summary.create_file_writer(folder)
        tf.summary.trace_on(graph=True, profiler=False)
        try:
            yield graphs
        finally:
            with writer.as_default():
                tf.summary.trace_export("graphs", step=0)
            writer.close()
        graphs += _read(Path(folder))


def _read(folder: Path) -> Iterator[Any]:
    for record in tf.data.TFRecordDataset([str(file) for file in folder.iterdir()]):
        for value in tf.compat.v1.Event.FromString(record.numpy()).summary.value:
            yield from tf.compat.v1.RunMetadata.FromString(value.tensor.string_val[0]).partition_graphs
