"""TFRecord files of `tf.Example`s, as TensorFlow writes them."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus.readers import tf_records
from lexport.corpus.rows import Rows

ReadRows = Callable[..., list[Rows]]
Problem = Callable[..., str]
WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3)


def _feature(values: list[Any]) -> tf.train.Feature:
    if values and isinstance(values[0], int):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    if values and isinstance(values[0], float):
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    encoded = [value if isinstance(value, bytes) else value.encode() for value in values]
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=encoded))


def _write(path: Path, examples: list[dict[str, list[Any]]], compression: str = "") -> Path:
    with tf.io.TFRecordWriter(str(path), compression) as writer:
        for features in examples:
            feature = {name: _feature(values) for name, values in features.items()}
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())
    return path


def test_every_kind_of_feature_is_read(tmp_path: Path, read_rows: ReadRows) -> None:
    """Text, integers and floats; one value is a value, several are a list, and an absent feature is none."""
    examples = [
        {"x": ["caf\u00e9"], "n": [1], "l": [7, 8], "w": [0.5]},
        {"x": [""], "n": [-(2**63)], "l": [9]},
        {"x": [], "n": [3], "w": [1.0]},
    ]
    (rows,) = read_rows(_write(tmp_path / "a.tfrecord", examples), "x", "n", "l", "w")
    assert {name: values.to_pylist() for name, values in rows.columns.items()} == {
        "x": ["caf\u00e9", "", None],
        "n": [1, -(2**63), 3],
        "l": [[7, 8], [9], None],
        "w": [0.5, None, 1.0],
    }
    kinds = [pa.large_string(), pa.int64(), pa.large_list(pa.int64()), pa.float64()]
    assert [values.type for values in rows.columns.values()] == kinds


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(examples=st.lists(WORDS, min_size=1), rows=st.integers(1, 4), gz=st.booleans())
def test_what_tensorflow_writes_is_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_rows: ReadRows, examples: list[list[str]], rows: int, gz: bool
) -> None:
    """Arbitrary text, plain and as GZIP, wherever the batches end."""
    monkeypatch.setattr(tf_records, "MOST_ROWS", rows)
    name, compression = ("a.tfrecord.gz", "GZIP") if gz else ("a.tfrecords", "")
    path = _write(tmp_path / name, [{"x": words, "y": ["."]} for words in examples], compression)
    read = [cell for found in read_rows(path, "x", "y") for cell in found.columns["x"].to_pylist()]
    assert [cell if isinstance(cell, list) else [cell] if cell is not None else [] for cell in read] == examples


def test_a_batch_is_not_larger_than_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_rows: ReadRows
) -> None:
    """Examples may be pictures."""
    monkeypatch.setattr(tf_records, "BATCH_BYTES", 1000)
    path = _write(tmp_path / "a.tfrecord", [{"x": ["a"], "picture": ["p" * 600]}] * 10)
    assert [rows.number for rows in read_rows(path, "x")] == [2] * 5


def test_a_feature_that_no_example_has_names_those_that_are_there(tmp_path: Path, problem_of: Problem) -> None:
    """A feature that only the last one has is there."""
    path = _write(tmp_path / "a.tfrecord", [{"x": ["a"]}, {"y": ["a"]}])
    assert problem_of(path, "y", "z").startswith("there is no column 'z'; the file has 'x', 'y'")
    assert problem_of(path).startswith("a column is required")


@pytest.mark.parametrize("compression", ["", "GZIP"])
def test_a_file_that_is_cut_off_is_an_error(tmp_path: Path, problem_of: Problem, compression: str) -> None:
    """Wherever it is cut, but between two records of a plain file: nobody can know that there were more."""
    path = _write(tmp_path / ("a.tfrecord.gz" if compression else "a.tfrecord"), [{"x": ["a"]}] * 2, compression)
    data = path.read_bytes()
    for size in {*range(1, len(data))} - (set() if compression else {len(data) // 2}):
        path.write_bytes(data[:size])
        assert "cut off" in problem_of(path, "x") or "ends" in problem_of(path, "x"), size


def test_damaged_records_are_an_error(tmp_path: Path, problem_of: Problem) -> None:
    """Their checksums are compared."""
    path = _write(tmp_path / "a.tfrecord", [{"x": ["aa"]}] * 3)
    data = bytearray(path.read_bytes())
    data[len(data) // 3 * 2 - 8] ^= 1
    path.write_bytes(data)
    assert "not a TFRecord file, or is damaged: the checksum of record 1 is wrong" in problem_of(path, "x")


def test_what_is_not_a_tf_record_file_is_an_error(tmp_path: Path, problem_of: Problem) -> None:
    """Another format under the name, another compression, records that are no examples, and none at all."""
    path = tmp_path / "a.tfrecord"
    path.write_bytes(b"x,y\n1,2\n" * 10)
    assert "not a TFRecord file" in problem_of(path, "x")
    _write(path, [{"x": ["a"]}], "GZIP")
    assert "must end in .gz" in problem_of(path, "x")
    with tf.io.TFRecordWriter(str(path)) as writer:
        writer.write(b"\xff\xff")
    assert problem_of(path, "x").startswith("record 0 is no tf.Example")
    empty = tmp_path / "b.tfrecord.gz"
    empty.write_bytes(gzip.compress(b""))
    assert problem_of(empty, "x") == "the file is empty"


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path, problem_of: Problem) -> None:
    """The record is named."""
    path = _write(tmp_path / "a.tfrecord", [{"x": ["a"]}, {"x": ["b", b"\xff"]}])
    assert problem_of(path, "x").startswith("record 1 holds bytes that are not UTF-8: b'\\xff'")


def test_a_list_of_floats_is_refused(tmp_path: Path, problem_of: Problem) -> None:
    """It can be neither terms nor a weight."""
    path = _write(tmp_path / "a.tfrecord", [{"x": [0.5, 1.0]}])
    assert problem_of(path, "x").startswith("record 0 must hold a string, a number")
