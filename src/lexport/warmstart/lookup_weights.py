"""Which layers have weights for the ids of which lookups, as far as Keras recorded it."""

from collections.abc import Iterator
from typing import Any

from lexport.serving.fed_embeddings import fed_embeddings
from lexport.warmstart.read_classes import read_classes

__all__ = ["lookup_weights"]


def lookup_weights(model: Any) -> Iterator[tuple[Any, Any]]:
    """Gives each embedding with each lookup that feeds it, and each output layer with each that reads its classes.

    Args:
        model: a built `keras.Model`.
    """
    yield from fed_embeddings(model)
    yield from read_classes(model)
