"""The vocabulary, or the SentencePiece model, that a tokenizer of keras-hub has in memory."""

import numpy as np

from lexport.adoption.hub_tokenizers import HubTokenizer
from lexport.layers.terms import asset_name, terms_of
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["content_of"]


def content_of(tokenizer: HubTokenizer) -> Vocabulary | SentencePieceModel:
    """Gives what a tokenizer has in memory, named after its layer.

    Args:
        tokenizer: one that has a vocabulary.

    Raises:
        VocabularyError: a file cannot hold the pieces, or it is no sound model; all problems are named.
    """
    layer = tokenizer.layer
    name = asset_name(layer.name)
    if tokenizer.kind == "SentencePieceTokenizer":
        return SentencePieceModel.from_bytes(name, layer.proto)
    # `[UNK]` and its like are pieces among pieces.
    return Vocabulary.from_terms(name, terms_of(_array(layer.vocabulary), "string", layer.name), special_tokens=())


def _array(pieces: list[object]) -> object:
    array = np.empty(len(pieces), dtype=object)
    array[:] = pieces
    return array
