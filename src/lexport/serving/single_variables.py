"""Keras variables that a SavedModel holds once, and restores where its functions read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from lexport.serving.export_lock import EXPORT_LOCK

__all__ = ["single_variables"]


@contextmanager
def single_variables() -> Iterator[None]:
    """Lets the variables of Keras layers be saved as the `tf.Variable`s behind them, for as long as an object is saved.

    Keras gives the saver a copy of each: the copy is restored, while the functions read the original, of which every
    session loader then says "Could not find variable". To save the originals beside them writes all weights twice.
    """
    # `_export_to_saved_model_graph` is private in TensorFlow 2.21: what the saver asks an object for its place in the
    # graph. tests/conformance/test_keras_internals.py watches it.
    with EXPORT_LOCK:
        theirs = keras.Variable._export_to_saved_model_graph
        keras.Variable._export_to_saved_model_graph = _export_original
        try:
            yield
        finally:
            keras.Variable._export_to_saved_model_graph = theirs


def _export_original(variable: Any, object_map: Any, tensor_map: Any, options: Any, **kwargs: Any) -> Any:
    original = variable.value
    resources = original._export_to_saved_model_graph(object_map, tensor_map, options, **kwargs)
    object_map[variable] = object_map[original]
    return resources
