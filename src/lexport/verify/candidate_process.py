"""`CandidateProcess`: a loader in a process of its own."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from lexport.errors import VerificationError
from lexport.verify.candidate_environment import environment
from lexport.verify.candidate_host import GO, POLICY_FILE, READY
from lexport.verify.candidates import Candidate
from lexport.verify.exchange import Answers, Task, read_answers, write_task
from lexport.verify.sandbox.policy import SandboxPolicy

__all__ = ["CandidateProcess"]

SHOWN_STDERR_LINES = 15
SHOWN_STDERR_BYTES = 16 << 10
LOG_FILE = "stderr.txt"
HOST = "lexport.verify.candidate_host"


class CandidateProcess:
    """Starts a candidate, which imports its loader and waits; asks it once; and leaves nothing running.

    Args:
        candidate: which loader.
        directory: an empty directory, which becomes the process's working and temporary directory.
        device: `cpu` hides every GPU from the process; `gpu` leaves them visible.
        policy: what the process may touch; None where it may touch everything.
        timeout_s: how long to wait for it to be ready, and then for its answers, in seconds.
    """

    def __init__(
        self, candidate: Candidate, directory: Path, *, device: str, policy: SandboxPolicy | None, timeout_s: float
    ) -> None:
        self.directory = directory
        self.timeout_s = timeout_s
        self._late = False
        if policy is not None:
            policy.write(directory / POLICY_FILE)
        with (directory / LOG_FILE).open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", HOST, candidate.module, str(directory)],
                cwd=directory,
                env=environment(directory, device),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # Ctrl-C reaches this process alone, which then ends the candidate.
                process_group=0,
            )
        # The process ends when standard input is closed: also when this process is killed.
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._deadline = time.monotonic() + timeout_s

    def wait_until_ready(self) -> None:
        """Waits until the loader is imported.

        Raises:
            VerificationError: the process ended, or took too long; its last words are in the message.
        """
        watch = threading.Timer(max(self._deadline - time.monotonic(), 0), self._end_late)
        watch.start()
        try:
            ready = self._stdout.readline() == READY
        finally:
            watch.cancel()
        if not ready:
            raise self._failure()

    def ask(self, task: Task) -> Answers:
        """Hands the task over, waits, and reads the answers; a process can be asked once.

        Raises:
            VerificationError: the process ended badly, or gave no answer in time; its last words are in the
                message.
        """
        write_task(self.directory, task)
        try:
            self._stdin.write(GO)
            self._stdin.flush()
            self._process.wait(self.timeout_s)
        except subprocess.TimeoutExpired:
            self._end_late()
        except (BrokenPipeError, ValueError):
            # It ended by itself, or was ended.
            self._process.wait()
        if self._late or self._process.returncode:
            raise self._failure()
        answers = read_answers(self.directory)
        if answers.load_error is None and answers.unable is None and len(answers.answers) != len(task.requests):
            raise VerificationError(f"{len(answers.answers)} answers to {len(task.requests)} requests")
        return answers

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._stdout.close()
        with suppress(BrokenPipeError):
            self._stdin.close()

    def _end_late(self) -> None:
        self._late = True
        self._process.kill()

    def _failure(self) -> VerificationError:
        code = self._process.wait()
        words = self._last_words()
        if self._late:
            return VerificationError(f"no answer within {self.timeout_s:g} s{words}")
        ending = f"exit code {code}" if code >= 0 else f"signal {-code}"
        return VerificationError(f"the process ended with {ending}{words}")

    def _last_words(self) -> str:
        with (self.directory / LOG_FILE).open("rb") as log:
            # A graph that prints may have written gigabytes.
            log.seek(max(os.fstat(log.fileno()).st_size - SHOWN_STDERR_BYTES, 0))
            lines = log.read(SHOWN_STDERR_BYTES).decode(errors="replace").splitlines()[-SHOWN_STDERR_LINES:]
        return "; its last words:\n" + "\n".join(lines) if lines else ", without a word"
