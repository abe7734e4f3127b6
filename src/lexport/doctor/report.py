"""`DoctorReport`: everything that the doctor found in one SavedModel or `.keras` file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lexport.doctor.finding import Finding
from lexport.doctor.stored_vocabulary import StoredVocabulary
from lexport.doctor.vocabulary_use import VocabularyUse

__all__ = ["DoctorReport"]


@dataclass(frozen=True)
class DoctorReport:
    """What was examined, and what was found.

    Attributes:
        path: the directory or the file.
        kind: `SavedModel` or `Keras file`.
        findings: errors first, each kind by its code.
        vocabularies: of a SavedModel: what fills each lookup table, and who asks it.
        stored: of a `.keras` file: where each vocabulary is.
        facts: what else is worth knowing, such as the bytes of each part and what wrote the model.

    Example:
        >>> DoctorReport("model", "SavedModel", findings=()).passed(strict=True)
        True
    """

    path: str
    kind: str
    findings: tuple[Finding, ...]
    vocabularies: tuple[VocabularyUse, ...] = ()
    stored: tuple[StoredVocabulary, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What breaks a loader or can change an answer."""
        return tuple(one for one in self.findings if one.code.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Waste, leaks, and signs of something worse."""
        return tuple(one for one in self.findings if one.code.severity == "warning")

    def passed(self, *, strict: bool = False) -> bool:
        """Says whether there is no error.

        Args:
            strict: take warnings for errors.
        """
        return not (self.findings if strict else self.errors)

    def as_json(self) -> dict[str, Any]:
        """Gives the whole report as JSON holds it."""
        return {
            "path": self.path,
            "kind": self.kind,
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "findings": [one.as_json() for one in self.findings],
            "vocabularies": [*map(asdict, self.vocabularies), *map(asdict, self.stored)],
            "facts": dict(self.facts),
        }
