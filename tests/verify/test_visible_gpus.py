"""Which GPUs there are is known without TensorFlow in this process, or it is an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lexport.errors import DeviceError
from lexport.verify.visible_gpus import visible_gpus


def test_gpus_that_are_hidden_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's choice among the GPUs counts; so does the choice of none."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert visible_gpus() == ()


def test_this_process_does_without_tensorflow() -> None:
    """`lexport verify DIR` must not wait for its import."""
    program = "import sys\nfrom lexport.verify.visible_gpus import visible_gpus\nvisible_gpus()\n"
    program += "sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_process_that_fails_is_an_error_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the same as no GPU."""
    interpreter = tmp_path / "python"
    interpreter.write_text("#!/bin/sh\necho one >&2; echo 'the driver is broken' >&2; exit 3\n")
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with pytest.raises(DeviceError, match=r"(?s)cannot be known: one\nthe driver is broken\. Use cpu"):
        visible_gpus()


def test_a_process_that_hangs_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver may wait for ever; it is ended then."""
    interpreter = tmp_path / "python"
    interpreter.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with pytest.raises(DeviceError, match=r"no answer within 1 s\. Use cpu"):
        visible_gpus(timeout_s=1.0)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.gpu
def test_a_gpu_that_is_there_is_listed() -> None:
    """As TensorFlow names it, by the C API alone."""
    assert visible_gpus()[0].endswith("/device:GPU:0")
