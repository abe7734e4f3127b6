"""Serves many exports through one loader: `python serve_many.py MODULE FOLDER...`.

The loader, which takes seconds to import, is imported once. Each export is then served as a candidate serves it, in
the sandbox of a candidate, by a fork: tables of one name share their content within a process, so that a sound export
would cover for a broken one. In each folder lie the task and the policy; the answers are put there.
"""

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lexport.verify.candidate_host import POLICY_FILE
from lexport.verify.exchange import Answers, Task, read_task, write_answers
from lexport.verify.sandbox.enter import enter_sandbox
from lexport.verify.sandbox.policy import SandboxPolicy


def serve_one(serve: Callable[[Task], Answers], folder: Path) -> None:
    """Forks, which is safe as long as the loader is only imported and has not started its threads."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
        os.chdir(folder)
        hermetic = enter_sandbox(SandboxPolicy.read(folder / POLICY_FILE))
        answers = serve(read_task(folder))
        write_answers(folder, replace(answers, facts={**answers.facts, "hermetic": hermetic}))
    except BaseException:
        traceback.print_exc()
    os._exit(0)


if __name__ == "__main__":
    candidate = importlib.import_module(sys.argv[1])
    for argument in sys.argv[2:]:
        serve_one(candidate.serve, Path(argument))
