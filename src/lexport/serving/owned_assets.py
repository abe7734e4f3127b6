"""Finds what a model owns: the vocabularies of its layers, and its lookup tables."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from lexport.errors import Problem, VocabularyError
from lexport.layers.keras_internals import flat_layers
from lexport.layers.owned_model import OwnedModel
from lexport.layers.owned_vocabulary import OwnedVocabulary
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["descendants", "lookup_layers", "owned_models", "owned_vocabularies", "special_tokens_of"]

# What a layer holds beside variables and layers, and what Keras need not know for TensorFlow to save it.
TRACKED = (tf.Module, tf.saved_model.Asset, tf.saved_model.experimental.TrackableResource)


def descendants(root: Any) -> list[Any]:
    """Gives every trackable object below a model or module, each once, in an order that stays the same."""
    found: dict[int, Any] = {}
    starts = deque([root])
    while starts:
        start = starts.popleft()
        if id(start) in found:
            continue
        for child in _below(start):
            if id(child) not in found and isinstance(child, keras.Layer):
                # TensorFlow does not see the layers that a layer keeps in lists and dicts.
                starts.extend(flat_layers(child))
            found.setdefault(id(child), child)
    return list(found.values())


def _below(start: Any) -> Iterator[Any]:
    if keras.config.backend() == "tensorflow":
        yield from tf.train.TrackableView(start).descendants()
        return
    # TensorFlow knows neither the layers of another backend nor what they hold.
    yield start
    held = list(vars(start).values())
    tracked = [value for value in held if isinstance(value, TRACKED)] if isinstance(start, keras.Layer) else [start]
    for value in tracked:
        yield from tf.train.TrackableView(value).descendants()
    for value in held if isinstance(start, tf.Module) else ():
        for one in value if isinstance(value, list) else [value]:
            yield from _below(one) if isinstance(one, keras.Layer) else ()


def lookup_layers(model: Any) -> Iterator[Any]:
    """Gives the lookup layers below a model that own their vocabulary."""
    return (child for child in descendants(model) if isinstance(child, OwnedVocabulary))


def owned_vocabularies(model: Any) -> dict[str, Vocabulary]:
    """Gives the vocabularies that the layers of a model own, by name.

    Raises:
        VocabularyError: a layer has no vocabulary, or two different vocabularies have one name: in a SavedModel
            they would have to share a file name.
    """
    found: dict[str, Vocabulary] = {}
    problems = []
    for layer in lookup_layers(model):
        vocabulary = layer.vocabulary
        if vocabulary is None:
            problems.append(Problem(f"layer {layer.name!r}", "it has no vocabulary", "Call adapt() or set_vocabulary"))
        elif found.setdefault(vocabulary.name, vocabulary) != vocabulary:
            message = f"{vocabulary!r} has the name of another one, {found[vocabulary.name]!r}"
            problems.append(Problem(f"layer {layer.name!r}", message, "Name one of them otherwise"))
    if problems:
        raise VocabularyError(f"the vocabularies of {_name(model)!r} cannot be exported", problems)
    return dict(sorted(found.items()))


def owned_models(model: Any) -> dict[str, SentencePieceModel]:
    """Gives the SentencePiece models that the layers of a model own, by name.

    Raises:
        VocabularyError: a layer has no model.
    """
    layers = [child for child in descendants(model) if isinstance(child, OwnedModel)]
    problems = [Problem(f"layer {layer.name!r}", layer.why_missing()) for layer in layers if layer.model is None]
    if problems:
        raise VocabularyError(f"the SentencePiece models of {_name(model)!r} cannot be exported", problems)
    return {layer.model.name: layer.model for layer in layers if layer.model is not None}


def special_tokens_of(model: Any) -> dict[str, tuple[str | int, ...]]:
    """Gives the mask and out-of-vocabulary tokens that go with each vocabulary, by its name."""
    tokens: dict[str, dict[str | int, None]] = {}
    for layer in lookup_layers(model):
        mine = [token for token in (layer.mask_token, layer.oov_token) if token is not None]
        tokens.setdefault(layer.vocabulary.name, {}).update(dict.fromkeys(mine))
    return {name: tuple(found) for name, found in tokens.items()}


def _name(model: Any) -> str:
    # A tf.train.Checkpoint has no name.
    return str(getattr(model, "name", type(model).__name__))
