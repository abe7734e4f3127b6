"""Lookup tables whose content is an asset file and whose name is its digest."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import tensorflow as tf

from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary

__all__ = ["is_filled_from", "missing_vocabulary_table", "save_from_vocabulary", "vocabulary_table"]

AT_ONCE = 1 << 20
# TensorFlow keeps a table under its name until the process ends, whatever becomes of the objects that refer to it, and
# it cannot be written to twice. These are the names of those that were filled here.
_FILLED: set[str] = set()


class _VocabularyInitializer(tf.lookup.TextFileInitializer):
    """Fills a table from a vocabulary, and never leaks where its snapshot lies.

    The table of this process is filled from the bytes in memory, which takes TensorFlow less than half the time that
    it needs to read the file; no other than those of the digest can be in it. `initialize` is called again each time
    that the table is traced for a SavedModel, for our export and for plain `model.export` and `tf.saved_model.save`
    alike: there the file is an asset, and a snapshot that somebody deleted or edited is put back.
    """

    def __init__(self, vocabulary: Vocabulary, *, offset: int, invert: bool, dtype: str) -> None:
        line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        self._vocabulary = vocabulary
        self._first_id, self._invert = offset, invert
        self._name_of_table = _table_name(vocabulary, offset=offset, invert=invert, dtype=dtype)
        super().__init__(
            str(vocabulary.path),
            key_dtype="int64" if invert else dtype,
            key_index=number if invert else line,
            value_dtype=dtype if invert else "int64",
            value_index=line if invert else number,
            value_index_offset=offset,
        )

    def initialize(self, table: Any) -> Any:
        if tf.executing_eagerly():
            return self._fill(table)
        self._vocabulary.ensure_stored()
        return super().initialize(table)

    def _fill(self, table: Any) -> None:
        held = int(table.size())
        if held == len(self._vocabulary):
            return  # another layer's; whether it is one of `_FILLED` is asked before an export
        with tf.device("CPU"):
            terms = _terms(self._vocabulary.data, self.value_dtype if self._invert else self.key_dtype)
            ids = tf.range(self._first_id, self._first_id + len(self._vocabulary), dtype=tf.int64)
            keys, values = (ids, terms) if self._invert else (terms, ids)
            tf.raw_ops.InitializeTableV2(table_handle=table.resource_handle, keys=keys, values=values)
        _FILLED.add(self._name_of_table)

    @property
    def _shared_name(self) -> str:
        # Private in TensorFlow 2.21, where the name would be made of the file's absolute path: that leaks the
        # training machine into the graph and makes the graph differ by directory. A name made of the content
        # also lets layers share a table. tests/conformance/test_tensorflow_internals.py watches it.
        return self._name_of_table


def _table_name(vocabulary: Vocabulary, *, offset: int, invert: bool, dtype: str) -> str:
    return f"lexport_{vocabulary.digest}_{'ids' if invert else 'terms'}_{dtype}_{offset}"


def _terms(data: bytes, dtype: Any) -> Any:
    """Gives the terms as a tensor, without a Python object for each."""
    pieces = (tf.raw_ops.StringSplitV2(input=[part], sep="\n").values for part in _parts(data))
    return tf.concat([piece if dtype == tf.string else tf.strings.to_number(piece, dtype) for piece in pieces], 0)


def _parts(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = data.index(b"\n", min(start + AT_ONCE, len(data)) - 1)
        yield data[start:end]
        start = end + 1


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
        table = tf.lookup.StaticHashTable(initializer, default_value)
        table.name_of_content = initializer._shared_name
        return table


def is_filled_from(table: Any, vocabulary: Vocabulary, *, offset: int, invert: bool, dtype: str) -> bool:
    """Whether this process filled a table from the bytes of a vocabulary, so that nothing else can be in it.

    Args:
        table: what a layer looks up in, made by `vocabulary_table` or not.
        vocabulary: what it should map.
        offset: the id of the first term.
        invert: whether ids are mapped to terms.
        dtype: the dtype of the terms in the graph.
    """
    name = _table_name(vocabulary, offset=offset, invert=invert, dtype=dtype)
    return getattr(table, "name_of_content", None) == name and name in _FILLED


def missing_vocabulary_table(key_dtype: str, value_dtype: str, default_value: Any, *, why: str) -> Any:
    """Makes the table of a layer that has no vocabulary; saving it into a SavedModel raises `why`."""
    with tf.init_scope():
        return tf.lookup.StaticHashTable(_MissingInitializer(key_dtype, value_dtype, why), default_value)


def save_from_vocabulary(
    table: Any, vocabulary: Vocabulary, *, offset: int, invert: bool, dtype: str
) -> Callable[[], None]:
    """Lets a table be saved as one that `vocabulary_table` made; what it holds in memory stays as it is.

    The table stays the same object with the same handle, so that functions that were traced before still read it.

    Args:
        table: a `tf.lookup.StaticHashTable` that holds the terms of the vocabulary.
        vocabulary: what a SavedModel fills the table from.
        offset: the id of the first term.
        invert: whether the table maps ids to terms.
        dtype: the dtype of the terms in the graph.

    Returns:
        A function that puts back what was there.
    """
    before = table._initializer, table._shared_name
    with tf.init_scope():
        initializer = _VocabularyInitializer(vocabulary, offset=offset, invert=invert, dtype=dtype)
    _set_source(table, initializer, initializer._shared_name)
    return partial(_set_source, table, *before)


def _set_source(table: Any, initializer: Any, shared_name: str) -> None:
    # Private in TensorFlow 2.21, where a table keeps its initializer for as long as it lives and there is no public
    # way to save one from another source. tests/conformance/test_tensorflow_internals.py watches all three.
    table._initializer = table._track_trackable(initializer, "_initializer", overwrite=True)
    table._shared_name = shared_name
