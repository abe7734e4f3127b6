"""`VerificationReport`: what was checked, and what came of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from lexport.errors import Problem, VerificationError

__all__ = ["CheckResult", "VerificationReport"]

FORMAT = 1


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    Attributes:
        name: what was checked, such as `replay:tf.saved_model.load:serving_default`.
        passed: None where the check was not run; it never counts as passed.
        detail: what was seen, or why the check was not run.
        required: whether the report fails where the check was not run. A check that failed always fails it.

    Example:
        >>> print(CheckResult("assets", None, "the directory cannot be read"))
        not run  assets  the directory cannot be read
    """

    name: str
    passed: bool | None
    detail: str
    required: bool = True

    @property
    def outcome(self) -> str:
        """The outcome in words: `passed`, `FAILED` or `not run`."""
        return "not run" if self.passed is None else "passed" if self.passed else "FAILED"

    def __str__(self) -> str:
        return f"{self.outcome:<7}  {self.name}  {self.detail}"


@dataclass(frozen=True)
class VerificationReport:
    """All checks of one export.

    Attributes:
        checks: in the order in which they were made.
        facts: how it was verified: device, seed, versions.

    Example:
        >>> report = VerificationReport((CheckResult("assets", True, "2 files"),), {"device": "cpu"})
        >>> report.passed
        True
        >>> print(report)
        passed   assets  2 files
        device: cpu
    """

    checks: tuple[CheckResult, ...]
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether a check passed, and none failed, and every required one was run."""
        return any(check.passed for check in self.checks) and not self.faults

    @property
    def faults(self) -> tuple[CheckResult, ...]:
        """The checks for which the report fails: those that failed, then those that were required and not run."""
        failed = [check for check in self.checks if check.passed is False]
        return (*failed, *(check for check in self.checks if check.passed is None and check.required))

    @property
    def told(self) -> tuple[CheckResult, ...]:
        """The checks as people are told: those that were not run for one reason are one row.

        Example:
            >>> skipped = [CheckResult(f"replay:{name}", None, "a static check failed") for name in "abc"]
            >>> [str(check) for check in VerificationReport(tuple(skipped)).told]
            ['not run  replay:*  3 checks: a static check failed']
        """
        return _summed_up(self.checks)

    def raise_if_failed(self) -> None:
        """Does nothing where the report passed.

        Raises:
            VerificationError: a check failed, or was required and not run; all such checks are its problems.
        """
        if self.passed:
            return
        problems = [
            Problem(check.name, check.detail if check.passed is False else f"not run: {check.detail}")
            for check in _summed_up(self.faults)
        ]
        error = VerificationError(self._summary(), problems)
        error.report = self
        raise error

    def to_json(self) -> str:
        """Writes the report as JSON, two spaces deep."""
        checks = [asdict(check) for check in self.checks]
        content = {"format": FORMAT, "passed": self.passed, "facts": dict(self.facts), "checks": checks}
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "VerificationReport":
        """Reads what `to_json` wrote. Whether it passed is computed anew, not believed.

        Raises:
            VerificationError: the text is not a report.
        """
        try:
            content = json.loads(text)
            _check_format(content["format"])
            checks = tuple(_check(entry) for entry in content["checks"])
            facts = {str(name): str(value) for name, value in content["facts"].items()}
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise VerificationError(f"the text is not a verification report: {reason}") from error
        return cls(checks, facts)

    def __str__(self) -> str:
        told = self.told
        width = max((len(check.name) for check in told), default=0)
        indented = "\n" + " " * (width + 11)
        lines = [
            f"{check.outcome:<7}  {check.name:<{width}}  {indented.join(check.detail.splitlines())}" for check in told
        ]
        return "\n".join([*lines, *(f"{name}: {value}" for name, value in self.facts.items())])

    def _summary(self) -> str:
        if not self.faults:
            return "nothing was verified"
        failed = sum(check.passed is False for check in self.faults)
        skipped = len(self.faults) - failed
        parts = [f"{failed} failed"] if failed else []
        parts += [f"{skipped} not run"] if skipped else []
        return f"the export was not verified: of {len(self.checks)} checks {', '.join(parts)}"


def _summed_up(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    groups: dict[tuple[str, ...], list[CheckResult]] = {}
    for number, check in enumerate(checks):
        kind = check.name.split(":")[0]
        alike = (kind, check.detail, str(check.required)) if check.passed is None else (str(number),)
        groups.setdefault(alike, []).append(check)
    return tuple(
        group[0] if len(group) == 1 else replace(group[0], name=f"{kind}:*", detail=f"{len(group)} checks: {detail}")
        for (kind, *_), group in groups.items()
        for detail in [group[0].detail]
    )


def _check_format(received: object) -> None:
    if received != FORMAT:
        raise ValueError(f"it has format {received!r}; this lexport reads format {FORMAT}")


def _check(entry: Mapping[str, object]) -> CheckResult:
    passed = entry["passed"]
    if passed is not None and not isinstance(passed, bool):
        raise TypeError(f"passed must be true, false or null; received {passed!r}")
    required = entry.get("required", True)
    return CheckResult(str(entry["name"]), passed, str(entry["detail"]), required is not False)
