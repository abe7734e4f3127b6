"""SavedModels as users of plain TensorFlow and Keras have them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from lexport.surgery.repairs import RepairReport

__all__ = ["RECIPES", "TERMS", "Repaired", "shards"]

TERMS = [f"term{number}" for number in range(40)]


@dataclass(frozen=True)
class Repaired:
    """A SavedModel, its copy, and what was said of it."""

    original: Path
    out: Path
    report: RepairReport

    @property
    def codes(self) -> tuple[set[str], set[str]]:
        """The codes of the findings before and after."""
        before, after = self.report.before.findings, self.report.after.findings
        return {one.code.name for one in before}, {one.code.name for one in after}


def keras_export(path: Path) -> None:
    """An embedding of terms that came from a list."""
    words = keras.Input((), dtype="string", name="word")
    ids = keras.layers.StringLookup(vocabulary=TERMS, name="words")(words)
    score = keras.layers.Dense(16)(keras.layers.Embedding(41, 16)(ids))
    keras.Model({"word": words}, {"score": score}).export(path, verbose=False)


def saved_keras_model(path: Path) -> None:
    """What works in Python alone: a model of Keras 3 saved by TensorFlow; two of its variables are equal."""
    words = keras.Input((), dtype="string", name="word")
    ids = keras.layers.StringLookup(vocabulary=TERMS, name="words")(words)
    hidden = keras.layers.Dense(16)(keras.layers.Embedding(41, 16)(ids))
    model = keras.Model(words, keras.layers.Dense(16)(hidden))
    tf.saved_model.save(model, str(path))


def integers_and_labels(path: Path) -> None:
    """A table from integers to ids, and one from ids to labels."""
    years = keras.Input((), dtype="int64", name="year")
    ids = keras.layers.IntegerLookup(vocabulary=list(range(1990, 2030)), name="years")(years)
    labels = keras.layers.StringLookup(vocabulary=TERMS, invert=True, name="labels")(ids)
    keras.Model({"year": years}, {"label": labels}).export(path, verbose=False)


def plain_module(path: Path) -> None:
    """Two tables of the same terms, one from a file of this machine; an ignored file beside; stack traces."""
    path.parent.mkdir(exist_ok=True)
    (path.parent / "words.txt").write_text("".join(f"{term}\n" for term in TERMS))
    module = tf.Module()
    lines = tf.lookup.TextFileInitializer(str(path.parent / "words.txt"), tf.string, -2, tf.int64, -1)
    module.file = tf.lookup.StaticVocabularyTable(lines, 1)
    module.list = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(TERMS, tf.range(40, dtype=tf.int64)), -1
    )

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="word")], autograph=False)
    def serve(word: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"file": module.file.lookup(word), "list": module.list.lookup(word)}

    tf.saved_model.save(module, path, signatures=serve, options=tf.saved_model.SaveOptions(save_debug_info=True))
    (path / "assets" / "labels.txt").write_text("cat\ndog\n")


def tensorflow_1(path: Path) -> None:
    """A graph of sessions: a list that is numbered by a range, and a file in the collection of assets."""
    path.parent.mkdir(exist_ok=True)
    (path.parent / "labels.txt").write_text("".join(f"label{number}\n" for number in range(40)))
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        words = v1.placeholder(tf.string, [None], name="word")
        keys = tf.constant(TERMS)
        ids = tf.cast(tf.range(tf.size(keys)), tf.int64)
        table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, ids), -1)
        lines = tf.lookup.TextFileInitializer(str(path.parent / "labels.txt"), tf.int64, -1, tf.string, -2)
        labels = tf.lookup.StaticHashTable(lines, "?")
        found = table.lookup(words)
        outputs = {"id": found, "label": labels.lookup(found)}
        session.run(v1.tables_initializer())
        signature = v1.saved_model.build_signature_def(
            {"word": v1.saved_model.build_tensor_info(words)},
            {name: v1.saved_model.build_tensor_info(value) for name, value in outputs.items()},
            "tensorflow/serving/predict",
        )
        builder = v1.saved_model.Builder(str(path))
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            {"serving_default": signature},
            assets_collection=v1.get_collection(v1.GraphKeys.ASSET_FILEPATHS),
            main_op=v1.tables_initializer(),
        )
        builder.save()


RECIPES: dict[str, Callable[[Path], None]] = {
    recipe.__name__: recipe
    for recipe in (keras_export, saved_keras_model, integers_and_labels, plain_module, tensorflow_1)
}


def shards(path: Path) -> dict[str, np.ndarray]:
    """Reads all variables of a SavedModel as TensorFlow does."""
    reader = tf.train.load_checkpoint(os.fspath(path / "variables" / "variables"))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map() if "OBJECT" not in name}
