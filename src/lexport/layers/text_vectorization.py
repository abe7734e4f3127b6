"""`TextVectorization`: Keras's layer, owning its vocabulary."""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from lexport.layers.string_lookup import StringLookup
from lexport.layers.text_ids import STANDARDIZATIONS, TextIds, text_ids
from lexport.layers.vocabulary_record import RECORD_KEY, take_record
from lexport.vocabulary import Vocabulary

__all__ = ["TextVectorization"]


@keras.saving.register_keras_serializable(package="lexport")
class TextVectorization(keras.layers.TextVectorization):
    """Maps text to ids of its terms; a `keras.layers.TextVectorization` that owns its vocabulary.

    Takes every argument of `keras.layers.TextVectorization`, standardizes and splits as it does, and gives the
    same ids in fewer steps. The vocabulary is owned as that of `lexport.layers.StringLookup` is.

    Args:
        max_tokens: the largest number of ids, padding and out-of-vocabulary ids included.
        standardize: None, `"lower"`, `"strip_punctuation"`, `"lower_and_strip_punctuation"` or a callable.
        split: None, `"whitespace"`, `"character"` or a callable.
        ngrams: an integer, or a tuple of them.
        output_mode: `"int"`, `"multi_hot"`, `"count"` or `"tf_idf"`.
        output_sequence_length: the length to which `"int"` outputs are cut or padded.
        pad_to_max_tokens: whether the outputs other than `"int"` are `max_tokens` wide.
        vocabulary: a `lexport.Vocabulary`, a path, or a list, array or tensor of terms.
        idf_weights: one float a term, with `output_mode="tf_idf"`; by default those of a `lexport.Vocabulary` whose
            documents were counted.
        sparse: whether the outputs other than `"int"` are sparse tensors.
        ragged: whether `"int"` outputs are ragged tensors.
        encoding: how the input strings are encoded.
        name: the layer's name.
        **kwargs: as for `keras.layers.TextVectorization`.

    Input:
        A string tensor of shape `(batch,)` or `(batch, 1)`; any shape with `split=None`.

    Output:
        int64 ids of shape `(batch, length)`, ragged with `ragged=True`; float32 of shape `(batch, size)` in the
        other output modes.

    Raises:
        VocabularyError: the vocabulary cannot be represented in a file, or has problems; all are named.
        ValueError: what `keras.layers.TextVectorization` refuses.

    Example:
        >>> layer = TextVectorization(vocabulary=["gnu", "hurd"], output_sequence_length=3)
        >>> layer(["The GNU, Hurd!"]).numpy().tolist()
        [[1, 2, 3]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: int | tuple[int, ...] | None = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        shared = {"max_tokens": max_tokens, "output_mode": output_mode, "pad_to_max_tokens": pad_to_max_tokens}
        shared |= {"sparse": sparse, "encoding": encoding}
        inner = {
            "has_input_vocabulary": kwargs.pop("has_input_vocabulary", vocabulary is not None),
            "vocabulary_size": kwargs.pop("vocabulary_size", None),
        }
        super().__init__(
            standardize=standardize,
            split=split,
            ngrams=ngrams,
            output_sequence_length=output_sequence_length,
            ragged=ragged,
            name=name,
            **shared,
            **kwargs,
        )
        self._has_input_vocabulary = inner["has_input_vocabulary"]
        # The name is this layer's, so that the asset is called after it.
        self._lookup_layer = StringLookup(
            name=self.name, mask_token="", vocabulary=vocabulary, idf_weights=idf_weights, **shared, **inner
        )

    def __setattr__(self, name: str, value: Any) -> None:
        # Keras's constructor makes a lookup of its own here. Letting it in, even for a moment, would leave it
        # among the layer's tracked children.
        if name == "_lookup_layer" and not isinstance(value, StringLookup):
            return
        super().__setattr__(name, value)

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary that the layer owns; None before there is one."""
        owned: Vocabulary | None = self._lookup_layer.vocabulary
        return owned

    def call(self, inputs: Any) -> Any:
        """Maps text to ids, as Keras's layer does.

        Raises:
            VocabularyError: there is no vocabulary.
        """
        if not self._is_lean():
            return super().call(inputs)
        with tf.device("CPU:0"):
            if not isinstance(inputs, (tf.Tensor, tf.RaggedTensor, tf.SparseTensor)):
                inputs = tf.convert_to_tensor(inputs, tf.string)
            shape = inputs.shape
            if not isinstance(inputs, tf.Tensor) or inputs.dtype != tf.string:
                return super().call(inputs)
            if shape.rank not in (1, 2) or shape[1:].num_elements() != 1:
                return super().call(inputs)
            texts = tf.squeeze(inputs, axis=1) if shape.rank == 2 else inputs
            return self._output(text_ids(texts, self._lookup_layer.lookup_table, self._standardize))

    def _is_lean(self) -> bool:
        """Tells whether this layer does what `text_ids` does; otherwise Keras's own steps are taken."""
        return (
            keras.config.backend() == "tensorflow"
            and self._output_mode == "int"
            and self._split == "whitespace"
            and self._ngrams is None
            and (self._standardize is None or isinstance(self._standardize, str))
            and self._standardize in STANDARDIZATIONS
            and type(self)._preprocess is keras.layers.TextVectorization._preprocess
            and self.vocabulary is not None
        )

    def _output(self, found: TextIds) -> Any:
        length = self._output_sequence_length
        if self._ragged:
            ragged = found.ragged()
            return ragged if length is None else ragged[..., :length]
        return found.dense(length)

    def get_config(self) -> dict[str, Any]:
        """Gives a config that names the vocabulary by name, sha256 and size, and holds no term and no path."""
        inner = self._lookup_layer.get_config()
        owned = ("vocabulary", "idf_weights", "vocabulary_size", RECORD_KEY, "has_input_vocabulary")
        return {**super().get_config(), **{key: inner[key] for key in owned if key in inner}}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """Makes a layer from its config; the terms come from the store, or later from the archive.

        Raises:
            VocabularyError: the config names a path: none is ever read from a config.
        """
        plain, record = take_record(config)
        layer = super().from_config(plain)
        if record is not None:
            given_as_terms = config.get("vocabulary") is not None
            layer._lookup_layer.restore_vocabulary(record, given_as_terms=given_as_terms)
        return layer

    # The inner lookup is a child of this layer: Keras visits it on its own, so nothing is written twice.

    def save_own_variables(self, store: Any) -> None:
        """Leaves the variables to the inner lookup."""

    def load_own_variables(self, store: Any) -> None:
        """Leaves the variables to the inner lookup."""

    def save_assets(self, dir_path: str) -> None:
        """Leaves the vocabulary to the inner lookup."""

    def load_assets(self, dir_path: str | None) -> None:
        """Leaves the vocabulary to the inner lookup."""
