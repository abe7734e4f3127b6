"""A `VerificationReport` as a table, and as JSON."""

import json
from typing import TYPE_CHECKING, Any

from lexport.cli.document import Document, Span, Table, Tone, line

if TYPE_CHECKING:
    from lexport.verify import VerificationReport

__all__ = ["verification_documents", "verification_json"]

TONES: dict[bool | None, Tone] = {True: "good", False: "bad", None: "bad"}


def verification_documents(report: "VerificationReport") -> list[Document]:
    """Makes a table of the checks, and a line of how it was verified.

    Example:
        >>> from lexport.verify import CheckResult, VerificationReport
        >>> report = VerificationReport((CheckResult("size", True, "1 B"),), {"device": "cpu"})
        >>> table, facts = verification_documents(report)
        >>> [span.text for span in table.rows[0]], facts[0].text
        (['passed', 'size', '1 B'], 'device cpu')
    """
    rows = [
        (Span(check.outcome, TONES[check.passed]), Span(check.name, "name"), Span(check.detail))
        for check in report.told
    ]
    table = Table(("outcome", "check", "detail"), tuple(rows))
    facts = ", ".join(f"{name} {value}" for name, value in report.facts.items())
    return [table, line(Span(facts, "note"))] if facts else [table]


def verification_json(report: "VerificationReport") -> dict[str, Any]:
    """Gives the report's own JSON, as it also stands beside an export."""
    content: dict[str, Any] = json.loads(report.to_json())
    return content
