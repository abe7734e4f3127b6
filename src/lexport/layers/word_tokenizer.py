"""`WordTokenizer`: what the layers share that split text into words, to be looked up elsewhere."""

from typing import Any

import tensorflow as tf

from lexport.layers.tokenizer_layer import TokenizerLayer

__all__ = ["WordTokenizer"]


class WordTokenizer(TokenizerLayer):
    """Gives words, ragged or filled up with empty strings."""

    output_dtype = "string"

    def __init__(self, *, pad_value: str = "", **kwargs: Any) -> None:
        super().__init__(pad_value=pad_value, **kwargs)

    def tokenize(self, text: Any) -> Any:
        """Splits text into words.

        Args:
            text: strings `(...)`, dense or ragged.

        Returns:
            Strings `(..., words)`, ragged.
        """
        if isinstance(text, tf.RaggedTensor):
            return text.with_flat_values(self._split(text.flat_values).with_row_splits_dtype(text.row_splits.dtype))
        text = tf.convert_to_tensor(text, tf.string)
        return self._split(text) if text.shape.rank == 1 else self.tokenize(tf.RaggedTensor.from_tensor(text))

    def _split(self, text: Any) -> Any:
        """Splits a vector of text."""
        raise NotImplementedError
