"""`Ids`: what the ids of a vocabulary, a lookup layer or a tokenizer stand for."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras

from lexport.adoption.stock_lookups import StockLookup
from lexport.adoption.table_terms import vocabulary_of
from lexport.errors import VocabularyError
from lexport.layers import SentencepieceTokenizer
from lexport.layers.keras_internals import IndexLookup
from lexport.layers.piece_tokenizer import PieceTokenizer
from lexport.vocabulary import SentencePieceModel, Vocabulary
from lexport.vocabulary.arrow_terms import arrow_terms

__all__ = ["Ids", "ids_of"]


@dataclass(frozen=True)
class Ids:
    """The meaning of ids.

    Attributes:
        owner: how errors name whose ids they are.
        vocabulary: what gives the ordinary ones.
        special: what stands before the terms, a word for each id; None where that is not known, as a vocabulary
            alone holds terms only.
        digest: the same where ids have the same meaning.
    """

    owner: str
    vocabulary: Vocabulary | SentencePieceModel
    special: tuple[str, ...] | None = None

    @property
    def digest(self) -> tuple[str, tuple[str, ...] | None]:
        """Equal where the ids stand for the same."""
        return self.vocabulary.digest, self.special

    @cached_property
    def terms(self) -> Any:
        """The terms as an Arrow array, in the order of their ids."""
        import pyarrow as pa

        if isinstance(self.vocabulary, SentencePieceModel):
            return pa.array(self.vocabulary.pieces, pa.large_string())
        return arrow_terms(self.vocabulary.data, self.vocabulary.dtype)

    def __len__(self) -> int:
        return len(self.vocabulary)


def ids_of(owner: Any) -> Ids:
    """Gives the ids of a vocabulary, a lookup layer or a tokenizer.

    Args:
        owner: a `Vocabulary` or `SentencePieceModel`; a `StringLookup`, `IntegerLookup` or `TextVectorization`, of
            lexport or of Keras; a `WordpieceTokenizer`, `BertTokenizer` or `SentencepieceTokenizer` of lexport.

    Raises:
        VocabularyError: it has no vocabulary.
        TypeError: it is something else.
    """
    if isinstance(owner, (Vocabulary, SentencePieceModel)):
        return Ids(f"vocabulary {owner.name!r}", owner)
    if isinstance(owner, SentencepieceTokenizer):
        return Ids(f"layer {owner.name!r}", _known(owner, owner.model), ())
    if isinstance(owner, PieceTokenizer):
        return Ids(f"layer {owner.name!r}", _known(owner, owner.vocabulary), ())
    if isinstance(owner, (IndexLookup, keras.layers.TextVectorization)):
        return _ids_of_lookup(owner)
    raise TypeError(
        "ids must be those of a Vocabulary, of a StringLookup, IntegerLookup or TextVectorization, or of a tokenizer "
        f"of lexport; received {type(owner).__name__}"
    )


def _ids_of_lookup(layer: Any) -> Ids:
    lookup = getattr(layer, "_lookup_layer", layer)
    mask = [f"mask {lookup.mask_token!r}"] * lookup._oov_start_index()
    special = (*mask, *[f"out of {lookup.num_oov_indices}"] * lookup.num_oov_indices)
    owned = getattr(lookup, "vocabulary", None)
    if owned is None and int(lookup.lookup_table.size()) > 0:
        owned = vocabulary_of(StockLookup(lookup, layer if layer is not lookup else None))
    return Ids(f"layer {layer.name!r}", _known(layer, owned), special)


def _known(layer: Any, vocabulary: Any) -> Any:
    if vocabulary is None:
        raise VocabularyError(f"layer {layer.name!r} has no vocabulary. Call adapt() or set_vocabulary")
    return vocabulary
