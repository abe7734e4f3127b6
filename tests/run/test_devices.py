"""Where a model is built and an export is served: told in the report, refused where it cannot be, never in the graph.

No GPU is needed here: logical CPUs take its place. `test_gpu.py` has the same with a GPU.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lexport.savedmodel import read_inventory
from lexport.verify import Baseline
from lexport.verify.candidates import CANDIDATES

MANIFEST = Path("assets.extra") / "lexport" / "manifest.json"
BASELINE = Path("assets.extra") / "lexport" / "baseline.npz"
ROWS = [f"replay:{one.name}:serving_default" for one in CANDIDATES]
NO_GPU = "device: gpu requires a GPU that TensorFlow can see; received none. Use cpu or auto"

OnDevice = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.slow


def replays(told: dict[str, Any]) -> dict[str, bool | None]:
    """Gives the outcome of every replay."""
    assert "error" not in told, told
    return {one["name"]: one["passed"] for one in told["checks"] if one["name"].startswith("replay:")}


# -- a GPU that is not there -----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which candidates would have theirs."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))


def written(tmp_path: Path) -> list[str]:
    """Lists what was written: into the project, the vocabulary store, and the folders of candidates."""
    given = {"pyproject.toml", "words.txt", "factory.py", "words.yaml"}
    return [
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file() and path.name not in given
    ]


@pytest.mark.parametrize("verb", ["run", "rehearse"])
def test_a_config_without_its_gpu_is_refused_before_any_work(
    verb: str, on_device: OnDevice, device_config: Callable[[str], Path], tmp_path: Path
) -> None:
    """No vocabulary is built, no module of the user's imported, no candidate started, and nothing written."""
    told = on_device(verb=verb, config=device_config("gpu"))
    assert told == {"error": "DeviceError", "message": NO_GPU}
    assert written(tmp_path) == []


def test_a_model_in_memory_without_its_gpu_is_refused_before_any_work(tmp_path: Path, on_device: OnDevice) -> None:
    """Nothing is saved; only the vocabularies are there, which its layers had before."""
    told = on_device(verb="export", directory=tmp_path / "exports", device="gpu")
    assert told == {"error": "DeviceError", "message": NO_GPU}
    assert not (tmp_path / "exports").exists()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_directory_without_a_gpu_is_refused_before_it_is_read(on_device: OnDevice, tmp_path: Path) -> None:
    """It need not even be there. The process that looks for GPUs is not the verifier's own."""
    told = on_device(verb="verify", directory=tmp_path / "missing", device="gpu")
    assert told == {"error": "DeviceError", "message": NO_GPU}


def test_an_unknown_device_is_no_gpu(on_device: OnDevice, tmp_path: Path) -> None:
    """A misspelt device is not taken for one."""
    told = on_device(verb="verify", directory=tmp_path / "missing", device="cuda")
    assert told == {"error": "DeviceError", "message": "device must be cpu, gpu or auto; received 'cuda'"}


# -- logical devices -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(
    tmp_path_factory: pytest.TempPathFactory, on_device: OnDevice
) -> Callable[[str | None, str], dict[str, Any]]:
    """Exports the model that was built under a device, once for each, and gives the report."""
    made: dict[tuple[str | None, str], dict[str, Any]] = {}

    def export(under: str | None, device: str) -> dict[str, Any]:
        if (under, device) not in made:
            task = {"directory": tmp_path_factory.mktemp("exports"), "device": device, "cpus": 2}
            made[under, device] = on_device(verb="export", **task, **({"under": under} if under else {}))
        return made[under, device]

    return export


@pytest.mark.parametrize(
    ("under", "variables"), [("/CPU:1", "CPU:1"), ("/GPU:0", "CPU:0"), (None, "CPU:0")], ids=["cpu:1", "gpu:0", "none"]
)
def test_the_graph_does_not_know_where_it_was_built(under: str | None, variables: str, exported: OnDevice) -> None:
    """Neither by its variables nor by any op; every loader serves it on a machine with one CPU."""
    told = exported(under, "auto")
    assert [name.rpartition("/device:")[2] for name in told["variables"]] == [variables]
    assert told["passed"], told
    directory = Path(told["path"])
    assert read_inventory(directory).device_pins == ()
    data = (directory / "saved_model.pb").read_bytes().upper()
    assert b"GPU:" not in data
    assert b"CPU:1" not in data


