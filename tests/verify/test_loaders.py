"""Every loader serves a good export, in the processes of a `CandidatePool`; `test_faults.py` has what is wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lexport.verify import Baseline, CandidatePool, Case
from lexport.verify.judge import Replay
from lexport.verify.tensors import Tensor
from tests.verify.faults.fault import LOADERS
from tests.verify.faults.model_faults import Rebuild, TableFromBakedPath
from tests.verify.faults.sound_export import make_sound_export

pytestmark = pytest.mark.slow


def serve(directory: Path, baseline: Baseline, ops: Sequence[str] = (), hermetic: bool = True) -> dict[str, Replay]:
    """Replays an export through all loaders."""
    with CandidatePool(hermetic=hermetic) as pool:
        replays = pool.replay(directory, baseline, rtol=1e-6, atol=0.0, ops=ops)
    return dict(zip(LOADERS, replays, strict=True))


def details(replays: dict[str, Replay], passed: bool) -> dict[str, str]:
    """Gives the details of the checks with this outcome, by loader."""
    checks = {name: result.checks[0] for name, result in replays.items()}
    assert all(check.name == f"replay:{name}:serving_default" for name, check in checks.items())
    return {name: check.detail for name, check in checks.items() if check.passed is passed}


def save(directory: Path, serve_function: Any, owner: Any) -> Path:
    """Saves a module with one signature."""
    tf.saved_model.save(owner, str(directory), signatures={"serving_default": serve_function})
    return directory


def test_a_good_export_gives_the_live_models_answers(
    export_dir: Path, baseline: Baseline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the original vocabulary gone, and whatever the environment says about Python's path."""
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('the candidate read PYTHONPATH')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    [source] = export_dir.parent.glob("*/words.txt")
    hidden = source.rename(source.with_name("hidden.txt"))
    try:
        replays = serve(export_dir, baseline)
    finally:
        hidden.rename(source)
    agreed = details(replays, passed=True)
    assert agreed.keys() == set(LOADERS), replays
    assert {detail.partition("; ")[2] for detail in agreed.values()} == {
        "14 raise as in the live model; worst difference 0 in 'score'"
    }
    for result in replays.values():
        assert result.facts["tensorflow"] == tf.__version__
        assert "op libraries" not in result.facts


def test_every_dtype_and_shape_passes_through_every_loader(tmp_path: Path) -> None:
    """Long and short texts with any bytes in them, scalars, and tensors without elements."""
    values: dict[str, Tensor] = {
        "texts": np.array([[b"", b"a\0b", "é\u2028".encode()], [b"\xff", b"x" * 22, b"y" * 100_000]], object),
        "text": np.array(b"one", object),
        "no_texts": np.empty((0, 3), object),
        "flags": np.array([True, False]),
        "no_numbers": np.empty((2, 0), np.float32),
        "number": np.array(2**53 + 1, np.int64),
    }
    for dtype in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        values[dtype] = np.array([np.iinfo(dtype).min, np.iinfo(dtype).max], dtype)
    for dtype in ("float16", "float32", "float64", "bfloat16", "complex64", "complex128"):
        values[dtype] = np.array([0.5, -np.inf, np.nan]).astype(tf.as_dtype(dtype).as_numpy_dtype)
    specs = {name: tf.TensorSpec(value.shape, _tf_dtype(value), name=name) for name, value in values.items()}

    class Echo(tf.Module):
        @tf.function
        def serve(self, **tensors: Any) -> dict[str, Any]:
            return {f"{name}_out": tf.identity(tensor) for name, tensor in tensors.items()}

    module = Echo()
    directory = save(tmp_path / "1", module.serve.get_concrete_function(**specs), module)
    outputs = {f"{name}_out": value for name, value in values.items()}
    replays = serve(directory, Baseline((Case("all", "serving_default", values, outputs),)))
    assert details(replays, passed=True).keys() == set(LOADERS), replays


def _tf_dtype(value: Tensor) -> Any:
    return tf.string if value.dtype.kind == "O" else tf.as_dtype(value.dtype)


@pytest.fixture(scope="module")
def normalizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with an op of tensorflow-text."""
    text = pytest.importorskip("tensorflow_text")

    class Normalizer(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
        def serve(self, text_in: Any) -> dict[str, Any]:
            return {"text": text.normalize_utf8(text_in, "NFC")}

    module = Normalizer()
    return save(tmp_path_factory.mktemp("normalizer") / "1", module.serve, module)


NORMALIZED = Baseline((Case("examples", "serving_default", {"text": ["e\u0301"]}, {"text": ["é"]}),))


def test_op_libraries_are_loaded_where_the_graph_needs_them_and_reported(normalizer: Path) -> None:
    """Just those that it needs: a server has to load them, too."""
    replays = serve(normalizer, NORMALIZED, ops=("Identity", "NormalizeUTF8"))
    assert details(replays, passed=True).keys() == set(LOADERS), replays
    for result in replays.values():
        assert result.facts["op libraries"] == "tensorflow_text/python/ops/_normalize_ops.so"


@pytest.fixture(scope="module")
def outside_reader(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Baseline]:
    """An export whose vocabulary is read by a constant path outside of it, and what it answers on this machine."""
    sound = make_sound_export(tmp_path_factory.mktemp("outside"))
    Rebuild(TableFromBakedPath)(sound.path)
    return sound.path, sound.baseline


def test_a_vocabulary_outside_of_the_export_is_read_without_the_sandbox(
    outside_reader: tuple[Path, Baseline],
) -> None:
    """The graph works on the machine that trained it, so a mere replay there would pass it."""
    replays = serve(*outside_reader, hermetic=False)
    assert details(replays, passed=True).keys() == set(LOADERS), replays
    assert {result.facts["hermetic"] for result in replays.values()} == {"no (it was turned off)"}


def test_a_vocabulary_outside_of_the_export_cannot_be_read_in_the_sandbox(
    outside_reader: tuple[Path, Baseline], landlock_version: int
) -> None:
    """Which is how it would be on any other machine."""
    replays = serve(*outside_reader)
    found = details(replays, passed=False)
    assert found.keys() == set(LOADERS), replays
    assert all("words.txt; Permission denied" in detail for detail in found.values())
    assert {result.facts["hermetic"] for result in replays.values()} == {f"landlock ABI {landlock_version}"}
