"""Every loader on a GPU.

`docs/devices.md` lists these tests as never run: no machine with a GPU was at hand. What they are made of is tried
without one in `test_devices.py`, `test_loaders.py` and `candidates/test_gpu_work.py`.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.verify import Baseline, CandidatePool, verify_export
from lexport.verify.candidates.gpu_work import GPU_FACT, work_fact
from lexport.verify.judge import replay_check_name

PLACE_GRAPHS = Path(__file__).parent / "candidates" / "place_graphs.py"
TEXTS_AND_TABLES = ("AsString", "HashTable", "Lookup", "Regex", "StaticRegex", "String")

pytestmark = [pytest.mark.gpu, pytest.mark.slow]


@pytest.mark.parametrize("hermetic", [True, False])
def test_every_loader_computes_on_both_devices(
    hermetic: bool, export_dir: Path, baseline: Baseline, landlock: int
) -> None:
    """Each candidate on a GPU says so, and what it did there; those on the CPU see none. The sandbox lets it."""
    with CandidatePool(device="gpu", hermetic=hermetic) as pool:
        replays = pool.replay(export_dir, baseline, rtol=1e-6, atol=0.0)
    assert [candidate.device for candidate in pool.candidates] == ["cpu"] * 3 + ["gpu"] * 3
    for candidate, result in zip(pool.candidates, replays, strict=True):
        [check] = result.checks
        assert (check.name, check.passed) == (replay_check_name(candidate, "serving_default"), True), check
        on_gpu = candidate.device == "gpu"
        assert (GPU_FACT in result.facts) == on_gpu
        assert (work_fact("serving_default") in result.facts) == on_gpu
        assert result.facts["hermetic"].startswith("landlock" if hermetic and landlock else "no")


def test_texts_and_tables_stay_on_the_cpu(export_dir: Path) -> None:
    """While the arithmetic is on the GPU, in every loader."""
    finished = subprocess.run(
        [sys.executable, str(PLACE_GRAPHS), str(export_dir), "GPU"], check=True, capture_output=True, text=True
    )
    told = json.loads(finished.stdout.splitlines()[-1])
    assert told.keys() == {"object graph", "session", "C API"}
    for loader in told.values():
        texts_and_tables = {device for op, device in loader["placed"] if op.startswith(TEXTS_AND_TABLES)}
        assert texts_and_tables == {"CPU:0"}
        assert ("Mul", "GPU:0") in {tuple(placed) for placed in loader["placed"]}
        assert "Mul" in loader["work"]


def test_a_changed_weight_fails_on_both_devices(save_export: Callable[..., Path], baseline: Baseline) -> None:
    """The tolerance of GPUs is no blanket."""
    wrong = save_export(weights=(0.5, -1.25, 2.0, 0.125, 3.0, -7.6))
    report = verify_export(wrong, baseline, device="gpu")
    outcomes = {check.name: check.passed for check in report.checks if check.name.startswith("replay:")}
    assert len(outcomes) == 6
    assert set(outcomes.values()) == {False}
    assert not report.passed


def test_auto_has_the_rows_of_both_devices(export_dir: Path, baseline: Baseline) -> None:
    """As `gpu` does, where there is one."""
    report = verify_export(export_dir, baseline, device="auto")
    rows = [check for check in report.checks if check.name.startswith("replay:")]
    assert report.passed, str(report)
    assert sum(check.name.endswith("@gpu") for check in rows) == 3
    assert {check.passed for check in rows} == {True}
