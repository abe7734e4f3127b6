"""A real export, made by TensorFlow alone, and the answers that its module gave in memory."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lexport.verify import (
    Baseline,
    InputSpec,
    ProbeVocabulary,
    Request,
    candidate_environment,
    example_requests,
    probe_requests,
    record_baseline,
)
from lexport.verify.candidates import Candidate
from lexport.verify.sandbox.landlock import abi_version
from lexport.verify.tensors import Tensor, as_tensor
from tests.verify.faults.served_model import PathlessInitializer

WORDS = ("the", "of", "and", "naïve", "a\u2028b")
WEIGHTS = (0.5, -1.25, 2.0, 0.125, 3.0, -7.5)
INPUTS = {"word": InputSpec("string", (None,)), "weight": InputSpec("float32", (None,))}


class Served(tf.Module):
    """Looks words up in a file and in a table of weights; raises on a negative weight."""

    def __init__(self, vocabulary: Path, weights: Sequence[float]) -> None:
        super().__init__()
        self.table = tf.lookup.StaticHashTable(PathlessInitializer(vocabulary), default_value=len(WORDS))
        self.scores = tf.Variable(weights, dtype=tf.float32)

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.string, name="word"),
            tf.TensorSpec([None], tf.float32, name="weight"),
        ]
    )
    def serve(self, word: Any, weight: Any) -> dict[str, Any]:
        """Gives ids, scores and the words themselves, each of shape [batch]."""
        with tf.control_dependencies([tf.debugging.assert_non_negative(weight)]):
            ids = self.table.lookup(word)
        score = tf.gather(self.scores, ids) * weight
        return {"id": ids, "score": score, "echo": word}


class _NamedInitializer(tf.lookup.TextFileInitializer):
    """Names its table after its file and one folder: tables of one name are one in a process."""

    @property
    def _shared_name(self) -> str:
        return f"table_{'_'.join(Path(self._filename_arg).parts[-2:])}"


@pytest.fixture(scope="session")
def make_table(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Makes a table from the lines of a file to their numbers, or the other way round."""

    def make(name: str, lines: Sequence[object], *, key: Any = tf.string, invert: bool = False) -> Any:
        path = tmp_path_factory.mktemp("tables") / f"{name}.txt"
        path.write_text("".join(f"{line}\n" for line in lines))
        line, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        columns = (tf.int64, number, key, line) if invert else (key, line, tf.int64, number)
        return tf.lookup.StaticHashTable(_NamedInitializer(str(path), *columns), "?" if invert else -1)

    return make


@pytest.fixture(scope="session")
def landlock() -> int:
    """The version of Landlock that the kernel has; 0 where it has none."""
    try:
        return abi_version() if sys.platform == "linux" else 0
    except OSError:
        return 0


@pytest.fixture(scope="session")
def landlock_version(landlock: int) -> int:
    """The version; skips the test where there is none."""
    if not landlock:
        pytest.skip("this kernel has no Landlock, or it is turned off")
    return landlock


@pytest.fixture
def make_candidate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Candidate]:
    """Makes a candidate of the text of its module, in which `Answer` and `Answers` are there already."""
    monkeypatch.syspath_prepend(tmp_path / "packages")
    monkeypatch.setattr(candidate_environment, "REQUIRED_PACKAGES", ("lexport", "numpy", "other_loader"))

    def make(text: str, name: str = "other") -> Candidate:
        package = tmp_path / "packages" / "other_loader"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        (package / f"{name}.py").write_text(f"from lexport.verify.exchange import Answer, Answers\n{text}\n")
        return Candidate(name, f"other_loader.{name}")

    return make


SaveExport = Callable[..., Path]


@pytest.fixture(scope="session")
def save_export(tmp_path_factory: pytest.TempPathFactory) -> SaveExport:
    """Saves the module, with other weights where they are given, and gives the directory of the export."""

    def save(weights: Sequence[float] = WEIGHTS) -> Path:
        folder = tmp_path_factory.mktemp("export")
        module = Served(_vocabulary(folder), weights)
        tf.saved_model.save(module, str(folder / "1"), signatures={"serving_default": module.serve})
        return folder / "1"

    return save


@pytest.fixture(scope="session")
def export_dir(save_export: SaveExport) -> Path:
    """The module as it should be, exported. Nothing may change its files: copy it."""
    return save_export()


@pytest.fixture
def copied(export_dir: Path, tmp_path: Path) -> Path:
    """A copy of the good export, to be damaged."""
    return Path(shutil.copytree(export_dir, tmp_path / "copied"))


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """What the module answers in memory: to examples, to probes, and to a row on which it raises."""
    module = Served(_vocabulary(tmp_path_factory.mktemp("live")), WEIGHTS)
    words = ProbeVocabulary("words", "string", WORDS, ("[UNK]",))
    rows = [{"word": as_tensor(word), "weight": np.float32(i)} for i, word in enumerate(("the", "zz", "naïve"))]
    requests = [
        *example_requests("serving_default", INPUTS, rows),
        *probe_requests("serving_default", INPUTS, [words], rows, seed=7),
        Request("negative", "serving_default", {"word": ["of", "the"], "weight": np.array([1, -1], np.float32)}),
    ]

    def ask(request: Request) -> Mapping[str, Tensor]:
        outputs = module.serve(**{name: tf.constant(value) for name, value in request.inputs.items()})
        return {name: value.numpy() for name, value in outputs.items()}

    return record_baseline(requests, ask, {"serving_default": INPUTS}, seed=7)


def _vocabulary(folder: Path) -> Path:
    data = "".join(f"{word}\n" for word in WORDS).encode()
    path = folder / hashlib.sha256(data).hexdigest() / "words.txt"
    path.parent.mkdir()
    path.write_bytes(data)
    return path
