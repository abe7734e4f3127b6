"""Which candidates run where, how closely their answers are compared, and what counts as run on a GPU."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lexport.errors import DeviceError
from lexport.verify import Baseline, VerificationReport, verify_export
from lexport.verify.asked_again import ask_again
from lexport.verify.candidates import CANDIDATES, Candidate
from lexport.verify.candidates.gpu_work import work_fact
from lexport.verify.devices import Tolerance, Tolerances, on_devices, where_it_ran
from lexport.verify.judge import Replay, replay_check_name
from lexport.verify.report import CheckResult

CPU, GPU = Candidate("loader", "module"), Candidate("loader", "module", "gpu")
SEEN = {"gpu": "NVIDIA H100"}
TOLERANCES = Tolerance(1e-5, 1e-6), Tolerance(1e-2, 1e-3)


def replay(candidate: Candidate, facts: dict[str, str], **passed: bool | None) -> Replay:
    """What came of a candidate: the outcome of each signature, and what it says about itself."""
    checks = (CheckResult(replay_check_name(candidate, name), outcome, name) for name, outcome in passed.items())
    return Replay(tuple(checks), facts)


def outcomes(result: Replay) -> list[tuple[bool | None, bool]]:
    """Gives of each check whether it passed and whether it is required."""
    return [(check.passed, check.required) for check in result.checks]


@pytest.mark.parametrize(
    ("device", "labels"), [("cpu", ["loader"]), ("gpu", ["loader", "loader@gpu"]), ("auto", ["loader", "loader@gpu"])]
)
def test_the_cpu_is_always_among_the_devices(device: str, labels: list[str]) -> None:
    """Most exports are served there, wherever they were built; each device is a candidate of its own."""
    assert [candidate.label for candidate in on_devices([CPU], device)] == labels


def test_an_unknown_device_is_refused() -> None:
    """And not taken for a GPU."""
    with pytest.raises(DeviceError, match="device must be cpu, gpu or auto; received 'tpu'"):
        on_devices([CPU], "tpu")


@pytest.mark.parametrize(
    ("candidate", "built_on", "expected"), [(CPU, "cpu", 0), (GPU, "cpu", 1), (CPU, "gpu", 1), (GPU, "gpu", 1)]
)
def test_a_gpu_on_either_side_has_the_tolerance_of_gpus(candidate: Candidate, built_on: str, expected: int) -> None:
    """Two CPUs are compared as closely as ever, whatever the tolerance of GPUs."""
    assert Tolerances(*TOLERANCES, built_on=built_on).of(candidate) == TOLERANCES[expected]


def test_what_a_gpu_computed_passes() -> None:
    """Where the candidate says which GPU it has and what of the signature was computed there."""
    told = SEEN | {work_fact("scores"): "2 of 9 ops: BiasAdd, MatMul"}
    result = replay(GPU, told, scores=True)
    assert where_it_ran(GPU, result, "gpu") == result


@pytest.mark.parametrize("device", ["gpu", "auto"])
def test_a_signature_of_which_the_gpu_computed_nothing_does_not_pass_there(device: str) -> None:
    """Nor does it fail: there may be nothing to compute. The other signature stays as it is."""
    told = SEEN | {work_fact("scores"): "2 of 9 ops: BiasAdd, MatMul"}
    result = where_it_ran(GPU, replay(GPU, told, scores=True, ids=True), device)
    assert outcomes(result) == [(True, True), (None, False)]
    assert result.checks[1].detail == "the GPU had nothing of this signature to compute, which answered on the CPU: ids"


def test_a_wrong_answer_fails_wherever_it_was_computed() -> None:
    """Also where the GPU had nothing to compute, and where there was none."""
    assert outcomes(where_it_ran(GPU, replay(GPU, SEEN, ids=False), "gpu")) == [(False, True)]
    assert outcomes(where_it_ran(GPU, replay(GPU, {}, ids=False), "gpu")) == [(False, True)]
    assert outcomes(where_it_ran(GPU, replay(GPU, {}, ids=False), "auto")) == [(False, True)]


def test_a_candidate_that_fell_back_to_the_cpu_does_not_pass_on_the_gpu() -> None:
    """Its answers are right, and say nothing about a GPU; whoever asked for one has to know."""
    result = where_it_ran(GPU, replay(GPU, {}, scores=True), "gpu")
    assert outcomes(result) == [(None, True)]
    assert "the process saw no GPU" in result.checks[0].detail


def test_auto_leaves_out_candidates_without_a_gpu() -> None:
    """There is nothing to report of a device that is not there."""
    assert where_it_ran(GPU, replay(GPU, {}, scores=True), "auto") == Replay(())


@pytest.mark.parametrize("device", ["cpu", "gpu", "auto"])
def test_a_candidate_on_the_cpu_needs_to_say_nothing(device: str) -> None:
    """The rules are those of GPUs alone."""
    result = replay(CPU, {}, scores=True)
    assert where_it_ran(CPU, result, device) == result


def rows(report: VerificationReport) -> dict[str, tuple[bool | None, bool]]:
    """Gives of every replay whether it passed and whether it is required."""
    return {one.name: (one.passed, one.required) for one in report.checks if one.name.startswith("replay:")}


@pytest.mark.slow
def test_no_loader_passes_as_one_on_a_gpu_where_there_is_none(
    export_dir: Path, baseline: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them answers on the CPU, and rightly; its row on the GPU says so, and fails the report."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    report = verify_export(export_dir, baseline, device="gpu")
    on_cpu = {f"replay:{one.name}:serving_default": (True, True) for one in CANDIDATES}
    on_gpu = {f"{name}@gpu": (None, True) for name in on_cpu}
    assert rows(report) == on_cpu | on_gpu
    assert not report.passed
    assert all("saw no GPU" in check.detail for check in report.faults)
    assert rows(verify_export(export_dir, baseline, device="auto", candidates=CANDIDATES[2:])) == dict(
        [on_cpu.popitem()]
    )


@pytest.mark.parametrize(("work", "row"), [("1 of 3 ops: MatMul", (True, True)), (None, (None, False))])
def test_an_idle_gpu_fails_no_report(
    work: str | None,
    row: tuple[bool | None, bool],
    export_dir: Path,
    baseline: Baseline,
    make_candidate: Callable[[str], Candidate],
) -> None:
    """Here by a candidate that only says that it has one: with work its row passes, without it is not run."""
    bare = Baseline(tuple(replace(case, outputs=case.outputs and {"id": np.array([1])}) for case in baseline.cases))
    answers = ", ".join(
        f"Answer(None, {case.error!r})" if case.error else "Answer({'id': [1]})" for case in ask_again(baseline).cases
    )
    facts = SEEN | ({work_fact("serving_default"): work} if work else {})
    candidate = make_candidate(f"def serve(task): return Answers(({answers},), None, {facts!r})")
    report = verify_export(export_dir, bare, candidates=[candidate], device="gpu")
    assert rows(report) == {
        "replay:other:serving_default": (True, True),
        "replay:other:serving_default@gpu": row,
    }
    assert report.passed, str(report)
    assert report.facts["other@gpu: gpu"] == "NVIDIA H100"
