"""Which lookups and tokenizers give the ids that an embedding is asked for."""

from collections.abc import Iterator
from typing import Any

import keras

from lexport.layers import SentencepieceTokenizer
from lexport.layers.keras_internals import IndexLookup, flat_layers, made_by
from lexport.layers.piece_tokenizer import PieceTokenizer

__all__ = ["fed_embeddings"]

# Layers and operations of Keras whose output holds the ids of their input. A calculation may bring them into range.
KEEPING = frozenset(
    {
        "Cast",
        "Concatenate",
        "Copy",
        "CopyOperation",
        "ExpandDims",
        "Flatten",
        "GetItem",
        "Identity",
        "Moveaxis",
        "Permute",
        "Ravel",
        "RepeatVector",
        "Reshape",
        "Slice",
        "Split",
        "Squeeze",
        "Stack",
        "Swapaxes",
        "Transpose",
    }
)

# The place of the ids among the outputs of a tokenizer that packs: Keras takes a dict in the order of its keys.
WORD_IDS = sorted(("input_word_ids", "input_mask", "input_type_ids")).index("input_word_ids")


def fed_embeddings(model: Any) -> Iterator[tuple[Any, Any]]:
    """Gives each `keras.layers.Embedding` with each lookup layer or tokenizer that feeds it, each pair once.

    These layers, stock ones too, are found where Keras recorded how the model was put together: in functional and
    Sequential models, nested or not. What a subclassed model does in its `call` is not found.

    Args:
        model: a built `keras.Model`.

    Example:
        >>> lookup = keras.layers.StringLookup(vocabulary=["a"], name="words")
        >>> word = keras.Input((), dtype="string")
        >>> model = keras.Model(word, keras.layers.Embedding(2, 3, name="rows")(lookup(word)))
        >>> [(embedding.name, lookup.name) for embedding, lookup in fed_embeddings(model)]
        [('rows', 'words')]
    """
    calls, feeding = _put_together(model)
    pairs = ((embedding, lookup) for embedding, ids in calls for lookup in _lookups(ids, feeding))
    yield from {(id(embedding), id(lookup)): (embedding, lookup) for embedding, lookup in pairs}.values()


def _lookups(tensor: Any, feeding: dict[int, list[Any]]) -> Iterator[Any]:
    """Gives the lookup layers and tokenizers whose ids a symbolic tensor holds unchanged."""
    seen: set[int] = set()
    pending = [tensor]
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        pending += feeding.get(id(current), [])
        operation, inputs, index = made_by(current)
        if isinstance(operation, (IndexLookup, keras.layers.TextVectorization)):
            inner = getattr(operation, "_lookup_layer", operation)
            if inner.output_mode == "int" and not inner.invert:
                yield operation
        elif isinstance(operation, (PieceTokenizer, SentencepieceTokenizer)):
            # Of what a packing tokenizer gives, masks and numbers of segments are no ids.
            if not getattr(operation, "pack", False) or index == WORD_IDS:
                yield operation
        elif isinstance(operation, keras.Model):
            pending += _tensors(operation, "outputs")[index : index + 1]
        elif type(operation).__name__ in KEEPING:
            pending += inputs


def _put_together(model: Any) -> tuple[list[tuple[Any, Any]], dict[int, list[Any]]]:
    """Follows a model, and the models within, back from the outputs: layers may be part of other models as well.

    Returns:
        The embeddings, each with the tensor that it was called on; and what is handed to the inputs of each model
        within the model, by the identity of the inner tensor.
    """
    models = [layer for layer in flat_layers(model) if isinstance(layer, keras.Model)]
    pending = [tensor for inner in models for tensor in _tensors(inner, "outputs")]
    calls, feeding, seen = [], dict[int, list[Any]](), set[int]()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        operation, inputs, _ = made_by(current)
        pending += inputs
        if isinstance(operation, keras.layers.Embedding):
            calls += [(operation, ids) for ids in inputs[:1]]
        elif isinstance(operation, keras.Model):
            for inner, outer in zip(_tensors(operation, "inputs"), inputs, strict=False):
                feeding.setdefault(id(inner), []).append(outer)
    return calls, feeding


def _tensors(model: Any, side: str) -> list[Any]:
    return list(keras.tree.flatten(getattr(model, side, None) or []))
