"""A `RepairReport` as documents, and as JSON."""

from dataclasses import asdict
from typing import Any

from lexport.cli.doctor_tree import doctor_tree
from lexport.cli.document import Document, Span, Tree, line
from lexport.cli.measures import count_text
from lexport.cli.verification import verification_documents
from lexport.surgery.repairs import RepairReport
from lexport.verify import VerificationReport

__all__ = ["repair_documents", "repair_json"]


def repair_documents(report: RepairReport) -> list[Document]:
    """Draws up what was repaired, what was not and why, the proof, and what the doctor finds now."""
    documents: list[Document] = [_tree(report)]
    if report.checks:
        documents += verification_documents(VerificationReport(report.checks))
    return [*documents, doctor_tree(report.after)]


def _tree(report: RepairReport) -> Tree:
    done = [Tree.of(line(f"{one.code}  {one.where}: {one.what}")) for one in report.repairs]
    left = [Tree.of(line(f"{one.code}  {one.where}: {one.why}")) for one in report.left_alone]
    count = count_text(len(report.repairs), "repair") if done else "nothing to repair, so nothing was written"
    parts = [Tree.of(Span(count, "good" if done else "name"), done)]
    parts += [Tree.of(Span("left as it is", "name"), left)] if left else []
    return Tree.of(Span(str(report.out or report.before.path), "name"), parts)


def repair_json(report: RepairReport) -> dict[str, Any]:
    """Gives the report as JSON holds it, around that of the doctor."""
    return report.after.as_json() | {
        "out": report.out and str(report.out),
        "repairs": [asdict(one) for one in report.repairs],
        "left_alone": [asdict(one) for one in report.left_alone],
        "checks": [asdict(one) for one in report.checks],
        "before": {"errors": len(report.before.errors), "warnings": len(report.before.warnings)},
    }
