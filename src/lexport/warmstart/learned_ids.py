"""Which ids the weights of a model's layers stand for."""

from typing import Any

import keras

from lexport.errors import Problem, VocabularyError
from lexport.warmstart.ids import Ids, ids_of
from lexport.warmstart.lookup_weights import lookup_weights

__all__ = ["learned_ids"]


def learned_ids(model: Any) -> tuple[dict[int, Ids], list[Problem]]:
    """Finds what rows and classes stand for, where Keras recorded how the model was put together.

    Args:
        model: a built `keras.Model`.

    Returns:
        The ids by the identity of the embedding or output layer, and what is wrong: a layer with several vocabularies,
        or a lookup without one.
    """
    found: dict[int, Ids] = {}
    problems: list[Problem] = []
    for layer, lookup in lookup_weights(model):
        try:
            ids = ids_of(lookup)
        except VocabularyError as error:
            problems.append(Problem(f"layer {layer.name!r}", str(error)))
            continue
        before = found.setdefault(id(layer), ids)
        if before.digest != ids.digest:
            how = "fed" if isinstance(layer, keras.layers.Embedding) else "read"
            message = f"must have one vocabulary; it is {how} by {before.owner} and {ids.owner}, whose ids differ"
            problems.append(Problem(f"layer {layer.name!r}", message, "Give each lookup a layer of its own"))
    return found, problems
