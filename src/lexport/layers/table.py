"""Lookup tables whose content is an asset file and whose name is its digest."""

from typing import Any

import tensorflow as tf

from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary

__all__ = ["missing_vocabulary_table", "vocabulary_table"]


class _VocabularyInitializer(tf.lookup.TextFileInitializer):
    """Fills a table from a vocabulary's snapshot, and never leaks where the snapshot lies.

    `initialize` is called when the table is made and again each time it is traced for a SavedModel. That makes
    it the hook, for our export and for plain `model.export` and `tf.saved_model.save` alike, at which the
    snapshot is put back where somebody deleted or edited it.
    """

    def __init__(self, vocabulary: Vocabulary, *, offset: int, invert: bool, dtype: str) -> None:
        line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        self._vocabulary = vocabulary
        self._layout = f"{'ids' if invert else 'terms'}_{dtype}_{offset}"
        super().__init__(
            str(vocabulary.path),  # `initialize` follows, which ensures that it is there
            key_dtype="int64" if invert else dtype,
            key_index=number if invert else line,
            value_dtype=dtype if invert else "int64",
            value_index=line if invert else number,
            value_index_offset=offset,
            # Spares TensorFlow a first pass over the file to count its lines; a file that is cut off is an error then.
            vocab_size=len(vocabulary),
        )

    def initialize(self, table: Any) -> Any:
        self._vocabulary.ensure_stored()
        return super().initialize(table)

    @property
    def _shared_name(self) -> str:
        # Private in TensorFlow 2.21, where the name would be made of the file's absolute path: that leaks the
        # training machine into the graph and makes the graph differ by directory. A name made of the content
        # also lets layers share a table. tests/conformance/test_tensorflow_internals.py watches it.
        return f"lexport_{self._vocabulary.digest}_{self._layout}"


class _MissingInitializer(tf.lookup.KeyValueTensorInitializer):
    """Stands where a vocabulary is missing: the table can be made, but neither saved nor looked up in."""

    def __init__(self, key_dtype: str, value_dtype: str, why: str) -> None:
        # The base class's constructor wants keys and values; a table without a vocabulary has none.
        self._key_dtype = tf.as_dtype(key_dtype)
        self._value_dtype = tf.as_dtype(value_dtype)
        self._why = why
        self._made = False

    @property
    def key_dtype(self) -> Any:
        return self._key_dtype

    @property
    def value_dtype(self) -> Any:
        return self._value_dtype

    def initialize(self, table: Any) -> None:
        if self._made:
            raise VocabularyError(self._why)
        self._made = True


def vocabulary_table(vocabulary: Vocabulary, *, offset: int, invert: bool, dtype: str, default_value: Any) -> Any:
    """Makes a `tf.lookup.StaticHashTable` from a vocabulary's snapshot.

    Args:
        vocabulary: what the table maps.
        offset: the id of the first term.
        invert: whether ids are mapped to terms.
        dtype: the dtype of the terms in the graph.
        default_value: what other keys map to.

    Returns:
        A table from terms (`dtype`) to ids (int64), or the other way round.
    """
    with tf.init_scope():
        initializer = _VocabularyInitializer(vocabulary, offset=offset, invert=invert, dtype=dtype)
        return tf.lookup.StaticHashTable(initializer, default_value)


def missing_vocabulary_table(key_dtype: str, value_dtype: str, default_value: Any, *, why: str) -> Any:
    """Makes the table of a layer that has no vocabulary; saving it into a SavedModel raises `why`."""
    with tf.init_scope():
        return tf.lookup.StaticHashTable(_MissingInitializer(key_dtype, value_dtype, why), default_value)
