"""Lookups whose ids stand for something else in the next model."""

from collections.abc import Collection, Iterator
from typing import Any

import keras

from lexport.errors import Problem, VocabularyError
from lexport.layers import SentencepieceTokenizer
from lexport.layers.keras_internals import IndexLookup, flat_layers
from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.warmstart.ids import Ids, ids_of
from lexport.warmstart.layer_pairs import weighted_layers
from lexport.warmstart.lookup_weights import lookup_weights

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
        moved: the identities of layers whose ids are known: the lookups that feed or read them, and no others with
            the same terms, have their weights.
    """
    known = {ids.digest for ids in said}
    models = {"new": new_model, "old": old_model}
    sides = {side: _ids(model) for side, model in models.items()}
    pairs = [pair for model in (new_model, old_model) for pair in lookup_weights(model)]
    seen = {id(lookup) for layer, lookup in pairs if id(layer) in moved}
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
                    _remedy(name, _candidates(new_model, models[side], layer, ids)),
                )


def _remedy(lookup: str, candidates: list[str]) -> str:
    weights = candidates[0] if candidates else "the layer of the weights"
    among = f". As many ids as it gives have {', '.join(map(repr, candidates))}" if len(candidates) > 1 else ""
    return (
        f"Say it: vocabularies={{{weights!r}: (old, new)}}, where old and new are the lookup layers of the two models "
        f"or their vocabularies, or vocabularies={{{lookup!r}: None}} where no weight stands for its ids{among}"
    )


def _candidates(new_model: Any, model: Any, lookup: Any, ids: Ids) -> list[str]:
    """Names what `vocabularies` could name: layers, and weights, that have as many rows or classes as there are ids."""
    count = len(ids.special or ()) + len(ids)
    rows, classes = list[str](), list[str]()
    for layer in weighted_layers(model):
        shapes = {layer.path(weight): tuple(weight.shape) for weight in layer.weights}
        matrices = [path for path, shape in shapes.items() if len(shape) > 1 and shape[0] == count]
        rows += [layer.name] * bool(matrices) if isinstance(layer.layer, keras.layers.Embedding) else matrices
        if all(shape and shape[-1] == count for shape in shapes.values()):
            classes.append(layer.name)
    known = {one for layer in weighted_layers(new_model) for one in (layer.name, *map(layer.path, layer.weights))}
    # What is read from ids stands at the front of a model, and labels behind it.
    found = classes[::-1] if getattr(lookup, "invert", False) else rows
    return [one for one in found if one in known]


def _ids(model: Any) -> dict[str, tuple[Any, Ids]]:
    found = {}
    for layer in lookups_of(model):
        try:
            found[str(layer.name)] = layer, ids_of(layer)
        except VocabularyError:
            continue  # without a vocabulary there is no id to be mistaken for another
    return found
