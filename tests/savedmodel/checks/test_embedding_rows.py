"""An id without a row is an error on a CPU, and a row of zeros on a GPU; the graph often tells that there is one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport.savedmodel import read_inventory

# The vocabulary of these tests has 40 terms.
STRINGS = [tf.TensorSpec([None], tf.string)]
Failed = Callable[..., dict[str, str]]
Save = Callable[..., Path]


def _string_lookup(words: Path, **options: Any) -> Any:
    return keras.layers.StringLookup(vocabulary=str(words), **options)


def _text(words: Path, **options: Any) -> Any:
    return keras.layers.TextVectorization(vocabulary=str(words), standardize=None, **options)


def _export(directory: Path, lookup: Any, rows: int, shape: Any, between: Any = None) -> Path:
    inputs = keras.Input(shape, dtype="string", name="words")
    ids = lookup(inputs)
    if between is not None:
        ids = keras.layers.Lambda(between, dtype="int64", output_shape=shape)(ids)
    keras.Model(inputs, keras.layers.Embedding(rows, 2)(ids)).export(str(directory), verbose=False)
    return directory


@pytest.mark.parametrize(
    ("make", "shape", "ids"),
    [
        (lambda words: _string_lookup(words), (3,), 41),
        (lambda words: _string_lookup(words, mask_token=""), (3,), 42),
        (lambda words: _string_lookup(words, num_oov_indices=0), (3,), 40),
        (lambda words: _string_lookup(words, num_oov_indices=5, mask_token=""), (3,), 46),
        (lambda words: _text(words), (), 42),
        (lambda words: _text(words, output_sequence_length=4), (), 42),
    ],
)
def test_an_id_without_a_row_is_found(
    make: Callable[[Path], Any], shape: Any, ids: int, tmp_path: Path, words: Path, failed: Failed
) -> None:
    """One row too few, with mask and out-of-vocabulary ids counted; and with exactly enough nothing is found."""
    short = _export(tmp_path / "short", make(words), ids - 1, shape)
    detail = failed(short)["embedding-rows"]
    assert f"has {ids - 1} rows, and the table 'hash_table" in detail
    assert f"gives {ids} ids, from 40 lines of 'words.txt': the last one has no row" in detail
    enough = _export(tmp_path / "enough", make(words), ids, shape)
    assert "embedding-rows" not in failed(enough)
    assert [gather.ids(40) for gather in read_inventory(enough).id_gathers] == [ids]


@pytest.mark.parametrize(
    "between",
    [
        lambda ids: tf.minimum(ids, 9),
        lambda ids: ids % 10,
        lambda ids: tf.where(ids < 10, ids, tf.zeros_like(ids)),
        lambda ids: tf.clip_by_value(ids, 0, 9),
        lambda ids: tf.gather(tf.zeros([100], tf.int64), ids),
    ],
    ids=["minimum", "modulo", "where", "clip", "remap"],
)
def test_ids_that_are_brought_into_range_pass(
    between: Callable[[Any], Any], tmp_path: Path, words: Path, failed: Failed
) -> None:
    """Whatever calculates with the ids may know what it does."""
    directory = _export(tmp_path / "model", _string_lookup(words), 10, (3,), between)
    assert "embedding-rows" not in failed(directory)


def test_ids_that_only_change_their_form_are_followed(tmp_path: Path, words: Path, failed: Failed) -> None:
    """Casts, new shapes and slices keep them what they are."""
    directory = _export(
        tmp_path / "model",
        _string_lookup(words),
        10,
        (4,),
        lambda ids: tf.reshape(tf.cast(ids, tf.int32), [-1, 4])[:, 1:],
    )
    assert "embedding-rows" in failed(directory)


class TwoTowers(tf.Module):
    """One function for two tables, each with rows of its own."""

    def __init__(self, words: Path, rows: tuple[int, int]) -> None:
        super().__init__()
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        short = words.with_name("short.txt")
        short.write_text("a\nb\n")
        self.tables = [
            tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(str(path), tf.string, whole, tf.int64, number), 0)
            for path in (words, short)
        ]
        self.rows = [tf.Variable(tf.zeros([count, 2])) for count in rows]

    @tf.function(input_signature=STRINGS)
    def serve(self, words: Any) -> Any:
        """Gives the rows of both."""
        found = zip(self.rows, self.tables, strict=True)
        return {f"x{index}": tf.gather(rows, table.lookup(words)) for index, (rows, table) in enumerate(found)}


def test_each_variable_is_compared_with_its_own_vocabulary(save: Save, words: Path, failed: Failed) -> None:
    """40 lines for 40 rows and 2 lines for 2 rows are enough; exchanged they are not."""
    assert "embedding-rows" not in failed(save(TwoTowers(words, (40, 2))))
    detail = failed(save(TwoTowers(words, (2, 40))))["embedding-rows"]
    assert "has 2 rows, and the table 'hash_table" in detail
    assert "gives 40 ids, from 40 lines" in detail
    assert "short.txt" not in detail


def test_callers_of_one_function_are_not_confused(save: Save, words: Path, failed: Failed) -> None:
    """Where two callers hand different variables to one function, nobody can tell which ids meet which."""

    class Shared(TwoTowers):
        @tf.function(input_signature=STRINGS)
        def serve(self, words: Any) -> Any:
            take = tf.function(lambda rows, ids: tf.gather(rows, ids), autograph=False)
            first, second = self.rows
            return {
                "x0": take(first, self.tables[0].lookup(words)),
                "x1": take(second, self.tables[1].lookup(words)),
            }

    assert "embedding-rows" not in failed(save(Shared(words, (40, 2))))


def test_another_axis_than_that_of_the_rows_passes(save: Save, words: Path, failed: Failed) -> None:
    """Columns have nothing to do with the number of rows."""

    class Columns(TwoTowers):
        @tf.function(input_signature=STRINGS)
        def serve(self, words: Any) -> Any:
            return {"x": tf.gather(self.rows[0], self.tables[0].lookup(words), axis=1)}

    assert "embedding-rows" not in failed(save(Columns(words, (2, 2))))


def test_the_lines_that_a_table_leaves_out_need_no_row(save: Save, words: Path, failed: Failed) -> None:
    """`vocab_size` reads the head of the file only."""
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER

    class Head(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            initializer = tf.lookup.TextFileInitializer(
                str(words), tf.string, whole, tf.int64, number, vocab_size=10, value_index_offset=3
            )
            self.table = tf.lookup.StaticHashTable(initializer, 0)
            self.rows = tf.Variable(tf.zeros([13, 2]))

        @tf.function(input_signature=STRINGS)
        def serve(self, given: Any) -> Any:
            return {"x": tf.gather(self.rows, self.table.lookup(given))}

    directory = save(Head())
    assert "embedding-rows" not in failed(directory)
    assert [gather.ids(40) for gather in read_inventory(directory).id_gathers] == [13]
