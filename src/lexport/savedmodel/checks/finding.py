"""`StaticFinding`: what one check of a SavedModel on disk found."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["StaticFinding", "finding"]

SHOWN = 10


@dataclass(frozen=True)
class StaticFinding:
    """The outcome of one check.

    Attributes:
        check: the name of the check, such as `no-absolute-path`.
        passed: whether the SavedModel is sound in this respect.
        detail: what was found: each problem with its remedy, or what was looked at.

    Example:
        >>> print(StaticFinding("size-limit", True, "saved_model.pb has 1024 bytes"))
        size-limit: passed: saved_model.pb has 1024 bytes
    """

    check: str
    passed: bool
    detail: str

    def __str__(self) -> str:
        return f"{self.check}: {'passed' if self.passed else 'failed'}: {self.detail}"


def finding(check: str, problems: Iterable[str], sound: str, note: str = "") -> StaticFinding:
    """Makes a finding of the problems, or of `sound` where there is none; the note stands behind either.

    Example:
        >>> finding("no-orphan-files", ["assets/old.txt is not referenced"], "1 file").detail
        'assets/old.txt is not referenced'
    """
    found = list(problems)
    notes = [note] if note else []
    if not found:
        return StaticFinding(check, True, "; ".join([sound, *notes]))
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return StaticFinding(check, False, "; ".join([*found[:SHOWN], *more, *notes]))
