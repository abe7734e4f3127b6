"""From a config to a published version, in a project of a user's."""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import pytest

import lexport
from lexport.config import load_config
from lexport.errors import ConfigError, PublishError, VocabularyError
from lexport.layers import StringLookup
from lexport.publish import read_manifest
from lexport.run.announcer import SilentAnnouncer
from lexport.run.rehearse import rehearse
from lexport.run.run_export import build, run_export
from lexport.vocabulary import Vocabulary

CONFIG = """\
name: animals
vocabularies:
  words: {source: {files: data/*.csv, column: text}, terms: {standardize: lower, split: whitespace}, min_count: 2}
  labels: {file: data/labels.txt}
model: {factory: "MODULE:build", arguments: {width: 3}}
signatures:
  serving_default: {inputs: {text: {dtype: string, shape: [null]}}, outputs: [label, score]}
  ids: {inputs: {text: {dtype: string, shape: [null]}}, outputs: [ids]}
verify: {examples: data/examples.jsonl, rtol: 1.0e-4, atol: 1.0e-5}
publish: {directory: exports/animals, version: 5}
"""

FACTORY = """\
import keras
import tensorflow as tf
from lexport import BuiltModel
from lexport.layers import StringLookup, TextVectorization

calls = []


class Served(keras.layers.Layer):
    def call(self, inputs):
        return inputs if not calls[1:] or not tf.executing_eagerly() else inputs + 1


class Noting(keras.layers.Layer):
    def __init__(self, note):
        super().__init__()
        self.note = note

    def call(self, inputs):
        return tf.strings.join([inputs, self.note])


def build(vocabularies, width, unstable=False, note=""):
    calls[:] = [vocabularies] * (2 if unstable else 1)
    text = keras.Input((), dtype="string", name="text")
    ids = TextVectorization(vocabulary=vocabularies["words"], output_sequence_length=4)(text)
    hidden = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(9, width)(ids))
    scores = keras.layers.Dense(2, activation="softmax")(hidden)
    label = StringLookup(vocabulary=vocabularies["labels"], num_oov_indices=0, invert=True)
    named = Noting(note)(label(keras.ops.argmax(scores, -1)))
    outputs = {"label": named, "score": keras.ops.max(scores, -1), "ids": Served()(ids)}
    return BuiltModel(keras.Model(text, outputs), {"accuracy": 0.5})
"""


class Recorder(SilentAnnouncer):
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def step(self, text: str) -> None:
        self.heard.append(text)

    def figures(self, figures: Any) -> None:
        self.heard.append(dict(figures))


@pytest.fixture
def module(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a module that no other test imports; the import path is put back."""
    path, name = list(sys.path), "factory_" + re.sub(r"\W", "_", request.node.name)
    yield name
    sys.path[:] = path
    sys.modules.pop(name, None)


@pytest.fixture
def config_file(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with data, a model's code and a config; the working directory is elsewhere."""
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "configs").mkdir()
    (project / "elsewhere").mkdir()
    (project / "pyproject.toml").touch()
    (project / "data" / "one.csv").write_text("text\nThe cat\nthe dog\n")
    (project / "data" / "two.csv").write_text("text\na Cat\nthe cat naps\n")
    (project / "data" / "labels.txt").write_text("cat\ndog\n")
    (project / "data" / "examples.jsonl").write_text('{"text": "The cat"}\n{"text": ""}\n')
    (project / f"{module}.py").write_text(FACTORY)
    (project / "configs" / "animals.yaml").write_text(CONFIG.replace("MODULE", module))
    monkeypatch.chdir(project / "elsewhere")
    return project / "configs" / "animals.yaml"


def edit(config_file: Path, old: str, new: str) -> Path:
    """Changes the config."""
    text = config_file.read_text()
    assert old in text
    config_file.write_text(text.replace(old, new))
    return config_file


@pytest.mark.slow
def test_a_config_is_published_from_any_working_directory(config_file: Path) -> None:
    """Vocabularies, model, signatures, examples and tolerances are the config's; every step is announced."""
    config, recorder = load_config(config_file), Recorder()
    report = run_export(config, recorder)
    project = config_file.parent.parent
    assert (report.passed, report.path) == (True, project / "exports" / "animals" / "5")
    manifest = read_manifest(report.path)
    assert (manifest.name, manifest.config_sha256, manifest.metrics) == ("animals", config.digest, {"accuracy": 0.5})
    assert sorted(manifest.signatures) == ["ids", "serving_default"]
    assert {key: (manifest.verification or {})[key] for key in ("rtol", "atol")} == {"rtol": 1e-4, "atol": 1e-5}
    shutil.rmtree(project / "data")
    loaded = lexport.load(report.path)
    assert {name: vocabulary.terms for name, vocabulary in loaded.vocabularies.items()} == {
        "labels": ("cat", "dog"),
        "words": ("the", "cat"),
    }
    assert recorder.heard == [
        "reading vocabulary labels",
        "building vocabulary words",
        "building the model",
        {"accuracy": 0.5},
        "tracing the signatures",
        "writing the SavedModel",
        "asking the model in memory",
        "verifying in other processes",
        "publishing",
    ]


