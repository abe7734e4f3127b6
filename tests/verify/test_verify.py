"""What fails on disk never reaches TensorFlow, and a report passes only where everything was asked.

`test_faults.py` has every fault with its checks.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lexport.errors import VerificationError
from lexport.savedmodel import ExpectedSignature, TensorSpec
from lexport.verify import Baseline, CandidatePool, Case, VerificationReport, verify_export
from lexport.verify.asked_again import ask_again
from lexport.verify.candidates import CANDIDATES, Candidate

REPLAY = "replay:TF_LoadSessionFromSavedModel:serving_default"
CPP = CANDIDATES[2:]  # which stands for all where the loader makes no difference: it is the fastest
NOT_LOADED = "a static check failed, so the graph was not loaded"
SIGNATURE = ExpectedSignature(
    inputs={"word": TensorSpec("string", (None,)), "weight": TensorSpec("float32", (None,))},
    outputs={"id": TensorSpec("int64", (None,)), "score": None, "echo": None},
)


def verify(
    directory: Path, baseline: Baseline, export_dir: Path, candidates: Sequence[Candidate] = CPP, **options: Any
) -> VerificationReport:
    """Verifies as an export of the good module would be."""
    digest = hashlib.sha256((export_dir / "assets" / "words.txt").read_bytes()).hexdigest()
    return verify_export(
        directory,
        baseline,
        vocabularies={"words": digest},
        signatures={"serving_default": SIGNATURE},
        candidates=candidates,
        **options,
    )


def failed(report: VerificationReport) -> list[str]:
    """Gives the names of the checks that failed."""
    return [check.name for check in report.checks if check.passed is False]


def replay_of(report: VerificationReport) -> tuple[bool | None, str]:
    """Gives the outcome of the replay."""
    [found] = [check for check in report.checks if check.name == REPLAY]
    return found.passed, found.detail


@pytest.mark.slow
def test_a_good_export_passes(export_dir: Path, baseline: Baseline, landlock: int) -> None:
    """Every static check and each loader; the report has the seed of the probes, the versions and the sandbox."""
    report = verify(export_dir, baseline, export_dir, CANDIDATES)
    assert report.passed, str(report)
    versions = {f"{candidate.name}: tensorflow": tf.__version__ for candidate in CANDIDATES}
    assert report.facts["hermetic"].startswith(f"landlock ABI {landlock}" if landlock else "no (")
    how = {"device": "cpu", "seed": "7", "rtol": "1e-05", "atol": "1e-06"}
    assert report.facts == how | {"hermetic": report.facts["hermetic"]} | versions
    replays = {f"replay:{candidate.name}:serving_default" for candidate in CANDIDATES}
    names = {check.name for check in report.checks}
    assert names >= {"static:asset-present", "static:signatures", "static:no-absolute-path"} | replays


class LatePool(CandidatePool):
    """Lets somebody change the graph once the static checks are done."""

    def replay(self, directory: Path, *arguments: Any, **options: Any) -> Any:
        """Adds what no check has seen, and replays."""
        with (directory / "saved_model.pb").open("ab") as graph:
            graph.write(bytes([8, 1]))  # the version of the schema, once more
        return super().replay(directory, *arguments, **options)


@pytest.mark.slow
def test_a_graph_that_was_changed_after_its_checks_is_not_loaded(
    export_dir: Path, baseline: Baseline, tmp_path: Path
) -> None:
    """TensorFlow would get what nobody has looked at."""
    directory = Path(shutil.copytree(export_dir, tmp_path / "export"))
    with LatePool(CPP) as pool:
        report = verify(directory, baseline, export_dir, pool=pool)
    passed, detail = replay_of(report)
    assert passed is False
    assert "the export was changed while it was verified" in detail
    assert "saved_model.pb" in detail


@pytest.mark.slow
def test_candidates_that_were_started_before_verify_as_well(export_dir: Path, baseline: Baseline) -> None:
    """Which is how they start while the export is still being written; the device is that of their start."""
    with CandidatePool(CPP, device="auto", hermetic=False) as pool:
        report = verify(export_dir, baseline, export_dir, pool=pool)
    assert report.passed, str(report)
    assert report.facts["device"] == "auto"
    assert report.facts["hermetic"] == "no (it was turned off)"


@pytest.mark.slow
def test_a_loader_that_cannot_run_here_fails_only_where_it_is_required(
    export_dir: Path, baseline: Baseline, make_candidate: Callable[..., Candidate]
) -> None:
    """It is reported as not run, with its reason, and never as passed."""
    cases = ", ".join(
        f"Answer(None, {case.error!r})" if case.error else "Answer({'id': [1]})" for case in ask_again(baseline).cases
    )
    unable = make_candidate("def serve(task): return Answers((), unable='no library')", "unable")
    able = make_candidate(f"def serve(task): return Answers(({cases},))", "able")
    bare = Baseline(tuple(replace(case, outputs=case.outputs and {"id": np.array([1])}) for case in baseline.cases))
    for require, passed in [(["able"], True), (["able", "unable"], False), ([], True)]:
        report = verify(export_dir, bare, export_dir, [able, unable], require=require)
        [check] = [check for check in report.checks if "unable" in check.name]
        assert (check.passed, check.required) == (None, "unable" in require)
        assert check.detail == "this loader cannot run here: no library"
        assert report.passed is passed, str(report)


def test_a_loader_that_does_not_run_cannot_be_required(export_dir: Path, baseline: Baseline) -> None:
    """A typing error must not make a report pass."""
    with pytest.raises(VerificationError, match=r"received tf\.load"):
        verify(export_dir, baseline, export_dir, require=["tf.load"])


def swap_lines(directory: Path) -> None:
    """Exchanges two terms of the vocabulary."""
    asset = directory / "assets" / "words.txt"
    lines = asset.read_bytes().split(b"\n")
    lines[0], lines[1] = lines[1], lines[0]
    asset.write_bytes(b"\n".join(lines))


def add_pipe(directory: Path) -> None:
    """Adds what can never be copied: reading it waits for ever."""
    os.mkfifo(directory / "pipe")


def delete_graph(directory: Path) -> None:
    """Deletes the graph."""
    (directory / "saved_model.pb").unlink()


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (swap_lines, "static:asset-present"),
        (add_pipe, "static:asset-names"),
        (delete_graph, "static:readable"),
    ],
)
def test_a_damaged_directory_fails_its_check_and_is_never_loaded(
    damage: Callable[[Path], None], check: str, copied: Path, export_dir: Path, baseline: Baseline
) -> None:
    """The replay is reported as not run, with the reason, and does not count as passed."""
    damage(copied)
    report = verify(copied, baseline, export_dir)
    assert check in failed(report)
    assert replay_of(report) == (None, NOT_LOADED)
    assert not report.passed


def test_a_forbidden_prefix_within_another_string_fails(tmp_path: Path) -> None:
    """The caller knows its own folders, and they must not even be part of a name."""

    class Noted(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([], tf.int64, name="x")])
        def serve(self, x: object) -> dict[str, object]:
            return {"note": tf.constant("made_/home/ann/words"), "x": x}

    module = Noted()
    tf.saved_model.save(module, str(tmp_path / "1"), signatures={"serving_default": module.serve})
    report = verify_export(tmp_path / "1", Baseline(()), forbidden_prefixes=["/home/ann"], candidates=())
    assert failed(report) == ["static:no-absolute-path"]
    assert failed(verify_export(tmp_path / "1", Baseline(()), forbidden_prefixes=["/home/an"], candidates=())) == []


def test_a_report_without_a_replay_has_not_passed(tmp_path: Path) -> None:
    """An export without signatures, or a verification without requests, shows nothing."""
    tf.saved_model.save(tf.Module(), str(tmp_path / "1"))
    report = verify_export(tmp_path / "1", Baseline(()))
    assert (failed(report), report.passed, report.checks[-1].name) == ([], False, "replay")


@pytest.mark.slow
def test_a_changed_weight_passes_every_static_check_and_fails_the_replay(
    save_export: Callable[..., Path], export_dir: Path, baseline: Baseline
) -> None:
    """Nothing on disk tells that a weight is not the trained one."""
    changed = save_export(weights=[0.5, -1.25, 2.0, 0.125, 3.0, -7.0])
    report = verify(changed, baseline, export_dir)
    assert failed(report) == [REPLAY]
    assert "output 'score'" in replay_of(report)[1]


@pytest.mark.slow
def test_a_signature_that_nobody_asked_is_not_verified(export_dir: Path, baseline: Baseline) -> None:
    """A baseline for another signature says nothing about this one."""
    other = Case("examples", "other", baseline.cases[0].inputs, baseline.cases[0].outputs)
    report = verify_export(export_dir, Baseline((other,)), candidates=CPP)
    assert replay_of(report) == (None, "the baseline has no request for this signature")
    assert failed(report) == ["replay:TF_LoadSessionFromSavedModel:other"]


@pytest.mark.slow
def test_a_baseline_from_its_file_verifies_as_well(export_dir: Path, baseline: Baseline, tmp_path: Path) -> None:
    """Which is how an export is verified on another machine, without the model."""
    moved = Path(shutil.copytree(export_dir, tmp_path / "moved"))
    file = moved / "assets.extra" / "lexport" / "baseline.npz"
    file.parent.mkdir(parents=True)
    baseline.write(file)
    assert verify_export(moved, Baseline.read(file), candidates=CPP).passed
