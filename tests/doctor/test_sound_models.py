"""Sound SavedModels as people build them have no error, and each vocabulary is told with its mask and unknown ids."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
import lexport.layers
from lexport.doctor import examine
from tests.doctor.plain_models import TERMS

Build = Callable[[Path], keras.Model]


def _model(layer: keras.layers.Layer, rows: int, dtype: str = "string") -> keras.Model:
    given = keras.Input((1,), dtype=dtype, name="words")
    vectors = keras.layers.Embedding(rows, 8)(layer(given))
    return keras.Model(given, {"score": keras.layers.Dense(1)(keras.layers.GlobalMaxPooling1D()(vectors))})


def _string_lookup(path: Path) -> keras.Model:
    return _model(keras.layers.StringLookup(vocabulary=str(path)), 31)


def _masked(path: Path) -> keras.Model:
    return _model(keras.layers.StringLookup(vocabulary=str(path), mask_token=""), 32)


def _three_unknown(path: Path) -> keras.Model:
    return _model(keras.layers.StringLookup(vocabulary=str(path), num_oov_indices=3), 33)


def _text(path: Path) -> keras.Model:
    return _model(keras.layers.TextVectorization(vocabulary=str(path), output_sequence_length=4), 32)


def _listed(_: Path) -> keras.Model:
    return _model(keras.layers.StringLookup(vocabulary=TERMS, mask_token=""), 32)


def _years(path: Path) -> keras.Model:
    years = path.with_name("years.txt")
    years.write_text("".join(f"{year}\n" for year in range(1990, 2020)))
    return _model(keras.layers.IntegerLookup(vocabulary=str(years), mask_token=0), 32, "int64")


def _labels(path: Path) -> keras.Model:
    given = keras.Input((4,), name="x")
    numbers = keras.layers.Lambda(lambda scores: keras.ops.argmax(scores, -1), output_shape=())(
        keras.layers.Dense(31)(given)
    )
    return keras.Model(given, {"label": keras.layers.StringLookup(vocabulary=str(path), invert=True)(numbers)})


MODELS: dict[str, tuple[Build, str, int | None, str]] = {
    "string lookup": (_string_lookup, "asset", 1, "0"),
    "with a mask": (_masked, "asset", 2, "1"),
    "with three ids for unknown terms": (_three_unknown, "asset", 3, "-1"),
    "text vectorization": (_text, "asset", 2, "1"),
    "from a list": (_listed, "inlined", 2, "1"),
    "integer lookup": (_years, "asset", 2, "1"),
    "labels": (_labels, "asset", None, "[UNK]"),
}


@pytest.mark.parametrize("name", MODELS)
def test_an_export_of_plain_keras_has_no_error(name: str, words: Path, tmp_path: Path) -> None:
    """Each kind of lookup, from a file and from a list; the first ids are those of masks and of unknown terms."""
    build, source, offset, default = MODELS[name]
    path = tmp_path / "words.txt"
    path.write_bytes(words.read_bytes())
    build(path).export(str(tmp_path / "model"), verbose=False)
    report = examine(tmp_path / "model")
    assert [str(one) for one in report.errors] == []
    [use] = report.vocabularies
    assert (use.source, use.terms, use.offset, use.default) == (source, 30, offset, default)
    assert {"serve", "serving_default"} <= set(use.signatures)
    assert [one.op for one in use.readers] == ["LookupTableFindV2"] * len(use.readers)
    assert [(one.rows, one.ids) for one in use.embeddings] == ([] if name == "labels" else [(offset + 30,) * 2])


def test_an_export_of_lexport_with_a_trained_text_has_no_finding(words: Path, tmp_path: Path) -> None:
    """Weights once, no path of this machine, a manifest that fits."""
    layer = lexport.layers.TextVectorization(vocabulary=str(words), output_sequence_length=4)
    lexport.save(_model(layer, 32), tmp_path / "model")
    report = examine(tmp_path / "model")
    assert [str(one) for one in report.findings] == []
    assert report.facts["manifest"]
    assert [(one.offset, one.default) for one in report.vocabularies] == [(2, "1")]


def test_a_module_without_keras_has_no_finding(save: Callable[..., Path], tmp_path: Path) -> None:
    """A file that is read while serving, a table that the checkpoint fills, and a variable."""
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    module = tf.Module()
    module.file = tf.saved_model.Asset(str(tmp_path / "labels.txt"))
    module.counts = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, 0)
    module.counts.insert(["cat"], tf.constant([4], tf.int64))
    module.weight = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="words")])
    def serve(words: Any) -> Any:
        counts = tf.cast(module.counts.lookup(words), tf.float32)
        return {"score": counts * module.weight, "labels": tf.strings.split(tf.io.read_file(module.file), "\n")}

    module.serve = serve
    report = examine(save(module))
    assert [str(one) for one in report.findings] == []
    [use] = report.vocabularies
    assert (use.source, use.default, use.signatures) == ("checkpoint", "0", ("serving_default",))


def test_a_model_of_tensorflow_1_with_variables_and_an_asset_has_no_error(words: Path, tmp_path: Path) -> None:
    """Saved by `simple_save`'s builder: the collection saved_model_assets, a main_op, and no object graph."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        given = v1.placeholder(tf.string, [None], "words")
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        initializer = tf.lookup.TextFileInitializer(str(words), tf.string, whole, tf.int64, number)
        table = v1.lookup.StaticVocabularyTable(initializer, num_oov_buckets=1)
        rows = v1.get_variable("rows", [31, 4], use_resource=False)
        vectors = tf.gather(rows, table.lookup(given))
        session.run([v1.global_variables_initializer(), v1.tables_initializer()])
        info = v1.saved_model.build_tensor_info
        signature = v1.saved_model.build_signature_def(
            {"words": info(given)}, {"vectors": info(vectors)}, "tensorflow/serving/predict"
        )
        builder = v1.saved_model.Builder(str(tmp_path / "model"))
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            {"serving_default": signature},
            assets_collection=v1.get_collection(v1.GraphKeys.ASSET_FILEPATHS),
            main_op=v1.tables_initializer(),
        )
        builder.save()
    report = examine(tmp_path / "model")
    assert [str(one) for one in report.errors] == []
    assert [(one.source, one.name, one.terms, one.signatures) for one in report.vocabularies] == [
        ("asset", "words.txt", 30, ("serving_default",))
    ]
