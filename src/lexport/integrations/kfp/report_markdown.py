"""`report_markdown`: a verification for the page that Kubeflow shows beside a task."""

from lexport.verify import CheckResult, VerificationReport

__all__ = ["report_markdown"]

MEANINGFUL = "\\`*_{}[]<>|#!~&"


def report_markdown(name: str, report: VerificationReport) -> str:
    """Gives a verification as Markdown: the outcome, what failed first, then every check and how it was made.

    Args:
        name: what was exported.
        report: its verification.

    Example:
        >>> print(report_markdown("fruit", VerificationReport((CheckResult("assets", True, "2 files"),))))
        # fruit: verified
        <BLANKLINE>
        1 of 1 checks passed.
        <BLANKLINE>
        | outcome | check | detail |
        |---|---|---|
        | passed | assets | 2 files |
        <BLANKLINE>
    """
    passed = sum(check.passed is True for check in report.checks)
    told = [*report.faults, *(check for check in report.told if check not in report.faults)]
    lines = [
        f"# {_plain(name)}: {'verified' if report.passed else 'NOT verified'}",
        "",
        f"{passed} of {len(report.checks)} checks passed.",
        "",
        "| outcome | check | detail |",
        "|---|---|---|",
        *(_row(check) for check in told),
        "",
        *(f"- {_plain(fact)}: {_plain(value)}" for fact, value in report.facts.items()),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(check: CheckResult) -> str:
    outcome = f"**{check.outcome}**" if check.passed is False else check.outcome
    return f"| {outcome} | {_plain(check.name)} | {_plain(check.detail)} |"


def _plain(text: str) -> str:
    """Takes the meaning from what Markdown and HTML would read as markup; details quote terms and outputs."""
    escaped = "".join(f"\\{character}" if character in MEANINGFUL else character for character in text)
    return " ".join(escaped.split())
