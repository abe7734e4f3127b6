"""Sound models of every maker have no error; broken ones have their finding, and hostile ones do no harm."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lexport
import lexport.layers
from lexport.doctor import examine
from lexport.errors import AssetError, LexportError


def test_a_sound_savedmodel_of_plain_tensorflow_has_no_finding(sound: Path) -> None:
    """What is right is not called wrong, and every vocabulary is told with its asset, ids and readers."""
    report = examine(sound)
    assert report.findings == ()
    assert report.passed(strict=True)
    [use] = report.vocabularies
    assert (use.source, use.name, use.terms, use.offset, use.default) == ("asset", "words.txt", 30, 0, "-1")
    assert use.signatures == ("serving_default",)
    assert [place.op for place in use.readers] == ["LookupTableFindV2"]
    assert report.facts["sizes"]["total"] == sum(path.stat().st_size for path in sound.rglob("*") if path.is_file())


def test_a_sound_export_of_keras_has_no_error(
    words: Path, embedding_model: Callable[..., keras.Model], tmp_path: Path
) -> None:
    """Its doubled weights and the path in its graph are warnings, which --strict takes for errors."""
    embedding_model(keras.layers.StringLookup(vocabulary=str(words))).export(str(tmp_path / "model"), verbose=False)
    report = examine(tmp_path / "model")
    assert report.errors == ()
    assert {one.code.name for one in report.warnings} == {"LX501", "LX701"}
    assert report.passed()
    assert not report.passed(strict=True)
    [use] = report.vocabularies
    assert (use.offset, use.default) == (1, "0")
    assert [(one.rows, one.ids) for one in use.embeddings] == [(31, 31)]


def test_an_export_of_lexport_has_no_finding(words: Path, tmp_path: Path) -> None:
    """With its manifest, and with its files named as the user named them."""
    layer = lexport.layers.StringLookup(vocabulary=str(words))
    given = keras.Input((), dtype="string", name="word")
    model = keras.Model(given, {"id": layer(given)})
    lexport.save(model, tmp_path / "model")
    report = examine(tmp_path / "model")
    assert [str(one.where) for one in report.errors] == []
    assert report.facts["manifest"]
    assert [(one.source, one.terms) for one in report.vocabularies] == [("asset", 30)]


def test_a_savedmodel_of_tensorflow_1_is_read(words: Path, tmp_path: Path) -> None:
    """It has the collection saved_model_assets, and no object graph; without main_op its table is never filled."""
    for name, options in (("filled", True), ("empty", False)):
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            given = tf.compat.v1.placeholder(tf.string, [None], "words")
            whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
            initializer = tf.lookup.TextFileInitializer(str(words), tf.string, whole, tf.int64, number)
            table = tf.compat.v1.lookup.StaticHashTable(initializer, -1)
            session.run(tf.compat.v1.tables_initializer())
            builder = tf.compat.v1.saved_model.Builder(str(tmp_path / name))
            info = tf.compat.v1.saved_model.build_tensor_info
            signature = tf.compat.v1.saved_model.build_signature_def(
                {"words": info(given)}, {"ids": info(table.lookup(given))}, "tensorflow/serving/predict"
            )
            builder.add_meta_graph_and_variables(
                session,
                ["serve"],
                signature_def_map={"serving_default": signature},
                assets_collection=tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.ASSET_FILEPATHS),
                main_op=tf.compat.v1.tables_initializer() if options else None,
            )
            builder.save()
    report = examine(tmp_path / "filled")
    assert report.errors == ()
    assert not report.facts["object_graph"]
    [use] = report.vocabularies
    assert (use.source, use.name, use.terms) == ("asset", "words.txt", 30)
    empty = examine(tmp_path / "empty")
    assert [one.code.name for one in empty.errors] == ["LX402"]
    assert empty.errors[0].signatures == ("serving_default",)


@pytest.mark.parametrize("make", ["nothing", "empty", "text", "pipe", "cut", "junk", "keras text", "link"])
def test_what_cannot_be_read_is_an_error_that_says_so(make: str, sound: Path, tmp_path: Path) -> None:
    """No traceback, no waiting for a pipe, and no link is followed."""
    path = tmp_path / "model"
    if make in ("text", "keras text"):
        path = tmp_path / ("model.txt" if make == "text" else "model.keras")
        path.write_text("words")
    elif make != "nothing":
        path.mkdir()
    if make == "pipe":
        os.mkfifo(path / "saved_model.pb")
    elif make == "link":
        (path / "saved_model.pb").symlink_to(sound / "saved_model.pb")
    elif make in ("cut", "junk"):
        data = (sound / "saved_model.pb").read_bytes()
        (path / "saved_model.pb").write_bytes(data[: len(data) // 2] if make == "cut" else b"\xff" * 100)
    with pytest.raises(LexportError) as raised:
        examine(path)
    assert str(path) in str(raised.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 1 << 30), st.binary(min_size=1, max_size=4)), min_size=1, max_size=5))
def test_a_damaged_graph_gives_a_report_or_an_error_of_lexport(changes: Any, sound: Path, sound_copy: Path) -> None:
    """Whatever bytes are changed: nobody gets a traceback for a file that somebody else damaged."""
    data = bytearray((sound / "saved_model.pb").read_bytes())
    for place, bytes_ in changes:
        data[place % len(data) : place % len(data) + len(bytes_)] = bytes_
    (sound_copy / "saved_model.pb").write_bytes(data)
    try:
        examine(sound_copy)
    except LexportError:
        return


def test_the_graph_itself_is_no_path_to_examine(sound: Path) -> None:
    """The path of saved_model.pb is a common mistake, and no damaged `.keras` file."""
    with pytest.raises(AssetError, match="Give the directory that holds it"):
        examine(sound / "saved_model.pb")