def test_auto_without_a_gpu_verifies_on_the_cpu_and_says_so(exported: OnDevice) -> None:
    """There is a row for every loader and signature, and none for a device that is not there."""
    told = exported(None, "auto")
    assert replays(told) == dict.fromkeys(ROWS, True)
    assert told["facts"]["device"] == "auto: cpu alone, as TensorFlow sees no GPU"
    assert told["settings"]["built_on"] == "cpu"
    assert told["settings"]["report"]["facts"] == told["facts"]


@pytest.mark.parametrize(("device", "fact"), [("cpu", "cpu"), ("auto", "auto: cpu alone, as TensorFlow sees no GPU")])
def test_a_published_version_is_verified_again_where_it_is_asked_to(
    device: str, fact: str, exported: OnDevice, on_device: OnDevice
) -> None:
    """Whatever its config said; TensorFlow is in other processes alone."""
    told = on_device(verb="verify", directory=exported(None, "auto")["path"], device=device)
    assert replays(told) == dict.fromkeys(ROWS, True)
    assert told["facts"]["device"] == fact


def test_a_config_for_either_kind_of_machine_is_exported_on_the_cpu(
    on_device: OnDevice, device_config: Callable[[str], Path]
) -> None:
    """With all of its work: the factory was imported, the version is there."""
    config = device_config("auto")
    told = on_device(verb="run", config=config)
    assert told["facts"]["device"] == "auto: cpu alone, as TensorFlow sees no GPU"
    assert set(replays(told).values()) == {True}
    assert (config.parent / "imported").exists()
    assert len(list((config.parent / "exports").iterdir())) == 1


def test_a_model_that_only_looks_up_terms_is_one_of_any_device(tmp_path: Path, on_device: OnDevice) -> None:
    """It has no work for a GPU, which `test_gpu.py` sees there."""
    told = on_device(verb="export", directory=tmp_path / "exports", device="auto", lookups=True)
    assert replays(told) == dict.fromkeys(ROWS, True)


def test_a_cpu_knows_no_tf32(on_device: OnDevice) -> None:
    """The total that GPUs would round is the same with it and without; `test_gpu.py` compares it there."""
    told = on_device(verb="total")
    assert told["with"] == told["without"] == pytest.approx(1024.1024, rel=1e-5)


# -- the tolerance of each device ------------------------------------------------------------------------------


def test_the_tolerance_of_gpus_travels_and_is_honoured(tmp_path: Path, on_device: OnDevice) -> None:
    """For answers that a GPU gave, wherever they are repeated; two CPUs are compared as closely as ever."""
    tolerances = {"rtol": 1e-6, "atol": 0.0, "gpu_rtol": 0.25, "gpu_atol": 0.5}
    told = on_device(verb="export", directory=tmp_path / "exports", device="cpu", tolerances=tolerances)
    settings = told["settings"]
    assert {name: settings[name] for name in tolerances} == tolerances
    directory = Path(told["path"])
    manifest = json.loads((directory / MANIFEST).read_text())
    loose = manifest["verification"] | {"gpu_rtol": 1e6, "gpu_atol": 0.0, "rtol": 0.0, "atol": 0.0}
    answers = _damage_answers(directory, manifest)
    for built_on, passed in (("gpu", True), ("cpu", False)):
        verification = loose | {"built_on": built_on}
        (directory / MANIFEST).write_text(json.dumps(manifest | answers | {"verification": verification}))
        again = on_device(verb="verify", directory=directory, device="cpu")
        assert replays(again) == dict.fromkeys(ROWS, passed), again
        assert again["facts"].get("answers in memory from") == ("gpu" if built_on == "gpu" else None)


def _damage_answers(directory: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Adds a half to every float that the model answered; gives the files that the manifest has to name then."""
    baseline = Baseline.read(directory / BASELINE)
    cases = tuple(
        replace(one, outputs={k: v + v.dtype.type(0.5) if v.dtype.kind == "f" else v for k, v in one.outputs.items()})
        if one.outputs
        else one
        for one in baseline.cases
    )
    replace(baseline, cases=cases).write(directory / BASELINE)
    data = (directory / BASELINE).read_bytes()
    entry = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    return {"files": manifest["files"] | {str(BASELINE): entry}}
