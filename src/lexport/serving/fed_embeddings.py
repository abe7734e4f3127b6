"""Which lookups and tokenizers give the ids that an embedding is asked for."""

from collections.abc import Iterator
from typing import Any

import keras

from lexport.layers import SentencepieceTokenizer
from lexport.layers.keras_internals import IndexLookup, made_by
from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.serving.recorded_calls import model_tensors, recorded_calls

__all__ = ["KEEPING", "fed_embeddings"]

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
    calls, feeding = recorded_calls(model, keras.layers.Embedding)
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
            pending += model_tensors(operation, "outputs")[index : index + 1]
        elif type(operation).__name__ in KEEPING:
            pending += inputs
