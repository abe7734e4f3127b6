"""The change that makes a tokenizer of keras-hub own its vocabulary, and the way back."""

from contextlib import ExitStack
from functools import partial
from typing import Any

from lexport.adoption.hub_tokenizers import HubTokenizer
from lexport.errors import VocabularyError
from lexport.layers import SentencepieceTokenizer
from lexport.layers.keras_hub_internals import fast_options, hub_kernel, set_hub_kernel
from lexport.layers.owned_sentence_piece import OwnedSentencePiece
from lexport.layers.owned_word_piece import OwnedWordPiece
from lexport.layers.piece_lookup import PieceLookup
from lexport.layers.text_library import automaton_of
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["take_over_tokenizer"]


def take_over_tokenizer(tokenizer: HubTokenizer, content: Vocabulary | SentencePieceModel, undo: ExitStack) -> None:
    """Lets a tokenizer call kernels that read assets, in the place of those that read constants.

    The tokenizer stays what it is: its class, its options, its Python code, its own format in `.keras` files.

    Args:
        tokenizer: what is changed.
        content: what it has in memory.
        undo: is given what leads back.

    Raises:
        VocabularyError: the automaton in memory is not that of the vocabulary.
    """
    layer, before = tokenizer.layer, hub_kernel(tokenizer.layer)
    owned = _word_piece(layer, content) if isinstance(content, Vocabulary) else _sentence_piece(layer, content)
    undo.callback(partial(set_hub_kernel, layer, before))
    set_hub_kernel(layer, owned)


def _word_piece(layer: Any, vocabulary: Vocabulary) -> OwnedWordPiece:
    lookup = PieceLookup(name=layer.name, fast=fast_options(layer), vocabulary=vocabulary)
    if lookup.automaton is None or lookup.automaton.file.data != automaton_of(hub_kernel(layer)):
        raise VocabularyError(
            "the automaton that it walks through was not made of the vocabulary and the options that it has now. Call "
            "its set_vocabulary"
        )
    return OwnedWordPiece(lookup, layer.oov_token, layer.compute_dtype)


def _sentence_piece(layer: Any, model: SentencePieceModel) -> OwnedSentencePiece:
    owner = SentencepieceTokenizer(model, name=layer.name, add_bos=layer.add_bos, add_eos=layer.add_eos)
    return OwnedSentencePiece(owner, layer.compute_dtype)
