"""`write_fingerprint`: TensorFlow's `fingerprint.pb` of a SavedModel that was edited.

TensorFlow writes it at the end of each save, and has no public function that does so for a directory which is there
already. The private one is used in this one place (TensorFlow 2.21), in a process of its own, since it needs
TensorFlow; tests/conformance/test_tensorflow_internals.py fails when it changes.
"""

import subprocess
import sys
from pathlib import Path

from lexport.errors import AssetError

__all__ = ["FINGERPRINT", "write_fingerprint"]

FINGERPRINT = "fingerprint.pb"
TIMEOUT_S = 300
PROGRAM = """
import sys
from tensorflow.python.saved_model import fingerprinting_utils
fingerprinting_utils.write_fingerprint(sys.argv[1])
"""


def write_fingerprint(directory: Path) -> None:
    """Writes `fingerprint.pb` for what is in a directory now.

    Args:
        directory: a SavedModel, written by this process.

    Raises:
        AssetError: TensorFlow cannot make it.
    """
    (directory / FINGERPRINT).unlink(missing_ok=True)
    command = [sys.executable, "-I", "-c", PROGRAM, str(directory.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, cwd=directory)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetError(f"cannot fingerprint {directory}: {error}") from error
    if done.returncode or not (directory / FINGERPRINT).is_file():
        told = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise AssetError(f"TensorFlow cannot fingerprint {directory}: {told[0]}")
