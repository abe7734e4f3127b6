"""An export on a GPU, and what was built on one kind of device served on the other.

`docs/devices.md` lists these tests as never run: no machine with a GPU was at hand. What they are made of is tried
without one in `test_devices.py`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.savedmodel import read_inventory
from lexport.verify.candidates import CANDIDATES

OnDevice = Callable[..., dict[str, Any]]

ON_CPU = [f"replay:{one.name}:serving_default" for one in CANDIDATES]
ON_GPU = [f"{row}@gpu" for row in ON_CPU]
WORK = [f"{one.name}@gpu: on the gpu, serving_default" for one in CANDIDATES]
# Ampere is the first generation that has TF32.
AMPERE = [8, 0]

pytestmark = [pytest.mark.gpu, pytest.mark.slow]


def replays(told: dict[str, Any]) -> dict[str, bool | None]:
    """Gives the outcome of every replay."""
    assert "error" not in told, told
    return {one["name"]: one["passed"] for one in told["checks"] if one["name"].startswith("replay:")}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, on_device: OnDevice) -> Callable[[str], dict[str, Any]]:
    """Exports the model with `gpu` or `auto` where there is a GPU, or with `cpu` where there is none; once for each."""
    made: dict[str, dict[str, Any]] = {}

    def export(device: str) -> dict[str, Any]:
        if device not in made:
            directory = tmp_path_factory.mktemp("exports")
            made[device] = on_device(verb="export", directory=directory, device=device, gpu=device != "cpu")
        return made[device]

    return export


@pytest.mark.parametrize(("device", "fact"), [("gpu", "gpu"), ("auto", "auto: cpu and gpu")])
def test_the_model_is_built_on_the_gpu_and_served_on_both(device: str, fact: str, exported: OnDevice) -> None:
    """With a row for each device, loader and signature; each candidate says which GPU it had and what it did there."""
    told = exported(device)
    assert replays(told) == dict.fromkeys([*ON_CPU, *ON_GPU], True), told
    assert told["facts"]["device"] == fact
    assert told["facts"]["answers in memory from"] == told["settings"]["built_on"] == "gpu"
    assert [name.rpartition("/device:")[2] for name in told["variables"]] == ["GPU:0"]
    for one in CANDIDATES:
        assert told["facts"][f"{one.name}@gpu: gpu"]
        assert f"{one.name}: gpu" not in told["facts"]
    for work in WORK:
        assert "String" not in told["facts"][work]
        assert "Lookup" not in told["facts"][work]


def test_every_candidate_on_the_gpu_is_in_the_sandbox(exported: OnDevice) -> None:
    """The rules for GPUs let the driver in and nothing else: all candidates say the same, where there is Landlock."""
    facts = exported("gpu")["facts"]
    cpu_alone = exported("cpu")["facts"]
    assert facts["hermetic"] == cpu_alone["hermetic"]


def test_the_graph_does_not_know_the_gpu(exported: OnDevice) -> None:
    """So it is served where there is none."""
    directory = Path(exported("gpu")["path"])
    assert read_inventory(directory).device_pins == ()
    assert b"GPU:" not in (directory / "saved_model.pb").read_bytes().upper()


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_what_a_gpu_built_is_verified_where_there_is_none(device: str, exported: OnDevice, on_device: OnDevice) -> None:
    """With the tolerance of GPUs, since one of them gave the answers."""
    told = on_device(verb="verify", directory=exported("gpu")["path"], device=device)
    assert replays(told) == dict.fromkeys(ON_CPU, True), told
    assert told["facts"]["answers in memory from"] == "gpu"


@pytest.mark.parametrize("device", ["gpu", "auto"])
def test_what_a_cpu_built_is_verified_on_a_gpu(device: str, exported: OnDevice, on_device: OnDevice) -> None:
    """TensorFlow is not imported by the verifier, which finds the GPU all the same."""
    told = on_device(verb="verify", directory=exported("cpu")["path"], device=device, gpu=True)
    assert replays(told) == dict.fromkeys([*ON_CPU, *ON_GPU], True), told
    assert "answers in memory from" not in told["facts"]
    assert set(WORK) <= told["facts"].keys()


def test_the_cpu_is_enough_where_it_is_asked_for(exported: OnDevice, on_device: OnDevice) -> None:
    """A GPU that is there is not touched."""
    told = on_device(verb="verify", directory=exported("cpu")["path"], device="cpu", gpu=True)
    assert replays(told) == dict.fromkeys(ON_CPU, True), told


def test_a_signature_that_only_looks_up_terms_does_not_pass_on_the_gpu(tmp_path: Path, on_device: OnDevice) -> None:
    """The GPU had nothing to do; the export is published all the same, and the rows say it."""
    told = on_device(verb="export", directory=tmp_path / "exports", device="gpu", lookups=True, gpu=True)
    assert replays(told) == dict.fromkeys(ON_CPU, True) | dict.fromkeys(ON_GPU)
    assert told["passed"]
    assert not set(WORK) & told["facts"].keys()


def test_tf32_is_off_in_every_candidate(tmp_path: Path, on_device: OnDevice) -> None:
    """A sum of products that TF32 would get wrong by one part in ten thousand agrees to one in fifty thousand."""
    here = on_device(verb="total", gpu=True)
    assert here["without"] == pytest.approx(1024.1024, rel=1e-5)
    if here["capability"] >= AMPERE:
        assert here["with"] == pytest.approx(1024.0, rel=1e-5), "this product does not show whether TF32 is on"
    tolerances = {"rtol": 1e-5, "atol": 0.0, "gpu_rtol": 2e-5, "gpu_atol": 1e-6}
    built = on_device(verb="export", directory=tmp_path / "exports", device="cpu", tolerances=tolerances)
    told = on_device(verb="verify", directory=built["path"], device="gpu", gpu=True)
    assert replays(told) == dict.fromkeys([*ON_CPU, *ON_GPU], True), told


def test_tf32_is_off_while_the_model_in_memory_answers(tmp_path: Path, on_device: OnDevice) -> None:
    """Otherwise the candidates, which are exact, would be the ones that seem wrong."""
    tolerances = {"gpu_rtol": 2e-5, "gpu_atol": 1e-6}
    told = on_device(verb="export", directory=tmp_path / "exports", device="gpu", tolerances=tolerances, gpu=True)
    assert replays(told) == dict.fromkeys([*ON_CPU, *ON_GPU], True), told


@pytest.mark.parametrize("verb", ["run", "rehearse"])
@pytest.mark.parametrize("device", ["gpu", "auto"])
def test_a_config_is_exported_on_the_gpu(
    verb: str, device: str, on_device: OnDevice, device_config: Callable[[str], Path]
) -> None:
    """The candidates start before the model is built, and both find room in the memory of the GPU."""
    told = on_device(verb=verb, config=device_config(device), gpu=True)
    assert replays(told) == dict.fromkeys([*ON_CPU, *ON_GPU], True), told
    assert told["facts"]["answers in memory from"] == "gpu"


def test_a_config_for_the_cpu_leaves_the_gpu_alone(on_device: OnDevice, device_config: Callable[[str], Path]) -> None:
    """The model is built on the CPU, whose answers need no tolerance of GPUs."""
    told = on_device(verb="run", config=device_config("cpu"), gpu=True)
    assert replays(told) == dict.fromkeys(ON_CPU, True), told
    assert "answers in memory from" not in told["facts"]


def test_a_model_on_the_gpu_that_is_replayed_on_cpus_alone_is_told(tmp_path: Path, on_device: OnDevice) -> None:
    """`device="cpu"` of `lexport.export` does not move the model, so the tolerance of GPUs holds."""
    told = on_device(verb="export", directory=tmp_path / "exports", device="cpu", gpu=True)
    assert replays(told) == dict.fromkeys(ON_CPU, True), told
    assert told["settings"]["built_on"] == "gpu"
