"""The export of a model in memory: published when another process agrees with it, and not at all otherwise."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport import Signature
from lexport.errors import (
    AssetError,
    ConfigError,
    DeviceError,
    LexportError,
    PublishError,
    SignatureError,
    VerificationError,
    VocabularyError,
)
from lexport.layers import StringLookup
from lexport.publish import read_manifest
from lexport.verify import Baseline
from lexport.verify.candidates import CANDIDATES

REPLAYS = [f"replay:{candidate.name}:serving_default" for candidate in CANDIDATES]


def failed(error: LexportError) -> list[str]:
    """Gives the names of the checks that an error says failed."""
    return [problem.where for problem in error.problems if not problem.message.startswith("not run")]


def files_of(folder: Path) -> dict[str, int]:
    """What lies below a folder, and when it was last changed."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*")}


class Calling(keras.layers.Layer):
    """Calls a function."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def call(self, inputs: Any) -> Any:
        return self.function(inputs)


def model_of(layer: Any, dtype: str = "string") -> Any:
    """A model of one layer."""
    x = keras.Input((), dtype=dtype, name="x")
    return keras.Model(x, {"y": layer(x)}, name="model")


# -- a good export ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_export_reports_what_was_verified_and_where_it_stands(published: Any) -> None:
    """Dropout and normalization, which answer otherwise in training, do not keep a model from being published."""
    report = published.report
    assert report.passed
    assert (report.version, report.path.name, report.metrics) == (7, "7", {"accuracy": 0.75})
    outcomes = {check.name: check.passed for check in report.verification.checks}
    assert {"static:asset-present", "static:tables-from-assets", "static:no-absolute-path", *REPLAYS} <= set(outcomes)
    assert set(outcomes.values()) == {True}
    assert str(report).endswith(f"accuracy: 0.75\npublished {report.path}")


@pytest.mark.slow
def test_the_manifest_says_what_was_published(published: Any) -> None:
    """Its name, figures, signatures, vocabularies, and the verification with its tolerances."""
    manifest = read_manifest(published.path)
    assert (manifest.name, manifest.metrics, manifest.config_sha256) == ("animals", {"accuracy": 0.75}, None)
    vocabularies = {name: (entry.asset, entry.terms) for name, entry in manifest.vocabularies.items()}
    assert vocabularies == {"labels": ("assets/labels.txt", 3), "words": ("assets/words.txt", 5)}
    assert manifest.assets == {"labels.txt": "assets/labels.txt", "words.txt": "assets/words.txt"}
    assert list(manifest.signatures) == ["serving_default"]
    assert set(manifest.signatures["serving_default"].outputs) == {"id", "label", "scores"}
    verification = manifest.verification or {}
    assert (verification["rtol"], verification["atol"], verification["report"]["passed"]) == (1e-5, 1e-6, True)


@pytest.mark.slow
def test_examples_and_probes_travel_with_the_export(published: Any) -> None:
    """Examples of every type that code has at hand are requests, and so are probes of each vocabulary."""
    baseline = Baseline.read(published.path / "assets.extra" / "lexport" / "baseline.npz")
    cases = {case.name: case for case in baseline.cases}
    assert {"probes/word/words", "probes/word/labels", "probes/word/edge cases", "random"} <= cases.keys()
    example = cases["examples"].inputs
    assert [word.decode() for word in example["word"]] == published.inputs["word"]
    assert example["weight"].tolist() == published.inputs["weight"]


# -- what keeps an export from being published -----------------------------------------------------------------


@pytest.mark.slow
def test_a_model_that_answers_otherwise_when_it_is_served_is_not_published(tmp_path: Path) -> None:
    """What Python decides is frozen in the graph; versions that were published before stay as they are."""
    (tmp_path / "exports" / "3").mkdir(parents=True)
    (tmp_path / "exports" / "3" / "saved_model.pb").write_text("an older version")
    before = files_of(tmp_path / "exports")
    model = model_of(Calling(lambda x: x * 2.0 if tf.executing_eagerly() else x * 3.0), "float32")
    with pytest.raises(VerificationError, match=r"the export was not verified: of .* checks 3 failed") as raised:
        lexport.export(model, tmp_path / "exports", examples=[{"x": 1.0}])
    assert failed(raised.value) == REPLAYS
    assert "output 'y'" in str(raised.value)
    assert {check.name for check in raised.value.report.checks} > set(REPLAYS)
    assert files_of(tmp_path / "exports") == before


class ConstantTable(keras.layers.Layer):
    """A table of the user's own, filled from constants."""

    def __init__(self) -> None:
        super().__init__()
        terms = [f"term{number}" for number in range(17)]
        initializer = tf.lookup.KeyValueTensorInitializer(terms, list(range(17)), tf.string, tf.int64)
        self.table = tf.lookup.StaticHashTable(initializer, -1)

    def call(self, x: Any) -> Any:
        return self.table.lookup(x)


