"""Every code that the doctor can report: severity, title, why it matters, and the remedy."""

import importlib.resources
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

__all__ = ["Code", "Severity", "codes"]

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Code:
    """One kind of finding.

    Attributes:
        name: such as `LX101`; it never changes its meaning.
        severity: `error` for what breaks a loader or can change an answer, `warning` for waste and leaks.
        title: what is wrong, in a few words.
        why: why it matters, in one sentence.
        remedy: what to do about it.

    Example:
        >>> [code.severity for code in codes().values() if code.name in ("LX201", "LX202")]
        ['warning', 'error']
    """

    name: str
    severity: Severity
    title: str
    why: str
    remedy: str


@cache
def codes() -> dict[str, Code]:
    """Reads the table of codes, by their names.

    Example:
        >>> codes()["LX202"].title
        'an asset is missing'
    """
    text = importlib.resources.files(__package__ or "").joinpath("codes.toml").read_text(encoding="utf-8")
    return {name: Code(name, **entry) for name, entry in tomllib.loads(text).items()}
