"""`visible_gpus`: which GPUs TensorFlow can compute on, without TensorFlow in this process."""

import subprocess
import sys
import tempfile
from pathlib import Path

from lexport.errors import DeviceError
from lexport.verify.candidate_environment import environment

__all__ = ["visible_gpus"]

LISTING = "lexport.verify.c_api.gpu_listing"
# Of a machine that is busy; a driver that hangs must not hang the verification.
TIMEOUT_S = 120.0
SHOWN_STDERR_LINES = 5


def visible_gpus(*, timeout_s: float = TIMEOUT_S) -> tuple[str, ...]:
    """Asks another process, which has the C API alone; that takes about a second, where an import takes five.

    Args:
        timeout_s: how long to wait for it, in seconds.

    Returns:
        The names of the GPUs, as TensorFlow has them; empty where it sees none.

    Raises:
        DeviceError: it cannot be known, since the process failed; its last words are in the message.

    Example:
        >>> all("GPU" in name for name in visible_gpus())
        True
    """
    with tempfile.TemporaryDirectory(prefix="lexport-gpus-") as folder:
        try:
            listed = subprocess.run(
                [sys.executable, "-P", "-m", LISTING],
                cwd=folder,
                env=environment(Path(folder), "gpu"),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout_s,
                check=True,
            )
        except subprocess.TimeoutExpired as error:
            raise DeviceError(
                f"which GPUs there are cannot be known: no answer within {timeout_s:g} s. Use cpu"
            ) from error
        except subprocess.CalledProcessError as error:
            words = "\n".join(error.stderr.splitlines()[-SHOWN_STDERR_LINES:])
            raise DeviceError(f"which GPUs there are cannot be known: {words or error}. Use cpu") from error
    return tuple(listed.stdout.splitlines())
