"""LX101 to LX107: vocabularies that are no assets, files that are read and do not travel, rows that do not fit."""

from collections.abc import Callable
from pathlib import Path

import keras
import pytest
import tensorflow as tf

from lexport.doctor import examine
from lexport.doctor.subject import read_subject
from lexport.doctor.vocabulary_sources import graph_size
from tests.doctor.plain_models import STRINGS, TERMS, Named, found, looking_up

Save = Callable[..., Path]


def test_a_vocabulary_in_the_graph_is_told_with_its_terms_and_bytes(
    embedding_model: Callable[..., keras.Model], tmp_path: Path
) -> None:
    """As every Keras layer has it that was given a list; the signature that reads it is named."""
    model = embedding_model(keras.layers.StringLookup(vocabulary=TERMS))
    model.export(str(tmp_path / "model"), verbose=False)
    codes = found(tmp_path / "model")
    [finding] = codes["LX101"]
    assert "has 30 terms, " in finding.message
    assert "of the 2 GB" in finding.message
    assert "serving_default" in finding.signatures
    assert "_initializer" in finding.where
    assert "LX106" not in codes
    assert "LX107" not in codes


def test_a_graph_near_the_limit_is_told(sound: Path) -> None:
    """At 1.8 GB; the test lowers the limit rather than writing such a graph."""
    subject = read_subject(sound)
    assert list(graph_size(subject)) == []
    [finding] = graph_size(subject, limit=100)
    assert (finding.code.name, finding.file) == ("LX102", "saved_model.pb")


def test_a_table_from_a_path_in_the_graph_is_told(words: Path, save: Save) -> None:
    """The file is on this machine, and stays there."""

    class FromPath(Named):
        def initialize(self, table):
            return tf.raw_ops.InitializeTableFromTextFileV2(
                table_handle=table.resource_handle, filename=str(words), key_index=-2, value_index=-1
            )

    codes = found(save(looking_up(FromPath(words))))
    [finding] = codes["LX103"]
    assert repr(str(words)) in finding.message
    assert finding.place.op == "InitializeTableFromTextFileV2"
    assert "LX501" not in codes  # told once


def test_a_table_that_its_caller_fills_is_told(save: Save) -> None:
    """Nobody can say what it holds."""
    module = tf.Module()
    table = module.table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)

    @tf.function(input_signature=STRINGS)
    def serve(words):
        table.insert(words, tf.ones_like(words, tf.int64))
        return {"ids": table.lookup(words)}

    module.serve = serve
    assert {finding.place.op for finding in found(save(module))["LX104"]} >= {"LookupTableInsertV2"}


def test_an_asset_of_a_keras_layer_that_the_export_dropped_is_told(words: Path, tmp_path: Path) -> None:
    """`model.export` keeps no bare Asset: assets/ is empty, and the path of this machine is in the graph."""

    class Lines(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.file = tf.saved_model.Asset(str(words))

        def call(self, given):
            return {"size": tf.strings.length(tf.io.read_file(self.file)) + tf.zeros_like(given)}

    given = keras.Input((), dtype="int32", name="given")
    keras.Model(given, Lines()(given)).export(str(tmp_path / "model"), verbose=False)
    findings = found(tmp_path / "model")["LX105"]
    assert all(one.place.op == "ReadFile" and repr(str(words)) in one.message for one in findings)
    assert any("serving_default" in one.signatures for one in findings)


@pytest.mark.parametrize(("rows", "code", "told"), [(30, "LX106", "1 id without"), (33, "LX107", "2 rows to spare")])
@pytest.mark.parametrize("inlined", [False, True])
def test_rows_that_are_not_as_many_as_ids_are_told(
    rows: int,
    code: str,
    told: str,
    inlined: bool,
    words: Path,
    embedding_model: Callable[..., keras.Model],
    tmp_path: Path,
) -> None:
    """Thirty terms and one id for unknown ones, from a file or as constants in the graph."""
    lookup = keras.layers.StringLookup(vocabulary=TERMS if inlined else str(words))
    embedding_model(lookup, rows).export(str(tmp_path / "model"), verbose=False)
    codes = found(tmp_path / "model")
    [finding] = codes[code]
    assert finding.place.op in ("GatherV2", "ResourceGather")
    assert "gives 31 ids" in finding.message
    assert told in finding.message
    assert len({"LX106", "LX107"} & set(codes)) == 1


@pytest.mark.parametrize("inlined", [False, True])
def test_each_table_has_the_embedding_of_its_own_ids(inlined: bool, words: Path, tmp_path: Path) -> None:
    """Three tables in one function: loaders find each by two nodes, one of which has the same name in all of them."""
    (tmp_path / "tags.txt").write_text("".join(f"tag{number}\n" for number in range(7)))
    (tmp_path / "labels.txt").write_text("yes\nno\n")
    files = {"words": words, "tags": tmp_path / "tags.txt", "labels": tmp_path / "labels.txt"}
    given = {name: path.read_text().split() if inlined else str(path) for name, path in files.items()}
    inputs = {name: keras.Input((), dtype="string", name=name) for name in ("words", "tags")}
    rows = {"words": 31, "tags": 6}  # two too few for the eight ids of the tags
    found_rows = [
        keras.layers.Embedding(rows[name], 2, name=f"rows_of_{name}")(
            keras.layers.StringLookup(vocabulary=given[name])(one)
        )
        for name, one in inputs.items()
    ]
    best = keras.ops.argmax(keras.layers.Add()(found_rows), -1)
    label = keras.layers.StringLookup(vocabulary=given["labels"], invert=True, num_oov_indices=0)(best)
    keras.Model(inputs, {"label": label}).export(str(tmp_path / "model"), verbose=False)

    report = examine(tmp_path / "model")
    [short] = [one for one in report.findings if one.code.name in ("LX106", "LX107")]
    assert "'rows_of_tags" in short.message
    assert "gives 8 ids: 2 ids without a row" in short.message
    told = {one.terms: [(rows.rows, rows.ids) for rows in one.embeddings] for one in report.vocabularies if one.terms}
    assert told == {30: [(31, 31)], 7: [(6, 8)], 2: []}
