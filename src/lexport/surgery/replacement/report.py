"""`ReplacementReport`: what the replacement of vocabularies gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lexport.savedmodel.graph import Place
from lexport.surgery.replacement.kept_answers import KeptAnswers
from lexport.surgery.replacement.old_terms import OldTerms
from lexport.surgery.replacement.term_changes import TermChanges
from lexport.verify import VerificationReport

__all__ = ["ReplacementReport"]


@dataclass(frozen=True)
class ReplacementReport:
    """A version with other vocabularies that was verified and published.

    Attributes:
        path: the version's directory.
        version: its number.
        changes: what became of each line, by the name of the vocabulary.
        kept: what came of the requests that must be answered as before.
        answers: how many of all requests are answered as before; its faults are the others.
        verification: what was verified, check by check.
        unlike: new terms that no input answers as the old ones with their ids, by the name of the vocabulary. A layer
            that lowers, strips or splits its text never looks such a term up.
        left: where old terms stand elsewhere and stay, by the name of the vocabulary.
        readers: of a vocabulary whose file fills several tables, the nodes that look up in them, by its name.

    Example:
        >>> nothing = KeptAnswers(0, 0, 0, ())
        >>> changes = {"labels": TermChanges([b"cat"], [b"Katze"])}
        >>> report = ReplacementReport(Path("exports/2"), 2, changes, nothing, nothing, VerificationReport(()))
        >>> print(report.changes["labels"])
        0 kept, 1 exchanged, 0 added, 0 removed, 0 moved
    """

    path: Path
    version: int
    changes: Mapping[str, TermChanges]
    kept: KeptAnswers
    answers: KeptAnswers
    verification: VerificationReport
    unlike: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    left: Mapping[str, tuple[OldTerms, ...]] = field(default_factory=dict)
    readers: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
