"""Candidates work side by side, no more than there are cores, and nothing is left of them, whatever happens."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lexport.errors import VerificationError
from lexport.verify import Baseline, CandidatePool, Case, candidate_pool
from lexport.verify.candidates import Candidate

CASE = Case("examples", "serving_default", {"x": np.array([1])}, {"y": np.array([2])})
RIGHT = "def serve(task): return Answers((Answer({'y': [2]}),))"

MakeCandidate = Callable[..., Candidate]


@pytest.fixture(autouse=True)
def _temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives each test a temporary folder of its own, so that it sees what is left."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A directory as an export is, with answers that no candidate may see."""
    (tmp_path / "1" / "assets").mkdir(parents=True)
    (tmp_path / "1" / "assets" / "words.txt").write_text("the")
    (tmp_path / "1" / "assets.extra" / "lexport").mkdir(parents=True)
    (tmp_path / "1" / "assets.extra" / "lexport" / "baseline.npz").write_text("answers")
    (tmp_path / "1" / "assets.extra" / "warmup").write_text("requests")
    return tmp_path / "1"


def outcomes(pool: CandidatePool, export: Path) -> list[tuple[bool | None, str]]:
    """Replays one case and gives the outcome of each candidate."""
    replays = pool.replay(export, Baseline((CASE,)), rtol=0.0, atol=0.0)
    return [(result.checks[0].passed, result.checks[0].detail) for result in replays]


def left(tmp_path: Path) -> list[str]:
    """Lists what is left in the temporary folder, and processes that have it as their working directory."""
    running = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            folder = (process / "cwd").readlink()
        except OSError:
            continue
        if folder.is_relative_to(tmp_path / "tmp"):
            running.append(str(process))
    return running + [str(file) for file in (tmp_path / "tmp").iterdir()]


def test_each_candidate_has_its_own_outcome(make_candidate: MakeCandidate, export: Path, tmp_path: Path) -> None:
    """In their order: one that is right, one that is wrong, one that dies, and one that cannot run."""
    candidates = [
        make_candidate(RIGHT, "right"),
        make_candidate(RIGHT.replace("2", "3"), "wrong"),
        make_candidate("import os\ndef serve(task): os._exit(3)", "dies"),
        make_candidate("def serve(task): return Answers((), unable='no library')", "unable"),
    ]
    with CandidatePool(candidates) as pool:
        found = outcomes(pool, export)
    assert [passed for passed, _ in found] == [True, False, False, None]
    assert "received 3, the baseline has 2" in found[1][1]
    assert "exit code 3" in found[2][1]
    assert "no library" in found[3][1]
    assert left(tmp_path) == []


@pytest.mark.usefixtures("landlock_version")
def test_a_candidate_sees_a_copy_elsewhere_without_the_answers(make_candidate: MakeCandidate, export: Path) -> None:
    """But with everything else that travels with the export; the original is not to be read."""
    text = f"""
import os
def serve(task):
    files = sorted(str(f.relative_to(task.export)) for f in task.export.rglob('*') if f.is_file())
    try:
        files += os.listdir({str(export)!r})
    except OSError:
        pass
    return Answers((), load_error=str(files))
"""
    with CandidatePool([make_candidate(text)]) as pool:
        [(_, detail)] = outcomes(pool, export)
    assert "['assets.extra/warmup', 'assets/words.txt']" in detail


def test_candidates_start_before_there_is_an_export(make_candidate: MakeCandidate, export: Path) -> None:
    """When the export is there, they have started already."""
    started = export.parent / "started"
    text = f"import os, time\nprint('imported', flush=True)\n{RIGHT}"
    with CandidatePool([make_candidate(text)]) as pool:
        for _ in range(200):
            logs = list((export.parent / "tmp").rglob("stderr.txt"))
            if logs and "imported" in logs[0].read_text():
                started.touch()
                break
            time.sleep(0.05)
        assert started.exists()
        assert outcomes(pool, export)[0][0] is True


