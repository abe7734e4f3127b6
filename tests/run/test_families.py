"""All families of signatures from a config to a published version, and what happens to one that answers otherwise."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport import (
    ClassifySignature,
    ExamplesSignature,
    ExportReport,
    FunctionSignature,
    PreprocessSignature,
    Signature,
    Vocabulary,
)
from lexport.config import load_config
from lexport.layers import StringLookup
from lexport.publish import read_manifest
from lexport.run.baseline import record_answers
from lexport.run.places import BASELINE
from lexport.run.plan import ExportPlan
from lexport.run.run_export import run_export
from lexport.run.verify_directory import verify_directory
from lexport.savedmodel.prediction_log import prediction_log_class
from lexport.serving.model_root import serving_root
from lexport.serving.writing import write_saved_model
from lexport.tfformats.tf_record import read_records
from lexport.verify import Baseline, verify_export
from lexport.verify.candidates import CANDIDATES
from lexport.verify.warmup_file import WARMUP_FILE

pytestmark = pytest.mark.slow

LOADERS = [candidate.name for candidate in CANDIDATES]
CONFIG = """\
name: animals
vocabularies:
  words: {file: words.txt}
  labels: {file: labels.txt}
model: {factory: "model_of_all_families:build"}
signatures:
  serving_default:
    inputs: &inputs
      text: {dtype: string, shape: [null]}
      tags: {dtype: string, shape: [null, null], default: [of, the]}
      size: {dtype: int32, shape: [null, 2], default: [7, 8]}
  examples:
    family: examples
    inputs:
      text: {dtype: string, shape: [null], default: of}
      tags: {dtype: string, shape: [null, null]}
      size: {dtype: int32, shape: [null, 2]}
  batch_of_two:
    family: examples
    inputs:
      text: {dtype: string, shape: [2]}
      tags: {dtype: string, shape: [2, null]}
      size: {dtype: int32, shape: [2, 2]}
  ids: {family: preprocess, inputs: {text: {dtype: string, shape: [null]}}, outputs: [text_ids]}
  animal: {family: classify, inputs: *inputs, scores: logits, labels: labels, k: 2, activation: softmax}
  total: {family: function, inputs: *inputs, function: "model_of_all_families:total"}
verify: {examples: examples.jsonl}
warmup: {rows: 2, signatures: [serving_default, examples, batch_of_two, animal]}
publish: {directory: exports, version: 1}
"""
MODEL = """\
import keras
import tensorflow as tf
from lexport.layers import StringLookup, TextVectorization


def build(vocabularies):
    keras.utils.set_random_seed(1)
    words = vocabularies["words"]
    text = keras.Input((), dtype="string", name="text")
    tags = keras.Input((None,), dtype="string", name="tags")
    size = keras.Input((2,), dtype="int32", name="size")
    ids = TextVectorization(vocabulary=words, output_sequence_length=4, name="text_ids")(text)
    hot = StringLookup(vocabulary=words, output_mode="multi_hot", name="tag_hot")(tags)
    embedded = keras.ops.mean(keras.layers.Embedding(6, 3)(ids), axis=1)
    features = [embedded, keras.ops.cast(hot, "float32"), keras.ops.cast(size, "float32")]
    logits = keras.layers.Dense(3)(keras.ops.concatenate(features, axis=1))
    return keras.Model([text, tags, size], {"logits": logits}, name="animals")


def total(model, inputs):
    logits = model([inputs["text"], inputs["tags"], inputs["size"]])["logits"]
    return {"total": tf.reduce_sum(logits, axis=1)}
"""
EXAMPLES = """\
{"text": "the of", "tags": ["the", "of", "a"], "size": [1, 2]}
{"text": "zebra", "tags": [], "size": [-3, 4]}
{"text": "a", "tags": ["?"], "size": [0, 0]}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExportReport]:
    """One export of every family, from a config."""
    folder = tmp_path_factory.mktemp("animals")
    files = {"animals.yaml": CONFIG, "model_of_all_families.py": MODEL, "examples.jsonl": EXAMPLES}
    files |= {"words.txt": "the\nof\na\n", "labels.txt": "cat\ndog\neel\n", "pyproject.toml": ""}
    for name, content in files.items():
        (folder / name).write_text(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))
        yield run_export(load_config(folder / "animals.yaml"))


def test_every_family_is_served_by_every_loader(report: ExportReport) -> None:
    """Each signature has a check of its own in each, and each was asked its examples, probes and oddities."""
    names = {check.name for check in report.verification.checks if check.passed}
    signatures = ["serving_default", "examples", "batch_of_two", "ids", "animal", "total"]
    assert {f"replay:{loader}:{signature}" for loader in LOADERS for signature in signatures} <= names
    baseline = Baseline.read(report.path / BASELINE)
    asked = {(case.signature, re.split(r"\[|, row ", case.name)[0]) for case in baseline.cases}
    assert {("serving_default", "without tags"), ("animal", "without tags, size"), ("total", "batch of 0")} <= asked
    assert {("examples", "odd/no example"), ("examples", "odd/no text"), ("batch_of_two", "odd/no size")} <= asked
    assert {(name, "examples") for name in signatures} <= asked
    raising = {case.name for case in baseline.cases if case.signature == "examples" and case.error}
    assert {"odd/no size", "odd/no example", "odd/size = 2147483648", "odd/text of another kind"} <= raising
    assert "odd/no text" not in raising


