"""A candidate that hangs, dies or says nothing is a failed check with its last words, never a pass."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.errors import VerificationError
from lexport.verify.candidate_process import CandidateProcess
from lexport.verify.candidates import Candidate
from lexport.verify.exchange import Answers, Task

TASK = Task(Path("copy"), ())


def start(candidate: Candidate, tmp_path: Path, device: str = "cpu", timeout_s: float = 60.0) -> CandidateProcess:
    """Starts a candidate in a folder of its own, without a sandbox."""
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return CandidateProcess(candidate, work, device=device, policy=None, timeout_s=timeout_s)


def serve(candidate: Candidate, tmp_path: Path, device: str = "cpu", timeout_s: float = 60.0) -> Answers:
    """Starts a candidate, asks it nothing much, and ends it."""
    process = start(candidate, tmp_path, device, timeout_s)
    try:
        process.wait_until_ready()
        return process.ask(TASK)
    finally:
        process.end()


def test_what_a_candidate_says_arrives(make_candidate: Callable[[str], Candidate], tmp_path: Path) -> None:
    """Whatever it prints meanwhile: its standard output is not what it is heard by."""
    answers = serve(make_candidate("def serve(task):\n  print('ready')\n  return Answers(())"), tmp_path)
    assert answers == Answers((), None, {"hermetic": "no (it was turned off)"})


def test_a_candidate_that_cannot_be_imported_is_quoted(
    make_candidate: Callable[[str], Candidate], tmp_path: Path
) -> None:
    """With its exit code and the end of what it printed."""
    with pytest.raises(VerificationError, match=r"(?s)exit code 1; its last words:\n.*No module named 'missing'"):
        serve(make_candidate("import missing"), tmp_path)


def test_a_candidate_that_raises_is_quoted(make_candidate: Callable[[str], Candidate], tmp_path: Path) -> None:
    """Errors of requests are answers; this is an error of the candidate."""
    with pytest.raises(VerificationError, match=r"(?s)exit code 1; its last words:\n.*KeyError: 'lost'"):
        serve(make_candidate("def serve(task): raise KeyError('lost')"), tmp_path)


def test_of_what_a_candidate_printed_the_end_alone_is_quoted(
    make_candidate: Callable[[str], Candidate], tmp_path: Path
) -> None:
    """A graph that prints in a loop fills the log with one line of gigabytes; a hole takes no room on the disk."""
    text = "import os\ndef serve(task):\n  os.ftruncate(2, 1 << 42)\n  os.lseek(2, 0, 2)\n  raise KeyError('lost')"
    with pytest.raises(VerificationError, match="KeyError: 'lost'") as raised:
        serve(make_candidate(text), tmp_path)
    assert len(str(raised.value)) < 20_000


def test_a_process_that_says_nothing_is_no_pass(make_candidate: Callable[[str], Candidate], tmp_path: Path) -> None:
    """It ended well and left no answers."""
    with pytest.raises(VerificationError, match=r"cannot read .*answers\.npz"):
        serve(make_candidate("import os\ndef serve(task): os._exit(0)"), tmp_path)


def test_too_few_answers_are_no_pass(make_candidate: Callable[[str], Candidate], tmp_path: Path) -> None:
    """An answer for each request, or a reason why there is none."""
    text = "def serve(task): return Answers((Answer({}),))"
    with pytest.raises(VerificationError, match="1 answers to 0 requests"):
        serve(make_candidate(text), tmp_path)


@pytest.mark.parametrize("text", ["import time\ntime.sleep(60)", "import time\ndef serve(task): time.sleep(60)"])
def test_a_process_that_hangs_is_ended(text: str, make_candidate: Callable[[str], Candidate], tmp_path: Path) -> None:
    """After the time that was given, while it starts as well as when it was asked."""
    with pytest.raises(VerificationError, match=r"no answer within 1 s"):
        serve(make_candidate(text), tmp_path, timeout_s=1)


def test_an_export_that_kills_its_loader_is_quoted_by_signal(
    make_candidate: Callable[[str], Candidate], tmp_path: Path
) -> None:
    """A crash in native code leaves no traceback, but it leaves a signal."""
    text = "import os, signal\ndef serve(task): os.kill(os.getpid(), signal.SIGSEGV)"
    with pytest.raises(VerificationError, match="signal 11, without a word"):
        serve(make_candidate(text), tmp_path)


def test_a_candidate_finds_no_module_by_accident_of_location(
    make_candidate: Callable[[str], Candidate], tmp_path: Path
) -> None:
    """The working directory is not searched, so what lies there cannot help."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "lucky.py").write_text("")
    with pytest.raises(VerificationError, match="No module named 'lucky'"):
        serve(make_candidate("import lucky"), tmp_path)


@pytest.mark.parametrize(("device", "shown"), [("cpu", "-1"), ("gpu", "0"), ("auto", "0")])
def test_a_gpu_is_hidden_from_the_candidate_unless_it_is_asked_for(
    device: str, shown: str, make_candidate: Callable[[str], Candidate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`cpu` means that none is visible, whatever the environment says."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    text = "import os\ndef serve(task): return Answers((), os.environ['CUDA_VISIBLE_DEVICES'])"
    assert serve(make_candidate(text), tmp_path, device).load_error == shown


def test_a_candidate_that_waits_ends_with_its_verifier(
    make_candidate: Callable[[str], Candidate], tmp_path: Path
) -> None:
    """`end` is enough, asked or not."""
    process = start(make_candidate("def serve(task): pass"), tmp_path)
    process.wait_until_ready()
    process.end()
    with pytest.raises(VerificationError, match="ended with signal 9"):
        process.ask(TASK)


@pytest.mark.parametrize("asks", [False, True])
def test_a_candidate_ends_when_its_verifier_is_killed(
    asks: bool, make_candidate: Callable[[str], Candidate], tmp_path: Path
) -> None:
    """Waiting or at work, it does not outlive a verifier that had no time for good-byes."""
    make_candidate("import os, time\nprint('pid', os.getpid(), flush=True)\ndef serve(task): time.sleep(60)")
    (tmp_path / "work").mkdir()
    verifier = f"""
import sys, time
from pathlib import Path
from lexport.verify import candidate_environment
from lexport.verify.candidate_process import CandidateProcess
from lexport.verify.candidates import Candidate
from lexport.verify.exchange import Task
candidate_environment.REQUIRED_PACKAGES = ("lexport", "numpy", "other_loader")
sys.path.insert(0, {str(tmp_path / "packages")!r})
process = CandidateProcess(
    Candidate("other", "other_loader.other"), Path({str(tmp_path / "work")!r}), device="cpu", policy=None, timeout_s=60
)
process.wait_until_ready()
print("ready", flush=True)
process.ask(Task(Path("copy"), ())) if {asks} else time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", verifier], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        time.sleep(0.2)
        parent.kill()
    pid = int((tmp_path / "work" / "stderr.txt").read_text().split()[1])
    assert gone(pid)


def gone(pid: int) -> bool:
    """Waits a while for a process of somebody else to end."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
            if (Path("/proc") / str(pid) / "stat").exists() and " Z " in (
                Path("/proc") / str(pid) / "stat"
            ).read_text():
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False
