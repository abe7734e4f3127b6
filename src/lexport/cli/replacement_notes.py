"""`replacement_notes`: what somebody who replaces a vocabulary should look at, though nothing is wrong with it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lexport.surgery.replacement.report import ReplacementReport

__all__ = ["replacement_notes"]

SHOWN = 10


def replacement_notes(report: "ReplacementReport") -> Iterator[str]:
    """Words the notes, one each.

    Args:
        report: what was replaced.
    """
    for name, terms in report.unlike.items():
        yield (
            f"note: {name}: not answered as the old term of the same id: {_terms(terms)}. Where a layer lowers, strips "
            "or splits its text, it never looks such a term up: write it as the layer does. Where the model looks at "
            "the letters of a text, too, this is as it should be"
        )
    for name, readers in report.readers.items():
        told = _listed([str(place) for place in readers])
        yield f"note: {name}: its file fills several tables, and all have the new terms now, those of {told}"
    for name, left in report.left.items():
        told = _listed([f"{one.where} ({_terms(one.terms)})" for one in left])
        yield f"note: {name}: old terms stand elsewhere, too, and are as they were there: {told}"


def _terms(terms: Sequence[bytes]) -> str:
    return _listed([repr(term.decode(errors="backslashreplace")) for term in terms])


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts[:SHOWN]) + (", ..." if len(texts) > SHOWN else "")
