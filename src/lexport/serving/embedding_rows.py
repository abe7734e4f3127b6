"""An embedding must have a row for each id that its lookup layer or tokenizer can give."""

from collections.abc import Iterator
from typing import Any

import keras

from lexport.errors import Problem, VocabularyError
from lexport.layers import SentencepieceTokenizer
from lexport.layers.keras_internals import IndexLookup, flat_layers, made_by
from lexport.layers.piece_tokenizer import PieceTokenizer

__all__ = ["check_embedding_rows"]

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


def check_embedding_rows(model: Any) -> None:
    """Compares the rows of each `keras.layers.Embedding` with the ids of the lookups and tokenizers that feed it.

    These layers, stock ones too, are found where Keras recorded how the model was put together: in functional and
    Sequential models, nested or not. What a subclassed model does in its `call` is left to the check
    `embedding-rows` of the SavedModel.

    Args:
        model: a built `keras.Model`.

    Raises:
        VocabularyError: an embedding has fewer rows than there are ids: mask, out-of-vocabulary ids and terms, or
            pieces and padding. All such embeddings are named. An id without a row is an error on a CPU and a row of
            zeros on a GPU.
    """
    calls, feeding = _put_together(model)
    found: dict[tuple[int, int], Problem] = {}
    for embedding, ids in calls:
        for lookup in _lookups(ids, feeding):
            found.update({(id(embedding), id(lookup)): problem for problem in _problem(embedding, lookup)})
    if found:
        raise VocabularyError("embeddings have fewer rows than their vocabularies have ids", found.values())


def _problem(embedding: Any, lookup: Any) -> Iterator[Problem]:
    ids, told = _ids(lookup)
    if embedding.input_dim < ids:
        size = lookup.vocabulary_size()
        yield Problem(
            f"layer {embedding.name!r}",
            f"it has {embedding.input_dim} rows; layer {lookup.name!r} gives {ids} ids: {told}",
            f"Build it with input_dim={f'{lookup.name}.vocabulary_size()' if ids == size else ids}",
        )


def _ids(lookup: Any) -> tuple[int, str]:
    """Gives how many ids there are, the largest one and one more, and what they are."""
    size = lookup.vocabulary_size()
    if isinstance(lookup, (PieceTokenizer, SentencepieceTokenizer)):
        pieces = size if isinstance(lookup, SentencepieceTokenizer) else len(lookup.vocabulary or ())
        unknown = ", and one for unknown words, for which there is no piece" if size > pieces else ""
        # Rows are filled up with it, whether or not it is the id of a piece.
        padded = not lookup.ragged and lookup.pad_value >= size
        beyond = f", and the pad_value {lookup.pad_value}" if padded else ""
        return max(size, int(lookup.pad_value) + 1 if padded else 0), f"{pieces} pieces{unknown}{beyond}"
    special = getattr(lookup, "_lookup_layer", lookup)._token_start_index()
    return size, f"{special} for mask and out-of-vocabulary tokens, and {size - special} terms"


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
