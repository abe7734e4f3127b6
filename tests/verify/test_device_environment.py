"""The environment decides on which device a process computes, and how precisely."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.verify.candidate_process import CandidateProcess
from lexport.verify.candidates import Candidate
from lexport.verify.device_environment import device_environment
from lexport.verify.exchange import Task

# What a loader of Python's TensorFlow does first, and what can be seen after it.
PREPARED = """
import json, os
def serve(task):
    from lexport.verify.candidates.python_tensorflow import prepare
    import tensorflow as tf
    facts = prepare(task)
    seen = {"tf32": tf.config.experimental.tensor_float_32_execution_enabled(), "gpu": facts.get("gpu")}
    return Answers((), load_error=json.dumps(seen | {"override": os.environ.get("NVIDIA_TF32_OVERRIDE")}))
"""
# What the C++ loader has: no `import tensorflow`, by which TF32 could be switched off.
SHOWN = """
import json, os, sys
def serve(task):
    import lexport.verify.candidates.c_api as c_api
    assert c_api.LIBRARY is not None and "tensorflow" not in sys.modules
    names = ("NVIDIA_TF32_OVERRIDE", "TF_FORCE_GPU_ALLOW_GROWTH", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES")
    return Answers((), load_error=json.dumps({name: os.environ.get(name) for name in names}))
"""


def told(candidate: Candidate, tmp_path: Path, device: str) -> dict[str, object]:
    """Starts a candidate and gives what it saw."""
    (tmp_path / "work").mkdir()
    process = CandidateProcess(candidate, tmp_path / "work", device=device, policy=None, timeout_s=120)
    try:
        process.wait_until_ready()
        seen: dict[str, object] = json.loads(process.ask(Task(Path("copy"), ())).load_error or "")
    finally:
        process.end()
    return seen


def test_the_cpu_hides_every_gpu() -> None:
    """By the variables of both makers."""
    assert device_environment("cpu") == {"CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1"}


def test_a_gpu_stays_visible_as_it_is_here() -> None:
    """Which of several is the user's choice; no variable for it is touched."""
    assert device_environment("gpu").keys() == {"NVIDIA_TF32_OVERRIDE", "TF_FORCE_GPU_ALLOW_GROWTH"}


@pytest.mark.slow
@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_a_loader_of_pythons_tensorflow_has_tf32_off(
    device: str, make_candidate: Callable[[str], Candidate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By TensorFlow's own switch, before the export is loaded; on a GPU by NVIDIA's variable as well."""
    monkeypatch.delenv("NVIDIA_TF32_OVERRIDE", raising=False)
    seen = told(make_candidate(PREPARED, "prepared"), tmp_path, device)
    assert (seen["tf32"], seen["override"]) == (False, "0" if device == "gpu" else None)


@pytest.mark.parametrize(
    ("device", "expected"), [("gpu", ["0", "true", "1", "1"]), ("cpu", [None, "false", "-1", "-1"])]
)
def test_the_cpp_loader_has_tf32_off_by_the_variable_of_nvidias_libraries(
    device: str,
    expected: list[str | None],
    make_candidate: Callable[[str], Candidate],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has nothing else for it: the C API knows no switch. The user's own settings do not count."""
    monkeypatch.delenv("NVIDIA_TF32_OVERRIDE", raising=False)
    for name, value in (("TF_FORCE_GPU_ALLOW_GROWTH", "false"), ("CUDA_VISIBLE_DEVICES", "1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HIP_VISIBLE_DEVICES", os.environ["CUDA_VISIBLE_DEVICES"])
    assert list(told(make_candidate(SHOWN), tmp_path, device).values()) == expected


def test_tf32_cannot_be_switched_on_from_outside(
    make_candidate: Callable[[str], Candidate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable of the user's that says otherwise is overridden."""
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "1")
    assert told(make_candidate(SHOWN), tmp_path, "gpu")["NVIDIA_TF32_OVERRIDE"] == "0"
