"""`CandidatePool`: all candidates, side by side, from their start to their end."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from lexport.errors import AssetError, VerificationError
from lexport.savedmodel.lookup_watch import LookupWatch
from lexport.verify.baseline import Baseline
from lexport.verify.candidate_environment import readable_packages
from lexport.verify.candidate_process import CandidateProcess
from lexport.verify.candidates import CANDIDATES, Candidate, is_watcher
from lexport.verify.devices import GPU_TOLERANCE, Tolerance, Tolerances, on_devices, where_it_ran
from lexport.verify.exchange import Answers, Task
from lexport.verify.judge import Replay, judge, unanswered
from lexport.verify.request import Request
from lexport.verify.sandbox.policy import SandboxPolicy, candidate_policy
from lexport.verify.sealed_copy import copy_export

__all__ = ["TIMEOUT_S", "CandidatePool"]

TIMEOUT_S = 600.0


@dataclass(frozen=True)
class _Place:
    """The folders of one candidate."""

    export: Path
    work: Path


class CandidatePool:
    """Starts the candidates, which import their loaders meanwhile, and lets each replay one export.

    At most as many as there are cores work at a time. When the `with` block ends, however it does, no process is
    left and no file: every candidate ends at once, also where this process is killed.

    Args:
        candidates: the loaders.
        device: `cpu` hides every GPU from the candidates; `gpu` lets each loader serve on a CPU and on a GPU; `auto`
            does so where there is a GPU.
        hermetic: whether the candidates may read nothing but the export, where the system can forbid it.
        timeout_s: how long to wait for each candidate to start, and then for its answers, in seconds.

    Example:
        >>> with CandidatePool(()) as pool:  # the model may be built here, while the candidates start
        ...     pool.replay(Path("export"), Baseline(()), rtol=0, atol=0)
        ()
    """

    def __init__(
        self,
        candidates: Sequence[Candidate] = CANDIDATES,
        *,
        device: str = "cpu",
        hermetic: bool = True,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.candidates = on_devices(candidates, device)
        self.device = device
        self._hermetic = hermetic
        self._timeout_s = timeout_s
        self._lock = Lock()
        self._processes: list[CandidateProcess] = []
        self._started: list[Future[CandidateProcess]] = []
        self._closed = True

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="lexport-verify-", ignore_cleanup_errors=True)
        self._closed = False
        workers = min(len(self.candidates), os.cpu_count() or 1)
        self._executor = ThreadPoolExecutor(max(workers, 1), thread_name_prefix="candidate")
        self._started = [self._executor.submit(self._start, place) for place in range(len(self.candidates))]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            processes = tuple(self._processes)
        for process in processes:
            process.end()
        self._executor.shutdown(cancel_futures=True)
        self._folder.cleanup()

    def replay(
        self,
        directory: Path,
        baseline: Baseline,
        *,
        rtol: float,
        atol: float,
        gpu_tolerance: Tolerance = GPU_TOLERANCE,
        built_on: str = "cpu",
        ops: Sequence[str] = (),
        digests: Mapping[str, str] | None = None,
        watch: LookupWatch | None = None,
    ) -> tuple[Replay, ...]:
        """Gives each candidate a copy of the export and the baseline's requests, and compares its answers.

        The copy has another path, so nothing works by accident of location, and it lacks `assets.extra/lexport`,
        so the candidate cannot read the expected answers. A pool replays once.

        Args:
            directory: the export.
            baseline: requests with the live model's answers.
            rtol: relative tolerance of floats, where both sides were calculated on a CPU.
            atol: absolute tolerance of floats there.
            gpu_tolerance: both tolerances, where a GPU calculated one side or both.
            built_on: `cpu` or `gpu`, where the live model calculated the baseline.
            ops: the op types of the graph.
            digests: the sha256 of files in the export, by path; the copies must have them, too.
            watch: how the candidate that can do so is to see what lookups find.

        Returns:
            What came of each candidate, in their order.

        Raises:
            VerificationError: the pool has replayed already, or is not open.
        """
        tolerances = Tolerances(Tolerance(rtol, atol), gpu_tolerance, built_on)
        requests = [case.request for case in baseline.cases]
        asked = self._submit(directory, requests, ops, digests or {}, watch)
        return tuple(
            where_it_ran(candidate, _judged(candidate, answers, baseline, tolerances.of(candidate)), self.device)
            for candidate, answers in zip(self.candidates, asked, strict=True)
        )

    def ask(
        self,
        directory: Path,
        requests: Sequence[Request],
        *,
        ops: Sequence[str] = (),
        digests: Mapping[str, str] | None = None,
    ) -> tuple[Answers, ...]:
        """Gives each candidate a copy of a SavedModel and requests, and hands out what it said, right or wrong.

        A pool asks or replays once.

        Args:
            directory: the SavedModel; its static checks, of what its ops may do above all, are the caller's.
            requests: what to ask.
            ops: the op types of the graph.
            digests: the sha256 of files in the directory, by path; the copies must have them, too.

        Returns:
            What each candidate said, in their order; of one that did not answer at all, why, as its `load_error`.

        Raises:
            VerificationError: the pool has replayed already, or is not open.
        """
        return tuple(_heard(answers) for answers in self._submit(directory, requests, ops, digests or {}, None))

    def _submit(
        self,
        directory: Path,
        requests: Sequence[Request],
        ops: Sequence[str],
        digests: Mapping[str, str],
        watch: LookupWatch | None,
    ) -> "list[Future[Answers]]":
        started, self._started = self._started, []
        if self._closed or len(started) != len(self.candidates):
            raise VerificationError("a pool of candidates replays one export, within its `with` block")
        tasks = [
            Task(self._place(place).export, tuple(requests), tuple(ops), watch if is_watcher(candidate) else None)
            for place, candidate in enumerate(self.candidates)
        ]
        return [
            self._executor.submit(self._ask, start, directory, digests, task)
            for start, task in zip(started, tasks, strict=True)
        ]

    def _start(self, place: int) -> CandidateProcess:
        folders = self._place(place)
        for folder in (folders.export, folders.work):
            folder.mkdir(parents=True)
        with self._lock:
            if self._closed:
                raise VerificationError("the candidates were ended before they answered")
            process = CandidateProcess(
                self.candidates[place],
                folders.work,
                device=self.candidates[place].device,
                policy=self._policy(folders, self.candidates[place].device) if self._hermetic else None,
                timeout_s=self._timeout_s,
            )
            self._processes.append(process)
        process.wait_until_ready()
        return process

    def _ask(
        self, started: "Future[CandidateProcess]", directory: Path, digests: Mapping[str, str], task: Task
    ) -> Answers:
        # Cannot wait for a thread in vain: all starts were handed to the executor before.
        process = started.result()
        copy_export(directory, task.export, digests)
        return process.ask(task)

    def _place(self, place: int) -> _Place:
        folder = Path(self._folder.name).resolve() / str(place)
        return _Place(folder / "export", folder / "work")

    def _policy(self, folders: _Place, device: str) -> SandboxPolicy:
        canary = folders.work.parent / "canary"
        canary.write_text("no candidate can read this")
        packages = readable_packages()
        return candidate_policy(folders.export, folders.work, canary, packages, gpu=device != "cpu")


def _judged(candidate: Candidate, answers: "Future[Answers]", baseline: Baseline, tolerance: Tolerance) -> Replay:
    try:
        return judge(candidate, baseline, answers.result(), rtol=tolerance.rtol, atol=tolerance.atol)
    except (VerificationError, AssetError, OSError, shutil.Error) as error:
        return unanswered(candidate, baseline, str(error))


def _heard(answers: "Future[Answers]") -> Answers:
    try:
        return answers.result()
    except (VerificationError, AssetError, OSError, shutil.Error) as error:
        return Answers((), load_error=str(error))
