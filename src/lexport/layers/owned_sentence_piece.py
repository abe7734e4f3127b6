"""`OwnedSentencePiece`: what an adopted `SentencePieceTokenizer` of keras-hub calls, with an owned model."""

from typing import Any

import tensorflow as tf

from lexport.layers.sentencepiece_tokenizer import SentencepieceTokenizer

__all__ = ["OwnedSentencePiece"]


class OwnedSentencePiece(tf.Module):
    """Takes the place of `tensorflow_text.SentencepieceTokenizer`, whose model would be a constant of the graph.

    Args:
        owner: owns the model.
        out_type: `tf.string` for pieces, `tf.int32` for ids.
    """

    def __init__(self, owner: SentencepieceTokenizer, out_type: Any) -> None:
        super().__init__()
        self.owner, self.out_type = owner, tf.as_dtype(out_type)

    def tokenize(self, text: Any) -> Any:
        """Cuts text, strings `(...)`, into pieces `(..., pieces)`, ragged."""
        return self.owner.pieces(text, self.out_type)

    def detokenize(self, ids: Any) -> Any:
        """Joins the pieces of ids `(..., pieces)` to text `(...)`."""
        return self.owner.detokenize(ids)
