"""Lookups whose ids stand for something else in the next model."""

from collections.abc import Collection, Iterator
from typing import Any

import keras

from lexport.errors import Problem, VocabularyError
from lexport.layers import SentencepieceTokenizer
from lexport.layers.keras_internals import IndexLookup, flat_layers
from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.serving.fed_embeddings import fed_embeddings
from lexport.warmstart.ids import Ids, ids_of

__all__ = ["lookups_of", "unexplained_changes"]

_LOOKUPS = (IndexLookup, keras.layers.TextVectorization, PieceTokenizer, SentencepieceTokenizer)


def lookups_of(model: Any) -> list[Any]:
    """Gives the lookup layers and tokenizers of a model, wherever they are; a `TextVectorization` is one."""
    layers = [layer for layer in flat_layers(model) if isinstance(layer, _LOOKUPS)]
    inner = {id(getattr(layer, "_lookup_layer", None)) for layer in layers}
    return [layer for layer in layers if id(layer) not in inner]


def unexplained_changes(
    new_model: Any, old_model: Any, said: Collection[Ids], ignored: Collection[str], moved: Collection[int]
) -> Iterator[Problem]:
    """Finds vocabularies that one of the models has alone, and of which nobody knows the weights.

    Weights of the same shape would be copied, and every term would have the row of another.

    Args:
        new_model: a `keras.Model`.
        old_model: the one before.
        said: ids of which the caller named the weights, in either model.
        ignored: names of lookups for whose ids no weight stands.
        moved: the identities of embeddings whose ids are known: the lookups that feed them, and no others with the
            same terms, have their weights.
    """
    known = {ids.digest for ids in said}
    sides = {"new": _ids(new_model), "old": _ids(old_model)}
    fed = [pair for model in (new_model, old_model) for pair in fed_embeddings(model)]
    seen = {id(lookup) for embedding, lookup in fed if id(embedding) in moved}
    for side, other in (("new", "old"), ("old", "new")):
        theirs = {ids.digest for _, ids in sides[other].values()}
        for name, (layer, ids) in sides[side].items():
            # A vocabulary that another lookup has now is not the same one: ids are of a lookup.
            same = {sides[other][name][1].digest} if name in sides[other] else theirs
            if ids.digest not in known | same and id(layer) not in seen and name not in ignored:
                yield Problem(
                    f"layer {name!r} of the {side} model",
                    f"its vocabulary is not that of the {other} model, and it cannot be seen "
                    "which weights stand for it",
                    "Say it: vocabularies={'the layer of the weights': (old, new)}, or "
                    f"vocabularies={{{name!r}: None}} where no weight does",
                )


def _ids(model: Any) -> dict[str, tuple[Any, Ids]]:
    found = {}
    for layer in lookups_of(model):
        try:
            found[str(layer.name)] = layer, ids_of(layer)
        except VocabularyError:
            continue  # without a vocabulary there is no id to be mistaken for another
    return found
