"""One export, published from code, moved away from everything that made it; and a process to serve exports."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport
from lexport import ExportReport, Vocabulary
from lexport.config import ExportConfig, VocabularyConfig
from lexport.layers import StringLookup
from lexport.run.announcer import Announcer, SilentAnnouncer
from lexport.run.vocabularies import build_vocabularies

PROGRAM = Path(__file__).parent.parent / "serving" / "serve_exports.py"
DEVICE_PROGRAM = Path(__file__).with_name("serve_devices.py")
TERMS = ("the", "naïve\u2028café", "next\x85line", " spaced ", "of")
LABELS = ("cat", "dog", "größe")
# As they come from code: texts, bytes, numpy's numbers and TensorFlow's tensors.
EXAMPLES = (
    {"word": "of", "weight": 0.5},
    {"word": "naïve\u2028café".encode(), "weight": np.float32(2.0)},
    {"word": tf.constant("nobody"), "weight": tf.constant(-1.0)},
)
INPUTS = {"word": ["of", "naïve\u2028café", "nobody"], "weight": [0.5, 2.0, -1.0]}

CONFIG = """\
name: words
vocabularies: {words: {file: words.txt}}
model: {factory: "factory:build"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}, outputs: [id, score]}}
publish: {directory: exports}
device: DEVICE
"""
FACTORY = """\
from pathlib import Path
import keras
from lexport.layers import StringLookup

Path(__file__).with_name("imported").touch()

def build(vocabularies):
    word = keras.Input((), dtype="string", name="word")
    ids = StringLookup(vocabulary=vocabularies["words"])(word)
    score = keras.layers.Dense(2)(keras.layers.Embedding(3, 4)(ids))
    return keras.Model(word, {"id": ids, "score": score})
"""


@dataclass(frozen=True)
class Published:
    """A published version, and what was known when it was made.

    Attributes:
        path: where it is now.
        report: what `lexport.export` gave.
        inputs: what the model was asked.
        answers: what it answered in memory.
    """

    path: Path
    report: ExportReport
    inputs: dict[str, list[Any]]
    answers: dict[str, list[Any]]

    def assert_same(self, answers: dict[str, Any]) -> None:
        """Holds answers to those of the model in memory: ids and texts equal, floats within rounding."""
        assert answers.keys() == self.answers.keys()
        assert (answers["id"], answers["label"]) == (self.answers["id"], self.answers["label"])
        np.testing.assert_allclose(answers["scores"], self.answers["scores"], rtol=1e-6)


def _model(folder: Path) -> Any:
    """A model that is trained for real, and whose dropout and normalization differ in training."""
    (folder / "words.txt").write_bytes("".join(f"{term}\n" for term in TERMS).encode())
    word = keras.Input((), dtype="string", name="word")
    weight = keras.Input((), name="weight")
    ids = StringLookup(vocabulary=Vocabulary.from_file("words", folder / "words.txt"))(word)
    hidden = keras.layers.Embedding(len(TERMS) + 1, 4)(ids) * keras.ops.expand_dims(weight, -1)
    hidden = keras.layers.Dropout(0.5, seed=1)(keras.layers.BatchNormalization()(hidden))
    scores = keras.layers.Dense(len(LABELS), activation="softmax", name="scores")(hidden)
    trained = keras.Model([word, weight], scores)
    trained.compile("adam", "sparse_categorical_crossentropy")
    count = 4 * len(TERMS)
    trained.fit([tf.constant(TERMS * 4), tf.ones(count)], tf.range(count) % len(LABELS), verbose=0)
    labels = StringLookup(vocabulary=Vocabulary.from_terms("labels", LABELS), num_oov_indices=0, invert=True)
    outputs = {"id": ids, "label": labels(keras.ops.argmax(scores, axis=-1)), "scores": scores}
    return keras.Model([word, weight], outputs, name="animals")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Version 7, moved; the store, the source and the first place are gone. Nothing may change its files: copy it."""
    keras.utils.set_random_seed(1)
    folder = tmp_path_factory.mktemp("maker")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEXPORT_HOME", str(folder / "home"))
        model = _model(folder)
        report = lexport.export(
            model, folder / "exports", examples=EXAMPLES, version=7, metrics={"accuracy": 0.75}, name="animals"
        )
    live = model({"word": np.array(INPUTS["word"], dtype=object), "weight": np.array(INPUTS["weight"], np.float32)})
    answers = {name: _plain(tensor.numpy().tolist()) for name, tensor in live.items()}
    path = Path(shutil.move(report.path, tmp_path_factory.mktemp("server") / "7"))
    shutil.rmtree(folder)
    return Published(path, report, INPUTS, answers)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


@pytest.fixture
def copied(published: Published, tmp_path: Path) -> Path:
    """A copy of the published version, to be damaged."""
    return Path(shutil.copytree(published.path, tmp_path / "copied"))


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[Path, Any]], dict[Path, Any]]:
    """Asks other processes, with nothing of lexport and a home of their own, through both kinds of loaders."""

    def ask(requests: dict[Path, Any]) -> dict[Path, Any]:
        home = str(tmp_path_factory.mktemp("home"))
        result = subprocess.run(
            [sys.executable, str(PROGRAM)],
            input=json.dumps({str(path): inputs for path, inputs in requests.items()}),
            capture_output=True,
            text=True,
            check=True,
            cwd=home,
            env={"PATH": "/usr/bin:/bin", "HOME": home, "LEXPORT_HOME": home},
        )
        return {Path(path): answer for path, answer in json.loads(result.stdout).items()}

    return ask


@pytest.fixture(scope="session")
def on_device() -> Callable[..., dict[str, Any]]:
    """Does a task of `serve_devices.py` in a process of its own; without `gpu` that sees no GPU, whatever there is."""

    def do(*, gpu: bool = False, **task: Any) -> dict[str, Any]:
        # Without what tests/conftest.py does for the tests' own process: what runs here has to share the memory itself.
        environment = {name: value for name, value in os.environ.items() if name != "TF_FORCE_GPU_ALLOW_GROWTH"}
        finished = subprocess.run(
            [sys.executable, str(DEVICE_PROGRAM), json.dumps(task, default=str)],
            env=environment | ({} if gpu else {"CUDA_VISIBLE_DEVICES": "-1"}),
            check=False,
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 0, finished.stderr
        told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
        return told

    return do


@pytest.fixture
def device_config(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a project with a small model, and its config for a device; the import of the factory leaves a mark."""

    def write(device: str) -> Path:
        folder = tmp_path / "project"
        folder.mkdir()
        (folder / "pyproject.toml").touch()
        (folder / "words.txt").write_text("the\nof\n")
        (folder / "factory.py").write_text(FACTORY)
        (folder / "words.yaml").write_text(CONFIG.replace("DEVICE", device))
        return folder / "words.yaml"

    return write


@pytest.fixture
def build_of() -> Callable[..., dict[str, Any]]:
    """Builds the vocabularies of a config that has nothing else of interest."""

    def build(
        vocabularies: dict[str, VocabularyConfig], announcer: Announcer | None = None, **rest: Any
    ) -> dict[str, Any]:
        config = {
            "name": "x",
            "vocabularies": vocabularies,
            "model": {"factory": "os:getcwd"},
            "signatures": {"serving_default": {"inputs": {"x": {"dtype": "string", "shape": [None]}}}},
            "publish": {"directory": "exports"},
        }
        with ExitStack() as counts:
            valid = ExportConfig.model_validate(config | rest)
            return build_vocabularies(valid, announcer or SilentAnnouncer(), counts=counts)

    return build
