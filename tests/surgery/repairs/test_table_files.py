"""Which tables a file can fill for certain, and why others are left as they are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.doctor.subject import read_subject
from lexport.savedmodel.saved_model_file import read_saved_model
from lexport.surgery.repairs.edit import Edit
from lexport.surgery.repairs.table_files import fill_tables_from_files

MANY = 20


def save(path: Path, keys: Sequence[Any], values: Sequence[Any], default: Any, **options: Any) -> Path:
    """Saves a module that looks words up in a table of constants."""
    module = tf.Module()
    values = tf.constant(values, tf.int64 if isinstance(values[0], int) else None)
    keys = tf.constant(keys, tf.int64 if isinstance(keys[0], int) else None)
    module.table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), default, **options)
    serve = tf.function(
        lambda key: {"value": module.table.lookup(key)},
        input_signature=[tf.TensorSpec([None], keys.dtype)],
        autograph=False,
    )
    tf.saved_model.save(module, path, signatures=serve)
    return path


def edited(path: Path) -> Edit:
    """Edits without writing."""
    subject = read_subject(path)
    edit = Edit(read_saved_model(path, subject.inventory.files))
    fill_tables_from_files(subject, edit)
    return edit


TERMS = [f"term{number}" for number in range(MANY)]
IDS = list(range(MANY))


@pytest.mark.parametrize(
    ("keys", "values", "default", "why"),
    [
        (["a b\nc", *TERMS[1:]], IDS, -1, "the term 'a b\\nc' cannot stand on a line of its own"),
        (["", *TERMS[1:]], IDS, -1, "the term '' cannot stand on a line of its own"),
        (["cr\r", *TERMS[1:]], IDS, -1, "the term 'cr\\r' cannot stand on a line of its own"),
        (TERMS, [number * 2 for number in IDS], -1, "its ids are not consecutive"),
        (TERMS, [0, *IDS[:-1]], -1, "its ids are not consecutive"),
        (TERMS, [float(number) for number in IDS], -1.0, "its float32 values are not plain constants"),
    ],
)
def test_a_table_that_no_file_can_hold_is_left(
    keys: list[str], values: list[Any], default: Any, why: str, tmp_path: Path
) -> None:
    """Nothing of the graph is touched, and the report says where and why."""
    edit = edited(save(tmp_path / "model", keys, values, default))
    assert [why in one.why for one in edit.left_alone] == [True]
    assert "LookupTableImportV2" in edit.left_alone[0].where
    assert (edit.touched, edit.written, edit.repairs) == (False, {}, [])


def test_a_table_of_other_making_is_left(tmp_path: Path) -> None:
    """Only a static table can be filled from a file."""
    module = tf.Module()
    module.table = tf.lookup.experimental.DenseHashTable(tf.string, tf.int64, -1, "?", "!")
    module.table.insert(tf.constant(TERMS), tf.constant(IDS, tf.int64))
    fill = tf.lookup.KeyValueTensorInitializer(tf.constant(TERMS), tf.constant(IDS, tf.int64))
    module.anonymous = tf.lookup.StaticHashTable(fill, -1, experimental_is_anonymous=True)
    serve = tf.function(
        lambda key: {"value": module.anonymous.lookup(key)},
        input_signature=[tf.TensorSpec([None], tf.string)],
        autograph=False,
    )
    tf.saved_model.save(module, tmp_path / "model", signatures=serve)
    edit = edited(tmp_path / "model")
    assert [one.why for one in edit.left_alone] == ["no file can fill a table of the op AnonymousHashTable"] * 2
    assert not edit.touched


def test_a_small_table_is_no_vocabulary(tmp_path: Path) -> None:
    """The doctor does not complain of it, either."""
    edit = edited(save(tmp_path / "model", TERMS[:16], IDS[:16], -1))
    assert edit.is_empty
    assert edit.left_alone == []


@pytest.mark.parametrize("first", [0, 3])
def test_terms_are_written_in_the_order_of_their_ids(first: int, tmp_path: Path) -> None:
    """However the constants are ordered, and whatever the first id is."""
    ids = [first + (7 * number) % MANY for number in IDS]
    edit = edited(save(tmp_path / "model", TERMS, ids, -1))
    [(path, data)] = edit.written.items()
    lines = data.decode().splitlines() if isinstance(data, bytes) else []
    assert path == "assets/hash_table.txt"
    assert [lines[number - first] for number in ids] == TERMS
    initializers = [
        node
        for function in edit.saved_model.meta_graphs[0].graph_def.library.function
        for node in function.node_def
        if node.op == "InitializeTableFromTextFileV2"
    ]
    assert [node.attr["offset"].i for node in initializers] == [first]


def test_constants_that_something_else_reads_stay(tmp_path: Path) -> None:
    """The table reads its file, and the signature its constant."""
    module = tf.Module()
    keys, ids = tf.constant(TERMS), tf.constant(IDS, tf.int64)
    module.table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, ids), -1)
    serve = tf.function(
        lambda key: {"value": module.table.lookup(key), "all": keys},
        input_signature=[tf.TensorSpec([None], tf.string)],
        autograph=False,
    )
    tf.saved_model.save(module, tmp_path / "model", signatures=serve)
    edit = edited(tmp_path / "model")
    held = [
        node.name
        for node in edit.saved_model.meta_graphs[0].graph_def.node
        if node.op == "Const" and list(node.attr["value"].tensor.string_val) == [term.encode() for term in TERMS]
    ]
    assert len(edit.repairs) == 1
    assert len(held) == 1


def test_two_tables_of_one_function_are_mended_one_after_the_other(tmp_path: Path) -> None:
    """The first takes an argument out of the function, so that those of the second are elsewhere by then."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        tables = [
            tf.raw_ops.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64, shared_name=name) for name in ("a", "b")
        ]
        content = [tf.constant(TERMS), tf.constant(IDS, tf.int64), tf.constant(TERMS[::-1]), tf.constant(IDS, tf.int64)]

        def fill(*given: tf.Tensor) -> tf.Tensor:
            first, second, *pairs = given
            tf.raw_ops.LookupTableImportV2(table_handle=first, keys=pairs[0], values=pairs[1])
            tf.raw_ops.LookupTableImportV2(table_handle=second, keys=pairs[2], values=pairs[3])
            return tf.constant(0)

        filled = tf.function(fill, autograph=False)(*tables, *content)
        words = v1.placeholder(tf.string, [None], name="word")
        ids = [
            tf.raw_ops.LookupTableFindV2(table_handle=table, keys=words, default_value=tf.constant(-1, tf.int64))
            for table in tables
        ]
        initialize = tf.group(filled)
        session.run(initialize)
        info = v1.saved_model.build_tensor_info
        signature = v1.saved_model.build_signature_def(
            {"word": info(words)}, {"a": info(ids[0]), "b": info(ids[1])}, "tensorflow/serving/predict"
        )
        builder = v1.saved_model.Builder(str(tmp_path / "model"))
        builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature}, main_op=initialize)
        builder.save()
    edit = edited(tmp_path / "model")
    assert len(edit.repairs) == 1
    [left] = edit.left_alone
    assert left.why.endswith("fills another table, which was mended; mend the copy, too")