def relative_file() -> Any:
    Path("labels.txt").write_text("cat")
    return Calling(lambda x: tf.strings.join([x, tf.io.read_file("labels.txt")]))


def absolute_path() -> Any:
    return Calling(lambda x: tf.strings.join([x, str(Path("labels.txt").absolute())]))


@pytest.mark.parametrize(
    ("make", "check", "message"),
    [
        (ConstantTable, "static:tables-from-assets", "17 terms"),
        (relative_file, "static:reads-from-assets", "reads the file 'labels.txt', which is not an asset"),
        (absolute_path, "static:no-absolute-path", "labels.txt"),
    ],
)
def test_what_is_no_asset_is_not_published(
    make: Callable[[], Any], check: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of constants, a file that the graph reads, a path in the graph; nothing is replayed then."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(VerificationError) as raised:
        lexport.export(model_of(make()), tmp_path / "exports" / "model")
    assert failed(raised.value) == [check]
    assert message in str(raised.value)
    assert "replay:*: not run: 3 checks: a static check failed, so the graph was not loaded" in str(raised.value)
    assert not (tmp_path / "exports").exists()


def table_in_a_closure() -> Any:
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), 0)
    return model_of(Calling(lambda x: table.lookup(x)))


def not_adapted() -> Any:
    return model_of(StringLookup())


def subclassed() -> Any:
    class Plain(keras.Model):
        def call(self, inputs: Any) -> Any:
            return inputs

    return Plain()


def good() -> Any:
    return model_of(StringLookup(vocabulary=["a"]))


@pytest.mark.parametrize(
    ("make", "arguments", "error", "message"),
    [
        (table_in_a_closure, {}, AssetError, "no layer of the model tracks"),
        (not_adapted, {}, VocabularyError, "it has no vocabulary"),
        (subclassed, {}, SignatureError, "does not name its inputs"),
        (good, {"signatures": {"s": Signature({"z": ("int64", ())})}}, SignatureError, r"s\.inputs\.z\.dtype"),
        (good, {"examples": [{"x": "a"}, {"word": "a"}]}, SignatureError, r"examples\[1\]\.word: is not an input"),
        (good, {"examples": [{"x": {1, 2}}]}, SignatureError, "cannot be written as JSON: an example must be of"),
        (good, {"examples": [{"x": b"\xff"}]}, SignatureError, "cannot be written as JSON: 'utf-8' codec"),
        (good, {"rtol": -1.0, "atol": float("nan")}, ConfigError, "rtol: must be a finite number of at least 0"),
        (
            good,
            {"metrics": {"loss": float("nan")}},
            ConfigError,
            r"metrics\.loss: must be a finite number; received nan",
        ),
        (good, {"examples": "no/such/examples.jsonl"}, SignatureError, r"cannot read the examples no/such/ex"),
        (good, {"version": 3}, PublishError, "version 3 exists already"),
        (good, {"version": -3}, ConfigError, "must be an integer of at least 1"),
        pytest.param(
            *(good, {"device": "gpu"}, DeviceError, "requires a GPU"),
            marks=pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is a GPU"),
        ),
    ],
)
def test_what_cannot_be_exported_is_refused_before_it_is_verified(
    make: Callable[[], Any], arguments: Mapping[str, Any], error: type[LexportError], message: str, tmp_path: Path
) -> None:
    """And the directory stays as it is."""
    (tmp_path / "exports" / "3").mkdir(parents=True)
    before = files_of(tmp_path / "exports")
    with pytest.raises(error, match=message):
        lexport.export(make(), tmp_path / "exports", **arguments)
    assert files_of(tmp_path / "exports") == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"directory": ""}, ConfigError, "directory: must name a directory"),
        ({"name": "my model/1"}, ConfigError, "name: must be letters"),
        ({"version": 0}, ConfigError, "version: must be an integer of at least 1; received 0"),
        ({"rtol": -1}, ConfigError, "rtol: must be a finite number of at least 0; received -1"),
        ({"atol": float("inf")}, ConfigError, "atol: must be a finite number"),
        ({"metrics": {"a": "x"}}, ConfigError, r"metrics\.a: must be a finite number; received 'x'"),
        ({"device": "tpu"}, DeviceError, "device must be cpu, gpu or auto; received 'tpu'"),
        ({"require": ["tf.load"]}, ConfigError, r"require: must be a list of at least one of tf\.saved_model\.load, "),
        ({"examples": ["a"]}, SignatureError, "each must be a dict with a value for every input; received 'a'"),
        ({"model": {"a": 1}}, SignatureError, r"only a keras\.Model can be exported; received dict"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_argument_that_cannot_be_used_is_named_before_any_work(
    arguments: dict[str, Any], error: type[LexportError], message: str, tmp_path: Path
) -> None:
    """As the same mistake in a config is."""
    given = {"model": model_of(Calling(lambda x: x)), "directory": tmp_path / "exports"} | arguments
    with pytest.raises(error, match=message):
        lexport.export(given.pop("model"), given.pop("directory"), **given)
    assert not (tmp_path / "exports").exists()