@pytest.mark.parametrize(("cores", "most"), [(1, 1), (2, 2), (None, 1)])
def test_no_more_candidates_work_than_there_are_cores(
    cores: int | None,
    most: int,
    make_candidate: MakeCandidate,
    export: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each writes down when it began and when it was done."""
    monkeypatch.setattr(candidate_pool.os, "cpu_count", lambda: cores)
    text = f"""
import os, time
from pathlib import Path
def serve(task):
    begin = time.monotonic()
    time.sleep(0.3)
    Path({str(tmp_path)!r}, f'span-{{os.getpid()}}').write_text(f'{{begin}} {{time.monotonic()}}')
    return Answers((Answer({{'y': [2]}}),))
"""
    with CandidatePool([make_candidate(text, f"c{i}") for i in range(3)], hermetic=False) as pool:
        assert [passed for passed, _ in outcomes(pool, export)] == [True, True, True]
    spans = [tuple(map(float, file.read_text().split())) for file in tmp_path.glob("span-*")]
    at_once = [sum(begin <= moment < end for begin, end in spans) for moment, _ in spans]
    assert max(at_once) == most


def test_a_pool_replays_once(make_candidate: MakeCandidate, export: Path) -> None:
    """Its processes have ended then; and it must be open."""
    pool = CandidatePool([make_candidate(RIGHT)])
    with pytest.raises(VerificationError, match="replays one export, within its `with` block"):
        outcomes(pool, export)
    with pool:
        assert outcomes(pool, export)[0][0] is True
        with pytest.raises(VerificationError, match="replays one export"):
            outcomes(pool, export)
    with pytest.raises(VerificationError, match="replays one export"):
        outcomes(pool, export)


def test_an_export_that_cannot_be_copied_is_a_failed_check(make_candidate: MakeCandidate, tmp_path: Path) -> None:
    """It names what is missing."""
    with CandidatePool([make_candidate(RIGHT)]) as pool:
        [(passed, detail)] = outcomes(pool, tmp_path / "gone")
    assert passed is False
    assert "gone" in detail


def fail_after(seconds: float) -> None:
    """Raises, some time later."""
    time.sleep(seconds)
    raise KeyError


@pytest.mark.parametrize("wait_s", [0.0, 0.5])
def test_an_error_in_the_block_leaves_nothing(wait_s: float, make_candidate: MakeCandidate, tmp_path: Path) -> None:
    """Neither a process nor a file, whether or not the candidates have started by then."""
    slow = make_candidate("import time\ntime.sleep(60)")
    begin = time.monotonic()
    with pytest.raises(KeyError), CandidatePool([slow] * 3):
        fail_after(wait_s)
    assert time.monotonic() - begin < 10
    assert left(tmp_path) == []


def test_ctrl_c_leaves_nothing(make_candidate: MakeCandidate, export: Path, tmp_path: Path) -> None:
    """Also while candidates are at work."""
    make_candidate("import time\ndef serve(task): time.sleep(60)", "slow")
    verifier = f"""
import sys, tempfile
from pathlib import Path
tempfile.tempdir = {str(tmp_path / "tmp")!r}
sys.path.insert(0, {str(tmp_path / "packages")!r})
from lexport.verify import Baseline, CandidatePool, Case, candidate_environment
from lexport.verify.candidates import Candidate
candidate_environment.REQUIRED_PACKAGES = ("lexport", "numpy", "other_loader")
case = Case("examples", "serving_default", {{"x": [1]}}, {{"y": [2]}})
with CandidatePool([Candidate("slow", "other_loader.slow")] * 2) as pool:
    print("open", flush=True)
    pool.replay(Path({str(export)!r}), Baseline((case,)), rtol=0, atol=0)
"""
    command = [sys.executable, "-c", verifier]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "open\n"
        time.sleep(1.5)
        assert left(tmp_path) != []
        os.kill(parent.pid, signal.SIGINT)
        _, words = parent.communicate(timeout=20)
    assert "KeyboardInterrupt" in words
    assert left(tmp_path) == []


def test_answers_are_handed_out_as_they_are(make_candidate: MakeCandidate, export: Path, tmp_path: Path) -> None:
    """Who asks instead of replaying hears what each said, and of one that died why it said nothing."""
    candidates = [
        make_candidate(RIGHT, "right"),
        make_candidate("import os\ndef serve(task): os._exit(3)", "dies"),
    ]
    with CandidatePool(candidates) as pool:
        right, dead = pool.ask(export, [CASE.request])
        with pytest.raises(VerificationError, match="replays one export"):
            pool.ask(export, [CASE.request])
    assert right.load_error is None
    assert right.answers[0].outputs is not None
    assert right.answers[0].outputs["y"].tolist() == [2]
    assert dead.answers == ()
    assert "exit code 3" in str(dead.load_error)
    assert left(tmp_path) == []
