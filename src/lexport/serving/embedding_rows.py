"""An embedding must have a row for each id that its lookup layer or tokenizer can give."""

from collections.abc import Iterator
from typing import Any

from lexport.errors import Problem, VocabularyError
from lexport.layers import SentencepieceTokenizer
from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.serving.fed_embeddings import fed_embeddings

__all__ = ["check_embedding_rows"]


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
    found = [problem for embedding, lookup in fed_embeddings(model) for problem in _problem(embedding, lookup)]
    if found:
        raise VocabularyError("embeddings have fewer rows than their vocabularies have ids", found)


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
