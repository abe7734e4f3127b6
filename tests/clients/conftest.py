"""An export, moved away from everything that made it, and a server of it on this machine."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import keras
import pytest

import lexport
from lexport import Vocabulary
from lexport.layers import IntegerLookup, StringLookup, TextVectorization

if not find_spec("tensorflow_serving") and os.environ.get("CI"):
    raise pytest.UsageError("tests/clients need tensorflow-serving-api, of requirements-clusters.lock: run make test")
collect_ignore_glob = [] if find_spec("tensorflow_serving") else ["test_*.py"]

PROJECT = Path(__file__).parents[2]
NAME = "fruit"
WORDS = ("apple", "lemon", "größe", "naïve\u2028café")
EXAMPLES = [{"word": "lemon", "text": "an apple, a lemon", "year": 1999}, {"word": "nobody", "text": "", "year": 5}]


@dataclass(frozen=True)
class Served:
    """A version that is served.

    Attributes:
        directory: the version.
        grpc: the port of the gRPC service.
        rest: that of the REST interface.
    """

    directory: Path
    grpc: int
    rest: int


def build() -> keras.Model:
    """A model with ids, scores and labels, of strings, texts and integers."""
    keras.utils.set_random_seed(1)
    words = Vocabulary.from_terms("words", WORDS)
    word, text = (keras.Input((), dtype="string", name=name) for name in ("word", "text"))
    year = keras.Input((), dtype="int64", name="year")
    ids = StringLookup(vocabulary=words)(word)
    bag = TextVectorization(vocabulary=words, output_sequence_length=5)(text)
    years = IntegerLookup(vocabulary=Vocabulary.from_terms("years", [1999, 2024], dtype="int64"))(year)
    hidden = keras.layers.Embedding(8, 4)(ids) + keras.layers.Embedding(4, 4)(years)
    score = keras.layers.Dense(3, activation="softmax")(hidden)
    labels = Vocabulary.from_terms("labels", ["rot", "grün", "blau"])
    label = StringLookup(vocabulary=labels, invert=True, num_oov_indices=0)(keras.ops.argmax(score, -1))
    return keras.Model([word, text, year], {"id": ids, "bag": bag, "year": years, "score": score, "label": label})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version with examples and requests to warm up with, far from where it was made."""
    folder = tmp_path_factory.mktemp("made")
    report = lexport.export(build(), folder / NAME, examples=EXAMPLES, version=7, warmup=lexport.Warmup(2))
    moved = tmp_path_factory.mktemp("moved") / NAME / "7"
    shutil.move(report.path, moved)
    shutil.rmtree(folder)
    return moved


@pytest.fixture(scope="module")
def served(published: Path) -> Iterator[Served]:
    """The server, a process of its own, which ends with this module."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.clients.model_server", NAME, str(published)]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, env=environment, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Served(published, **json.loads(process.stdout.readline()))
        process.stdin.close()
