"""`OwnedWordPiece`: what an adopted `WordPieceTokenizer` of keras-hub calls, with an owned vocabulary."""

from typing import Any

import tensorflow as tf

from lexport.layers.piece_lookup import PieceLookup
from lexport.layers.text_library import text_library

__all__ = ["OwnedWordPiece"]


class OwnedWordPiece(tf.Module):
    """Takes the place of `tensorflow_text.FastWordpieceTokenizer`, whose automaton would be a constant of the graph.

    The automaton is an asset. It only cuts; which pieces there are, and their ids, the vocabulary's file says, another
    asset.

    Args:
        lookup: owns the vocabulary and the automaton.
        unknown_token: the piece for unknown words.
        out_type: `tf.int32` or `tf.int64` for ids, another dtype for pieces.

    Example:
        >>> from lexport.layers.piece_lookup import FastOptions
        >>> options = FastOptions(100, "##", "[UNK]", True, True)
        >>> lookup = PieceLookup(fast=options, vocabulary=["[UNK]", "gnu", "##s"])
        >>> kernel = OwnedWordPiece(lookup, "[UNK]", tf.int32)
        >>> kernel.tokenize(["gnus", "hurd"]).to_list()
        [[1, 2], [0]]
        >>> kernel.detokenize([[1, 2]]).numpy().tolist()
        [b'gnus']
    """

    def __init__(self, lookup: PieceLookup, unknown_token: str, out_type: Any) -> None:
        super().__init__()
        self.lookup, self.unknown_token, self.out_type = lookup, unknown_token, tf.as_dtype(out_type)

    def tokenize(self, words: Any) -> Any:
        """Cuts words, strings `(...)`, into pieces `(..., pieces)`: ragged, or flat where there is one word."""
        pieces = self._kernel(tf.string).tokenize(words)
        # As tensorflow-text: whoever asks for other integers gets the pieces.
        if self.out_type not in (tf.int32, tf.int64):
            return self.lookup.known(pieces, self.unknown_token)
        return tf.cast(self.lookup.ids(pieces), self.out_type)

    def detokenize(self, ids: Any) -> Any:
        """Joins the pieces of ids `(..., pieces)` to text `(...)`."""
        return self._kernel(self.out_type).detokenize(ids)

    def _kernel(self, out_type: Any) -> Any:
        automaton = self.lookup.automaton_in_memory()
        return text_library().FastWordpieceTokenizer(model_buffer=automaton, token_out_type=out_type)
