"""`TokenizerLayer`: what every layer around a tokenizer of tensorflow-text shares."""

from typing import Any

import keras
import tensorflow as tf

from lexport.layers.keras_internals import takes_what_it_is_given

__all__ = ["TokenizerLayer"]

# Keras has no types, so that a type checker takes whatever it has.
_KerasLayer: Any = keras.layers.Layer


class TokenizerLayer(_KerasLayer):
    """Makes tokens of text, ragged or filled up to a dense tensor.

    Args:
        ragged: whether the tokens stay ragged.
        sequence_length: to how many tokens a row is cut, and unless `ragged` filled up; None for the longest row.
        pad_value: what rows are filled up with.
        name: the layer's name.
        **kwargs: as for `keras.layers.Layer`.
    """

    output_dtype = "int64"
    # Of text one can say `(batch, 1)` instead of `(batch,)`; of words it would be one word a row.
    takes_columns = True

    def __init__(
        self,
        *,
        ragged: bool = False,
        sequence_length: int | None = None,
        pad_value: Any = 0,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if sequence_length is not None and (not isinstance(sequence_length, int) or sequence_length < 1):
            raise ValueError(f"sequence_length must be a positive integer or None. Received: {sequence_length}")
        super().__init__(name=name, **kwargs)
        self.ragged, self.sequence_length, self.pad_value = bool(ragged), sequence_length, pad_value
        takes_what_it_is_given(self)
        self.supports_jit = False
        self.built = True

    def tokenize(self, text: Any) -> Any:
        """Makes a ragged tensor of tokens, with one more dimension than the text."""
        raise NotImplementedError

    def call(self, inputs: Any) -> Any:
        """Tokenizes the inputs and arranges the tokens."""
        return self._arranged(self.tokenize(self._text(inputs)))

    def _text(self, inputs: Any) -> Any:
        """Gives the inputs as a dense or ragged tensor of strings, at least a vector."""
        if isinstance(inputs, tf.SparseTensor):
            inputs = tf.sparse.to_dense(inputs, default_value="")
        if not isinstance(inputs, tf.RaggedTensor):
            inputs = tf.convert_to_tensor(inputs, tf.string)
            if self.takes_columns and inputs.shape.rank == 2 and inputs.shape[-1] == 1:
                inputs = tf.squeeze(inputs, axis=-1)
        if inputs.shape.rank in (None, 0):
            raise ValueError(f"layer {self.name!r} takes a batch of strings. Received: shape={inputs.shape}")
        return inputs

    def _arranged(self, tokens: Any) -> Any:
        if self.ragged:
            return tokens if self.sequence_length is None else tokens[..., : self.sequence_length]
        shape = [None] * (tokens.shape.rank - 1) + [self.sequence_length]
        return tokens.to_tensor(default_value=tf.cast(self.pad_value, tokens.dtype), shape=shape)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Gives the shape of the tokens of text of this shape."""
        shape = tuple(input_shape)
        if self.takes_columns and len(shape) == 2 and shape[-1] == 1:
            shape = shape[:1]
        return (*shape, None if self.ragged else self.sequence_length)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Gives the shape and dtype of the output without tokenizing anything."""
        return keras.KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.output_dtype)

    def save_own_variables(self, store: Any) -> None:
        """Has no variables; what is in memory comes from files."""

    def load_own_variables(self, store: Any) -> None:
        """Has no variables; Keras would refuse the record that stands in their place."""

    def get_config(self) -> dict[str, Any]:
        """Gives the arguments of the constructor."""
        arranging = {"ragged": self.ragged, "sequence_length": self.sequence_length, "pad_value": self.pad_value}
        return {**super().get_config(), **arranging}
