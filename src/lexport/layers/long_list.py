"""From a long list of terms to a vocabulary, without a pass in Python over its terms."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lexport.errors import VocabularyError
from lexport.layers.terms import asset_name, check_special_tokens
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["LONG", "unlisted", "vocabulary_of_list"]

# Below, the import of Arrow and Keras's own way take as long.
LONG = 1 << 16


def unlisted(layer: Any, terms: Any) -> Any:
    """Gives a long list of strings as a `Vocabulary`, and a short one as an array; anything else as it is.

    Args:
        layer: a lookup layer.
        terms: what its `set_vocabulary` was given.

    Raises:
        VocabularyError: a SentencePiece model, which has more to it than its pieces.
        ValueError: None among the terms, as of a column with gaps; Keras raises it, too.
    """
    if isinstance(terms, SentencePieceModel):
        message = f"layer {layer.name!r} takes terms, and {terms!r} is a SentencePiece model"
        raise VocabularyError(f"{message}. Give it to lexport.layers.SentencepieceTokenizer")
    sequence = isinstance(terms, (list, tuple)) or (isinstance(terms, np.ndarray) and terms.ndim == 1)
    if sequence and any(term is None for term in terms):
        raise ValueError(f"layer {layer.name!r} takes terms, and None is none. Received None at index {_first(terms)}")
    # Keras's way knows what the idf weights of special tokens are.
    if sequence and len(terms) >= LONG and layer.vocabulary_dtype == "string" and layer.output_mode != "tf_idf":
        terms = vocabulary_of_list(layer, terms) or terms
    if isinstance(terms, (list, tuple)) and terms and isinstance(terms[0], str):
        # A plain np.array would be of fixed width, as wide as the longest term: gigabytes for one long one.
        return np.array(terms, dtype=object)
    return terms


def _first(terms: Sequence[Any]) -> int:
    return next(index for index, term in enumerate(terms) if term is None)


def vocabulary_of_list(layer: Any, terms: Any) -> Vocabulary | None:
    """Makes the vocabulary that Keras's `set_vocabulary` would make of a list of strings.

    Args:
        layer: a lookup layer of strings.
        terms: a list, tuple or array; special tokens at its head are recognised, as Keras does.

    Returns:
        None where there is anything to complain about, or anything but strings: Keras's way finds the words for it.

    Example:
        >>> import keras
        >>> layer = keras.layers.StringLookup(name="words")
        >>> vocabulary_of_list(layer, ["[UNK]", "the", "of"]).terms, vocabulary_of_list(layer, ["the", "the"])
        (('the', 'of'), None)
    """
    import pyarrow as pa

    try:
        array = pa.array(terms, pa.large_string())
        special = [layer.mask_token] * layer._oov_start_index() + [layer.oov_token] * layer.num_oov_indices
        if any(isinstance(term, bytes) for term in terms[: len(special)]):
            return None  # Keras takes no bytes for a special token.
        if np.array_equal(special, array.slice(0, len(special)).to_pylist()):
            array = array.slice(len(special))
        vocabulary = Vocabulary.from_arrow(asset_name(layer.name), array, special_tokens=())
        check_special_tokens(layer, vocabulary, "string")
    except (pa.ArrowException, UnicodeError, TypeError, VocabularyError):
        return None
    return vocabulary
