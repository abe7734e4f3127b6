"""Makes `transform_output/` and `transform_ids.json`: what tensorflow_transform writes, and the ids that it gives.

    .venv-tfx/bin/python -m tests.data.make_transform_output

Beam's DirectRunner analyses a few rows; `test_transform_output.py` in `tests/integrations/tfx` holds that this is still
what is committed.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam

DATA = Path(__file__).parent
ROWS: list[tuple[str, str, int, float, int]] = [
    ("new york", "a\nb", 3, 1.5, 1),
    ("new jersey", "", 3, 2.0, 0),
    ("rome", "b", 7, 0.25, 1),
    ("rome", "b", 7, 1.0, 1),
    ("rome", "b", -2, 1.0, 0),
    ("café", "c", 12, 1.0, 1),
]
# What is looked up: known terms, unknown ones with and without spaces, and what is a special token elsewhere.
ASKED = ["new york", "rome", "café", "new jersey", "[UNK]", "[PAD]", "paris", "oslo", "new", "a b", "x", "", "Rome"]
NUMBERS = [3, 7, 12, -2, -1, 0, 99, 100, 101, 102, 103, 104, -3]
SPEC = {
    "city": tf.io.FixedLenFeature([], tf.string),
    "line": tf.io.FixedLenFeature([], tf.string),
    "number": tf.io.FixedLenFeature([], tf.int64),
    "weight": tf.io.FixedLenFeature([], tf.float32),
    "label": tf.io.FixedLenFeature([], tf.int64),
}


def applied(inputs: dict[str, Any]) -> dict[str, Any]:
    """The vocabularies that are looked up in, each by the name of its feature."""
    city, number, apply = inputs["city"], inputs["number"], tft.compute_and_apply_vocabulary
    return {
        "plain": apply(city, vocab_filename="plain"),
        "world": apply(city, vocab_filename="cities of the/world", num_oov_buckets=2),
        "defaulted": apply(city, vocab_filename="defaulted", default_value=7),
        "unnamed": apply(city),
        "records": apply(city, vocab_filename="records", file_format="tfrecord_gzip", num_oov_buckets=1),
        "measured_records": apply(
            city, vocab_filename="measured_records", file_format="tfrecord_gzip", store_frequency=True
        ),
        "spaces": apply(city, vocab_filename="spaces", store_frequency=True, num_oov_buckets=3),
        "numbers": apply(number, vocab_filename="numbers"),
        "number_records": apply(
            number, vocab_filename="number_records", file_format="tfrecord_gzip", num_oov_buckets=3
        ),
        "reserved": apply(
            city, vocab_filename="reserved", reserved_tokens=["[PAD]", "[UNK]", "rome"], num_oov_buckets=1
        ),
        "shuffled": apply(city, vocab_filename="shuffled", fingerprint_shuffle=True, top_k=3),
        "keyed": apply(city, vocab_filename="keyed", top_k=1, key_fn=lambda term: term[:1], coverage_top_k=1),
        "empty": apply(city, vocab_filename="empty", frequency_threshold=100),
        "empty_numbers": apply(number, vocab_filename="empty_numbers", frequency_threshold=100),
    }


def preprocess(inputs: dict[str, Any]) -> dict[str, Any]:
    """Those, and vocabularies that are only written."""
    city = inputs["city"]
    tft.vocabulary(city, vocab_filename="counted", store_frequency=True)
    tft.vocabulary(city, store_frequency=True)
    tft.vocabulary(city, vocab_filename="weighted", store_frequency=True, weights=inputs["weight"])
    tft.vocabulary(
        city, vocab_filename="informative", store_frequency=True, labels=inputs["label"], min_diff_from_avg=0
    )
    tft.vocabulary(city, vocab_filename="counted_reserved", store_frequency=True, reserved_tokens=["[PAD]", "rome"])
    tft.vocabulary(inputs["line"], vocab_filename="lines", file_format="tfrecord_gzip")
    tft.experimental.approximate_vocabulary(city, 10, vocab_filename="approximate", store_frequency=True)
    return {**applied(inputs), "weight": tft.scale_to_z_score(inputs["weight"])}


def write_transform_output(
    directory: Path,
    function: Callable[[dict[str, Any]], dict[str, Any]] = preprocess,
    *,
    tensorflow_1: bool = False,
) -> None:
    """Analyses the rows, and writes what a Trainer gets.

    Args:
        directory: where to.
        function: the preprocessing function.
        tensorflow_1: whether the graph is one of TensorFlow 1.
    """
    metadata = tft.DatasetMetadata.from_feature_spec(SPEC)
    rows = [dict(zip(SPEC, row, strict=True)) for row in ROWS]
    with tempfile.TemporaryDirectory(prefix="tft-") as temporary:
        context = tft_beam.Context(temp_dir=temporary, force_tf_compat_v1=tensorflow_1)
        with beam.Pipeline(runner="DirectRunner") as pipeline, context:
            data = (pipeline | beam.Create(rows), metadata)
            _ = data | tft_beam.AnalyzeDataset(function) | tft_beam.WriteTransformFn(str(directory))


def ids_of(directory: Path) -> dict[str, list[int]]:
    """Looks up what is asked, by tensorflow_transform's own layer; gives the ids by the name of the feature."""
    size = len(ASKED)
    inputs = {
        "city": tf.constant(ASKED),
        "line": tf.constant(ASKED),
        "number": tf.constant(NUMBERS, tf.int64),
        "weight": tf.zeros(size),
        "label": tf.zeros(size, tf.int64),
    }
    given = tft.TFTransformOutput(str(directory)).transform_features_layer()(inputs)
    return {name: ids.numpy().tolist() for name, ids in sorted(given.items()) if name != "weight"}


def main() -> None:
    """Writes both."""
    directory = DATA / "transform_output"
    write_transform_output(directory)
    facts = {"city": ASKED, "number": NUMBERS, "ids": ids_of(directory)}
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (DATA / "transform_ids.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
