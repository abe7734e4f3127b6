"""`Failure`: what went wrong, in words and in JSON."""

import os
import traceback
from dataclasses import dataclass
from typing import Any

from lexport.cli.output import OutputFailed
from lexport.cli.termination import Terminated
from lexport.cli.user_code import UserCode, user_code_of
from lexport.cli.verification import verification_json
from lexport.errors import LexportError, Problem, VerificationError

__all__ = ["TRACEBACK_VARIABLE", "Failure", "failure_of"]

TRACEBACK_VARIABLE = "LEXPORT_TRACEBACK"
INTERRUPTED = 130
TERMINATED = 143


@dataclass(frozen=True)
class Failure:
    """What went wrong, and with which exit code the process ends.

    Attributes:
        kind: the name of the error's class, or what happened.
        text: for people; several lines.
        message: one sentence, without the problems.
        problems: each thing that is wrong, where the error names them.
        exit_code: 2 for a bad config or usage, 130 after Ctrl-C, 143 after SIGTERM, else 1.
        report: the JSON of the verification that failed; None for any other error.
    """

    kind: str
    text: str
    message: str
    problems: tuple[Problem, ...] = ()
    exit_code: int = 1
    report: dict[str, Any] | None = None

    @property
    def as_json(self) -> dict[str, Any]:
        """The document of `--json`."""
        problems = [
            {"where": problem.where, "message": problem.message, "remedy": problem.remedy} for problem in self.problems
        ]
        error = {"type": self.kind, "message": self.message, "problems": problems, "exit_code": self.exit_code}
        return {"error": error} if self.report is None else {"error": error, "report": self.report}


def failure_of(error: BaseException) -> Failure:
    """Words an error: one that lexport raised on purpose, one of the user's code, or one that nobody expected.

    Args:
        error: as it was caught.

    Example:
        >>> from lexport.errors import ConfigError
        >>> print(failure_of(ConfigError("words.yaml has 1 error", [Problem("line 3  name", "must be given")])).text)
        ConfigError: words.yaml has 1 error
          line 3  name: must be given
    """
    kind = type(error).__name__
    if isinstance(error, KeyboardInterrupt):
        return _ended("Interrupted", "interrupted", INTERRUPTED)
    if isinstance(error, Terminated):
        return _ended("Terminated", "terminated", TERMINATED)
    if isinstance(error, OutputFailed):
        return _ended("OutputError", f"the output cannot be written: {error}", 1)
    if isinstance(error, LexportError):
        text = f"{_wanted_traceback(error)}{kind}: {error}"
        report = error.report if isinstance(error, VerificationError) else None
        content = None if report is None else verification_json(report)
        return Failure(kind, text, error.summary, error.problems, error.exit_code, content)
    if isinstance(error, SystemExit):
        message = f"code that lexport called ended the process (SystemExit: {error.code})"
        return Failure(kind, f"{_traceback(error, user_code_of(error))}lexport: {message}", message)
    place = user_code_of(error)
    return _of_user_code(error, place) if place else _unexpected(error)


def _ended(kind: str, message: str, exit_code: int) -> Failure:
    return Failure(kind, f"lexport: {message}", message, exit_code=exit_code)


def _of_user_code(error: BaseException, place: UserCode) -> Failure:
    message = f"the error came out of {place}, which lexport called"
    text = f"{_traceback(error, place)}lexport: {message}"
    return Failure(type(error).__name__, text, str(error), (Problem(str(place), message),))


def _unexpected(error: BaseException) -> Failure:
    message = f"unexpected {type(error).__name__}: {error}"
    advice = (
        "This is a mistake in lexport. Please report it, with the traceback: "
        f"{TRACEBACK_VARIABLE}=1 before the same command shows it"
    )
    return Failure(type(error).__name__, f"{_wanted_traceback(error)}lexport: {message}\n{advice}", message)


def _wanted_traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) if os.environ.get(TRACEBACK_VARIABLE) == "1" else ""


def _traceback(error: BaseException, place: UserCode | None) -> str:
    """Gives the part of the traceback that is about the user's code, unless all of it is wanted."""
    start = place.trace if place else error.__traceback__
    return _wanted_traceback(error) or "".join(traceback.format_exception(type(error), error, start))
