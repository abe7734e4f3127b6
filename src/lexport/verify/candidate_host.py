"""The process of a candidate: `python -m lexport.verify.candidate_host MODULE DIRECTORY`.

It goes into its sandbox, imports the loader, says `ready` and waits for a line; then it reads the task in the
directory, lets the loader serve it, writes the answers and ends. It also ends when its standard input is closed:
the verifier is gone then, however that happened.
"""

import importlib
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

from lexport.verify.sandbox.enter import enter_sandbox
from lexport.verify.sandbox.policy import SandboxPolicy

__all__ = ["GO", "POLICY_FILE", "READY", "leave_out_companions", "main"]

POLICY_FILE = "sandbox.json"
READY, GO = b"ready\n", b"go\n"
TURNED_OFF = "no (it was turned off)"


def main(module: str, directory: Path) -> None:
    """Serves one task; does not return."""
    channel = _claim_standard_output()
    policy = directory / POLICY_FILE
    hermetic = enter_sandbox(SandboxPolicy.read(policy)) if policy.exists() else TURNED_OFF
    from lexport.verify.exchange import read_task, write_answers  # after the sandbox: NumPy starts threads

    leave_out_companions()
    serve = importlib.import_module(module).serve
    os.write(channel, READY)
    if sys.stdin.buffer.readline() == GO:
        threading.Thread(target=_end_with_the_verifier, daemon=True).start()
        answers = serve(read_task(directory))
        write_answers(directory, replace(answers, facts={**answers.facts, "hermetic": hermetic}))
    # Taking TensorFlow apart takes time, and nobody is interested.
    _end(0)


def leave_out_companions() -> None:
    """Lets JAX and matplotlib be missing from this process, as from a server.

    `import tensorflow` imports both where they are installed: JAX could help an export, matplotlib takes time alone.
    """
    for name in ("jax", "matplotlib"):
        sys.modules[name] = None  # type: ignore[assignment]


def _claim_standard_output() -> int:
    """Keeps the pipe to the verifier to itself; whatever is printed goes to the log."""
    channel = os.dup(1)
    os.dup2(2, 1)
    return channel


def _end_with_the_verifier() -> None:
    while os.read(0, 1):
        pass
    _end(1)


def _end(code: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
