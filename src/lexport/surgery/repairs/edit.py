"""`Edit`: what a repaired copy of a SavedModel will differ in, collected repair by repair."""

from dataclasses import dataclass, field
from typing import Any

from lexport.surgery.edited_copy import Content

__all__ = ["Edit", "LeftAlone", "Repair"]


@dataclass(frozen=True)
class Repair:
    """Something that was repaired.

    Attributes:
        code: of the finding that it mends.
        where: the file, or node, that was changed.
        what: what was done, in a sentence without its stop.
    """

    code: str
    where: str
    what: str


@dataclass(frozen=True)
class LeftAlone:
    """A finding of a kind that is repaired, and why this one was not.

    Attributes:
        code: of the finding.
        where: the file, or node.
        why: what makes the repair uncertain.
    """

    code: str
    where: str
    why: str


@dataclass
class Edit:
    """The edits of one SavedModel.

    Attributes:
        saved_model: the `SavedModel` message, changed in place.
        touched: whether it was changed.
        without: the paths of files that the copy lacks.
        written: the content of files that the copy has instead, or beside, by path.
        repairs: what was repaired.
        left_alone: what was not, and why.
    """

    saved_model: Any
    touched: bool = False
    without: set[str] = field(default_factory=set)
    written: dict[str, Content] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    left_alone: list[LeftAlone] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was repaired."""
        return not self.repairs
