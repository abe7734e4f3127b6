"""The exceptions that lexport raises, all below `LexportError`.

Each error says where the problem is, what was required, what was received and what to do about it.
Problems of the same kind are collected and raised once, as the `problems` of a single error.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "AssetError",
    "ConfigError",
    "DeviceError",
    "LexportError",
    "MissingExtraError",
    "Problem",
    "PublishError",
    "SignatureError",
    "VerificationError",
    "VocabularyError",
]

SHOWN_PROBLEMS = 20


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in one place.

    Attributes:
        where: the place, such as `line 31  signatures.serving_default.inputs.priority.dtype`.
        message: what was required and what was received.
        remedy: what to do about it; empty where the message says it already.

    Example:
        >>> str(Problem("line 3", "the term is empty", "Remove the line"))
        'line 3: the term is empty. Remove the line'
    """

    where: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}. {self.remedy}" if self.remedy else text


class LexportError(Exception):
    """Base of every error that lexport raises on purpose.

    Args:
        summary: one sentence; where `problems` is given, it introduces them.
        problems: everything that is wrong, in the order in which it was found.

    Example:
        >>> print(LexportError("words.txt has 1 problem", [Problem("line 3", "the term 'the' stands on line 1 too")]))
        words.txt has 1 problem
          line 3: the term 'the' stands on line 1 too
    """

    exit_code = 1

    def __init__(self, summary: str, problems: Iterable[Problem] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__(summary, self.problems)

    def __str__(self) -> str:
        lines = [self.summary, *(f"  {problem}" for problem in self.problems[:SHOWN_PROBLEMS])]
        if len(self.problems) > SHOWN_PROBLEMS:
            lines.append(f"  ... and {len(self.problems) - SHOWN_PROBLEMS} more")
        return "\n".join(lines)


class ConfigError(LexportError):
    """The configuration is not valid, or names something that is not there."""

    exit_code = 2


class MissingExtraError(ConfigError, ImportError):
    """A package is not installed that an extra of lexport brings; `except ImportError` catches it, too."""


class VocabularyError(LexportError):
    """A vocabulary cannot be represented, is not the expected one, or is missing."""


class AssetError(LexportError):
    """An asset file is missing, was changed, or is not tracked."""


class SignatureError(LexportError):
    """A signature does not fit the model, or the examples do not fit the signature."""


class VerificationError(LexportError):
    """An export does not give the answers of the model in memory, or is not self-contained.

    Attributes:
        report: the `VerificationReport` with the checks that passed, too; None where there is none.
    """

    report: Any = None


class PublishError(LexportError):
    """A version could not be published; nothing that was published before is changed."""


class DeviceError(LexportError):
    """The requested device is not available."""
