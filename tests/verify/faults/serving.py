"""Serves many exports through every loader, unchecked, and compares their answers as a verification does."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from lexport.errors import VerificationError
from lexport.verify import Baseline
from lexport.verify.candidate_environment import environment, readable_packages
from lexport.verify.candidate_host import POLICY_FILE
from lexport.verify.candidates import CANDIDATES, Candidate
from lexport.verify.exchange import Task, read_answers, write_task
from lexport.verify.judge import Replay, judge, unanswered
from lexport.verify.sandbox.policy import candidate_policy
from lexport.verify.sealed_copy import copy_export
from tests.verify.faults.sound_export import TOLERANCES

PROGRAM = Path(__file__).with_name("serve_many.py")
TIMEOUT_S = 500


def replay_unchecked(
    exports: Mapping[str, Path], ops: Mapping[str, tuple[str, ...]], baseline: Baseline, folder: Path
) -> dict[tuple[str, str], Replay]:
    """Replays a baseline on every export through every loader.

    Args:
        exports: the directories, by name.
        ops: the op types of each export's graph.
        baseline: requests with the live model's answers.
        folder: empty; everything that the loaders get lies below it, and nothing else is readable for them.

    Returns:
        What came of it, by the export's and the loader's name.
    """
    requests = tuple(case.request for case in baseline.cases)
    works: dict[tuple[str, str], Path] = {}
    (folder / "canary").write_text("no candidate can read this")
    for number, (name, directory) in enumerate(exports.items()):
        copy = folder / f"{number}" / "export"
        copy_export(directory, copy, {})
        for place, candidate in enumerate(CANDIDATES):
            work = works[name, candidate.name] = folder / f"{number}" / f"{place}"
            work.mkdir()
            candidate_policy(copy, work, folder / "canary", readable_packages()).write(work / POLICY_FILE)
            write_task(work, Task(copy, requests, ops[name]))
    _serve({candidate: [works[name, candidate.name] for name in exports] for candidate in CANDIDATES}, folder)
    candidates = {candidate.name: candidate for candidate in CANDIDATES}
    return {key: _judged(candidates[key[1]], baseline, work) for key, work in works.items()}


def _serve(works: Mapping[Candidate, list[Path]], folder: Path) -> None:
    """Lets each loader serve its exports one after the other, and the loaders side by side."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM), candidate.module, *map(str, places)],
            cwd=folder,
            env=environment(folder, "cpu"),
        )
        for candidate, places in works.items()
    ]
    for process in processes:
        process.wait(TIMEOUT_S)


def _judged(candidate: Candidate, baseline: Baseline, work: Path) -> Replay:
    try:
        return judge(candidate, baseline, read_answers(work), **TOLERANCES)
    except VerificationError as error:
        return unanswered(candidate, baseline, str(error))