@pytest.mark.slow
def test_a_rehearsal_reports_what_fails_and_publishes_nothing(config_file: Path) -> None:
    """A rehearsal gives the whole report, of every signature; `test_export_model.py` has what an export does."""
    edit(config_file, "width: 3", "width: 3, unstable: true")
    report = rehearse(load_config(config_file))
    outcomes = {check.name: check.passed for check in report.checks}
    replays = {name.split(":")[-1]: passed for name, passed in outcomes.items() if name.startswith("replay:")}
    assert replays == {"serving_default": True, "ids": False}
    assert not (config_file.parent.parent / "exports").exists()


def test_the_project_is_not_mentioned_anywhere(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even within another text, where nobody would take it for a path."""
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "away"))  # the project of a test lies in the usual one
    project = config_file.parent.parent
    edit(config_file, "width: 3", f"width: 3, note: 'made_in:{project}'")
    edit(config_file, "exports/animals", str(tmp_path / "models"))
    report = rehearse(load_config(config_file))
    [check] = [check for check in report.checks if check.passed is False]
    assert (check.name, str(project) in check.detail) == ("static:no-absolute-path", True)


@pytest.mark.parametrize("run", [run_export, rehearse])
def test_a_vocabulary_that_no_layer_owns_is_an_error(run: Any, config_file: Path) -> None:
    """It was made for the model; somebody forgot to use it, or uses another one."""
    edit(config_file, "vocabularies:", "vocabularies:\n  tags: {file: data/labels.txt}")
    with pytest.raises(
        VocabularyError, match=r"vocabularies\.tags: no layer of model '.*' owns it\. Pass it to a layer"
    ):
        run(load_config(config_file))
    assert not (config_file.parent.parent / "exports").exists()


def test_a_version_that_exists_is_found_before_the_training(config_file: Path, module: str) -> None:
    """The model's code is not even imported."""
    (config_file.parent.parent / "exports" / "animals" / "5").mkdir(parents=True)
    with pytest.raises(PublishError, match="version 5 exists already"):
        run_export(load_config(config_file))
    assert module not in sys.modules


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("column: text", "column: body", VocabularyError, "the vocabularies cannot be built"),
        (":build", ":train", ConfigError, r"model\.factory: module 'factory_.*' has no function 'train'"),
        ("examples.jsonl", "one.csv", lexport.errors.SignatureError, "must be a JSON object"),
        ("outputs: [ids]", "outputs: [id]", lexport.errors.SignatureError, "the model has no output 'id', but"),
    ],
)
def test_an_error_on_the_way_publishes_nothing(
    old: str, new: str, error: type[Exception], message: str, config_file: Path
) -> None:
    """In the data, the model's code, the examples, or the signatures."""
    edit(config_file, old, new)
    with pytest.raises(error, match=message):
        run_export(load_config(config_file))
    assert not (config_file.parent.parent / "exports").exists()


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Skipping nested container:UserWarning")
def test_a_model_from_a_file_must_own_the_vocabularies_too(config_file: Path) -> None:
    """The config's are compared with those in the file."""
    word = keras.Input((), dtype="string", name="text")
    words = Vocabulary.from_terms("words", ["the", "cat"])
    keras.Model(word, {"ids": StringLookup(vocabulary=words, name="lookup")(word)}).save(
        config_file.parent / "model.keras"
    )
    factory = re.search(r"model: .*\n", config_file.read_text())
    edit(config_file, factory.group() if factory else "", "model: {file: configs/model.keras}\n")
    built, plan = build(load_config(config_file), "cpu", SilentAnnouncer())
    assert built.model.get_layer("lookup").vocabulary == plan.vocabularies["words"]
    with pytest.raises(VocabularyError, match=r"vocabularies\.labels: no layer"):
        run_export(load_config(config_file))


def test_the_plan_is_the_config_s(config_file: Path) -> None:
    """Whatever the machine: its digest does not change with the project's place."""
    config = load_config(config_file)
    _, plan = build(config, "cpu", SilentAnnouncer())
    assert (plan.name, plan.version, plan.rtol, plan.atol, plan.device) == ("animals", 5, 1e-4, 1e-5, "cpu")
    assert plan.examples == config_file.parent.parent / "data" / "examples.jsonl"
    assert plan.signatures["ids"] == lexport.Signature({"text": ("string", (None,))}, ("ids",))
    assert plan.config_digest == config.digest
    assert json.loads(json.dumps(sorted(plan.vocabularies))) == ["labels", "words"]
