"""`OwnedVocabulary`: the mix-in that makes a Keras lookup layer own its vocabulary."""

import os
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lexport.errors import VocabularyError
from lexport.layers.archive_file import read_archived_terms, read_archived_vocabulary, write_archived_vocabulary
from lexport.layers.checkpoint_record import CheckpointRecord
from lexport.layers.keras_internals import in_safe_mode
from lexport.layers.long_list import unlisted
from lexport.layers.recorded_weights import RecordedWeights
from lexport.layers.table import missing_vocabulary_table, vocabulary_table
from lexport.layers.terms import (
    asset_name,
    check_head,
    check_idf_weights,
    check_special_tokens,
    known_idf_weights,
    padded_idf_weights,
    read_vocabulary,
    terms_of,
    with_known_idf_weights,
)
from lexport.layers.vocabulary_record import RECORD_KEY, TermsByDigest, VocabularyRecord, take_record
from lexport.vocabulary import Vocabulary

__all__ = ["OwnedVocabulary"]


class OwnedVocabulary(RecordedWeights):
    """Stands in front of a Keras lookup layer and turns every vocabulary into an owned asset file.

    Whatever the vocabulary comes from (a `Vocabulary`, a path, a list, a tensor, `adapt()`, a `.keras` file), the
    layer holds a `Vocabulary`, and its table reads that vocabulary's snapshot. Ids are those of Keras.
    """

    input_vocabulary: Any
    _vocabulary: Vocabulary | None = None
    _expected: VocabularyRecord | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **with_known_idf_weights(super().__init__, args, kwargs))
        # Keras keeps the list for its config; here the config names its terms by their digest.
        self._given_as_terms = not isinstance(self.input_vocabulary, (Vocabulary, os.PathLike, type(None)))
        self.input_vocabulary = None
        self._checkpoint_record = CheckpointRecord(self)

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary that the layer owns; None before there is one."""
        return self._vocabulary

    @property
    def vocabulary_record(self) -> VocabularyRecord | None:
        """What the layer's config, weights and checkpoints say about its vocabulary."""
        return VocabularyRecord.of(self._vocabulary) if self._vocabulary is not None else self._expected

    # -- from a source to an owned vocabulary ----------------------------------------------------------------

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary, as Keras's method does, and takes ownership of it.

        Args:
            vocabulary: a `Vocabulary`, the path of a file with one term a line, or a list, tuple, array or
                tensor of terms (which may start with the special tokens, as `get_vocabulary()` gives them).
            idf_weights: for `tf_idf`, one float a term, perhaps after one for each special token; by default those
                that a `Vocabulary` brings.

        Raises:
            VocabularyError: the vocabulary cannot be represented in a file, or has problems; all are named.
            ValueError: what Keras refuses.
        """
        if isinstance(vocabulary, (str, os.PathLike)):
            vocabulary = self._read(os.fspath(vocabulary))
        if isinstance(vocabulary, Vocabulary):
            check_head(self, vocabulary)
        vocabulary = unlisted(self, vocabulary)
        if isinstance(vocabulary, Vocabulary):
            self._own(vocabulary, idf_weights)
            return
        super().set_vocabulary(vocabulary, idf_weights)

    def _read(self, path: str) -> Vocabulary:
        if in_safe_mode():
            raise ValueError(
                "Requested the loading of a vocabulary file outside of the model archive. A model file that names "
                f"a path is not trusted. Vocabulary file: '{path}'"
            )
        special = [token for token in (self.mask_token, self.oov_token) if token is not None]
        return read_vocabulary(path, self._file_dtype, special)

    @property
    def _file_dtype(self) -> Any:
        return "string" if self.vocabulary_dtype == "string" else "int64"

    def _own(self, vocabulary: Vocabulary, idf_weights: Any) -> None:
        idf_weights = known_idf_weights(vocabulary, self.output_mode) if idf_weights is None else idf_weights
        check_idf_weights(self, idf_weights)
        check_special_tokens(self, vocabulary, self._file_dtype)
        self._vocabulary, self._expected = vocabulary, None
        self.lookup_table = self._table(vocabulary)
        self._record_vocabulary_size()
        if self.output_mode == "tf_idf":
            weights = padded_idf_weights(self, len(vocabulary), idf_weights)
            self.idf_weights = tf.Variable(weights, dtype=keras.config.floatx(), trainable=False)
            self.idf_weights_const = self.idf_weights.value()

    def _table(self, vocabulary: Vocabulary) -> Any:
        return vocabulary_table(
            vocabulary,
            offset=self._token_start_index(),
            invert=self.invert,
            dtype=self.vocabulary_dtype,
            default_value=self._default_value,
        )

    def _lookup_table_from_tokens(self, tokens: Any) -> Any:
        """Keras's hook: here every list, tensor and `adapt()` result becomes a vocabulary."""
        name = asset_name(self.name)
        terms = terms_of(tokens, self.vocabulary_dtype, self.name)
        # Keras has taken its special tokens off; what it leaves it takes for terms.
        self._vocabulary = Vocabulary.from_terms(name, terms, dtype=self._file_dtype, special_tokens=())
        self._expected = None
        return self._table(self._vocabulary)

    def _uninitialized_lookup_table(self) -> Any:
        """Keras's hook: the table of a layer that has no vocabulary yet."""
        return missing_vocabulary_table(
            self._key_dtype, self._value_dtype, self._default_value, why=self._why_missing()
        )

    def _why_missing(self) -> str:
        if self._expected is None:
            return f"layer {self.name!r} has no vocabulary. Give it one with vocabulary=, set_vocabulary or adapt()"
        return (
            f"layer {self.name!r} was made from a config that names vocabulary {self._expected}, which the store "
            "does not hold. Load the whole .keras file, or call set_vocabulary"
        )

    # -- reading it back -------------------------------------------------------------------------------------

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """Gives the terms in the order of their ids, as Keras's method does."""
        if self._vocabulary is None:
            return list(super().get_vocabulary(include_special_tokens))
        special = [self.mask_token] * self._oov_start_index() + [self.oov_token] * self.num_oov_indices
        return [*(special if include_special_tokens else []), *self._vocabulary.terms]

    def call(self, inputs: Any) -> Any:
        """Looks the inputs up, as Keras's layer does.

        Raises:
            VocabularyError: there is no vocabulary. Inside a `tf.function` the function can be traced, and running
                it fails with the same message.
            RuntimeError: as Keras raises it where the width of the output is not known either.
        """
        if self._vocabulary is not None or isinstance(inputs, keras.KerasTensor):
            return super().call(inputs)
        self._ensure_known_vocab_size()
        if tf.executing_eagerly():
            raise VocabularyError(self._why_missing())
        with tf.control_dependencies([tf.debugging.Assert(False, [self._why_missing()])]):
            return super().call(inputs)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Gives the shape and dtype of the output without looking anything up."""
        if self.invert:
            # Keras 3.15 says int64 here, although an inverse lookup gives terms.
            return keras.KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.vocabulary_dtype)
        return super().compute_output_spec(inputs)

    # -- configs: clone_model, and the config inside a .keras file -------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Gives a config that names the vocabulary by name, sha256 and size, without any term or path."""
        config: dict[str, Any] = super().get_config()
        record = self.vocabulary_record
        if self._vocabulary is not None:
            self._vocabulary.ensure_stored()  # for whoever makes a layer from this config in this place
        if self.output_mode == "tf_idf" and getattr(self, "idf_weights_const", None) is not None:
            config["idf_weights"] = self.idf_weights_const.numpy().tolist()
        config["vocabulary"] = TermsByDigest(self._vocabulary) if self._vocabulary and self._given_as_terms else None
        if record is not None:
            config |= {RECORD_KEY: record.to_config(), "has_input_vocabulary": self._has_input_vocabulary}
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """Makes a layer from its config; the terms come from the store, or later from the archive.

        Raises:
            VocabularyError: the config names a path: none is ever read from a config.
        """
        plain, record = take_record(config)
        layer = super().from_config(plain)
        if record is not None:
            layer.restore_vocabulary(record, given_as_terms=config.get("vocabulary") is not None)
        return layer

    def restore_vocabulary(self, record: VocabularyRecord, *, given_as_terms: bool = False) -> None:
        """Takes the recorded vocabulary from the store, or waits for it to come with an archive."""
        self._given_as_terms = given_as_terms
        vocabulary = Vocabulary.from_store(record.name, record.sha256, dtype=record.terms_dtype)
        if vocabulary is None:
            self._expected = record
            self.lookup_table = self._uninitialized_lookup_table()
        else:
            self._own(vocabulary, self._known_idf_weights(len(vocabulary)))

    def _known_idf_weights(self, size: int) -> Any:
        known = getattr(self, "idf_weights_const", None)
        # Weights come before assets in an archive, and after the config: until then any will do.
        weights = known.numpy() if known is not None else np.ones(size)
        return weights if self.output_mode == "tf_idf" else None

    # -- .keras: the bytes -----------------------------------------------------------------------------------

    def save_assets(self, dir_path: str) -> None:
        """Writes the vocabulary's bytes into a `.keras` archive.

        Raises:
            VocabularyError: the layer still waits for the vocabulary that its config names.
        """
        if self._expected is not None:
            raise VocabularyError(self._why_missing())
        if self._vocabulary is not None:
            write_archived_vocabulary(dir_path, self._vocabulary)

    def load_assets(self, dir_path: str | None) -> None:
        """Takes the vocabulary's bytes from a `.keras` archive, after checking them against the config.

        Raises:
            VocabularyError: they are missing, are not those that the config names, or the file is a link.
        """
        if dir_path is None:
            if self.vocabulary_record is None:
                return
            raise VocabularyError(f"layer {self.name!r}: the archive lacks vocabulary {self.vocabulary_record}")
        vocabulary = read_archived_vocabulary(dir_path, self.vocabulary_record, self.name)
        if vocabulary is None:
            terms = read_archived_terms(dir_path, self.name)
            values = terms if self.vocabulary_dtype == "string" else [int(term) for term in terms]
            self.set_vocabulary(values, self._known_idf_weights(len(values)))
        elif self._vocabulary != vocabulary:
            self._own(vocabulary, self._known_idf_weights(len(vocabulary)))