def test_all_families_share_variables_tables_and_assets(report: ExportReport) -> None:
    """Each is on disk once."""
    assert sorted(file.name for file in (report.path / "assets").iterdir()) == ["labels.txt", "words.txt"]
    shapes = [shape for name, shape in tf.train.list_variables(str(report.path / "variables" / "variables")) if shape]
    assert sorted(shapes) == [[3], [6, 3], [9, 3]]


def test_the_manifest_knows_the_labels_and_the_warm_up(report: ExportReport) -> None:
    """The labels with their digest, as every vocabulary; the warm-up file as every file."""
    manifest = read_manifest(report.path)
    assert set(manifest.vocabularies) == {"labels", "words"}
    assert WARMUP_FILE in manifest.files
    assert manifest.signatures["examples"].inputs["examples"].dtype == "string"
    assert manifest.signatures["batch_of_two"].inputs["examples"].shape == (2,)


def test_the_warm_up_requests_are_replayed(report: ExportReport) -> None:
    """They are cases of the baseline; the report says how many there are of which signature."""
    [check] = [check for check in report.verification.checks if check.name == "warmup:records"]
    assert check.passed
    assert check.detail == (
        "7 requests for animals, as the live model answered them: "
        "2 of animal, 1 of batch_of_two, 2 of examples, 2 of serving_default"
    )
    names = [case.name for case in Baseline.read(report.path / BASELINE).cases if case.name.startswith("warmup")]
    assert names == [f"warmup[{number}]" for number in range(7)]


def test_a_published_version_is_verified_again_with_its_warm_up(report: ExportReport, tmp_path: Path) -> None:
    """On another machine, without the model's code."""
    moved = shutil.copytree(report.path, tmp_path / "moved")
    again = verify_directory(moved)
    assert again.passed
    assert {check.name for check in again.checks} == {check.name for check in report.verification.checks}


def test_a_warm_up_that_was_changed_fails_its_check_alone(report: ExportReport, tmp_path: Path) -> None:
    """The export itself still answers as it did."""
    copy = shutil.copytree(report.path, tmp_path / "copy")
    with (copy / WARMUP_FILE).open("rb") as file:
        records = list(read_records(file))
    log = prediction_log_class().FromString(records[0])
    log.predict_log.request.inputs["text"].string_val[0] = b"another"
    with tf.io.TFRecordWriter(str(copy / WARMUP_FILE)) as writer:
        for record in [log.SerializeToString(), *records[1:]]:
            writer.write(record)
    again = verify_export(copy, Baseline.read(copy / BASELINE), candidates=CANDIDATES[:1])
    assert [check.name for check in again.checks if check.passed is False] == ["warmup:records"]
    [detail] = [check.detail for check in again.checks if check.passed is False]
    assert detail.startswith("warmup[0]: input 'text' is not the one that the live model answered")


def model_with(oov_ids: int, dense: Any) -> Any:
    """A model whose ids depend on the argument, and whose logits do not."""
    text, size = keras.Input((), dtype="string", name="text"), keras.Input((2,), dtype="int32", name="size")
    ids = StringLookup(vocabulary=Vocabulary.from_terms("words", ["a", "b"]), num_oov_indices=oov_ids, name="ids")
    return keras.Model([text, size], {"logits": dense(keras.ops.cast(size, "float32")), "id": ids(text)})


def signatures_with(default: list[int], labels: list[str], factor: float) -> dict[str, Signature]:
    """One signature of each family, which depends on one of the arguments, or on the model's ids."""
    text, size = {"text": ("string", (None,))}, {"size": ("int32", (None, 2))}
    both, logits = {**text, **size}, ("logits",)

    def function(model: Any, inputs: Any) -> Any:
        return {"y": model([inputs["text"], inputs["size"]])["logits"] * factor}

    animals = Vocabulary.from_terms("animals", labels)
    return {
        "default": Signature(both, logits, {"size": default}),
        "examples": ExamplesSignature(both, logits, {"size": default}),
        "ids": PreprocessSignature(text),
        "labels": ClassifySignature(both, scores="logits", labels=animals, k=2),
        "function": FunctionSignature(both, function=function),
    }


def test_an_export_that_answers_otherwise_fails_in_every_loader(tmp_path: Path) -> None:
    """Another default, another lookup, labels in another order, another function: each by its own signature."""
    keras.utils.set_random_seed(1)
    dense = keras.layers.Dense(3)
    model, sound = model_with(1, dense), signatures_with([1, 2], ["cat", "dog", "eel"], 1.0)
    other, faulty = model_with(2, dense), signatures_with([1, 3], ["eel", "dog", "cat"], 1.001)
    write_saved_model(serving_root(other, faulty), tmp_path / "faulty")
    baseline = record_answers(serving_root(model, sound), model, ExportPlan("x", tmp_path, sound))
    report = verify_export(tmp_path / "faulty", baseline)
    failed = {check.name for check in report.checks if not check.passed}
    assert failed == {f"replay:{loader}:{name}" for loader in LOADERS for name in sound}
    for check in report.checks:
        signature = check.name.rpartition(":")[2]
        if signature == "default":
            assert check.detail.startswith("without size: output 'logits': ")
        if signature == "examples":
            assert "odd/no size: output 'logits': " in check.detail
