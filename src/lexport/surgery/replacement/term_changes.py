"""`TermChanges`: what becomes of each line of a vocabulary whose file is replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

__all__ = ["TermChanges"]


@dataclass(frozen=True)
class TermChanges:
    """Two vocabularies, line by line: a line is what makes an id.

    Attributes:
        old: the terms of the file that is replaced, as TensorFlow reads its lines.
        new: the terms of the new file, distinct.

    Example:
        >>> changes = TermChanges([b"red", b"cat", b"dog"], [b"red", b"Katze", b"dog"])
        >>> str(changes), changes.exchanged
        ('2 kept, 1 exchanged, 0 added, 0 removed, 0 moved', (1,))
    """

    old: Sequence[bytes]
    new: Sequence[bytes]

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """The lines that hold the same term in both."""
        pairs = zip(self.old, self.new, strict=False)
        return tuple(line for line, (before, after) in enumerate(pairs) if before == after)

    @cached_property
    def moved(self) -> tuple[tuple[bytes, int, int], ...]:
        """The terms of both that stand on another line, with the old line and the new one, in the new order."""
        kept, lines = set(self.kept), self._old_lines
        return tuple(
            (term, lines[term], line) for line, term in enumerate(self.new) if line not in kept and term in lines
        )

    @cached_property
    def exchanged(self) -> tuple[int, ...]:
        """The lines on which a term of the old one alone gives way to a term of the new one alone."""
        moved_from, moved_to = {line for _, line, _ in self.moved}, {line for _, _, line in self.moved}
        untouched = {*self.kept, *moved_from, *moved_to}
        return tuple(line for line in range(min(len(self.old), len(self.new))) if line not in untouched)

    @cached_property
    def added(self) -> tuple[int, ...]:
        """The lines of the new one whose terms the old one has nowhere, without those that are exchanged."""
        known = {*self.kept, *self.exchanged, *(line for _, _, line in self.moved)}
        return tuple(line for line in range(len(self.new)) if line not in known)

    @cached_property
    def removed(self) -> tuple[int, ...]:
        """The lines of the old one whose terms are gone from there, without those that are exchanged or moved."""
        known = {*self.kept, *self.exchanged, *(line for _, line, _ in self.moved)}
        return tuple(line for line in range(len(self.old)) if line not in known)

    @property
    def appended(self) -> int:
        """How many terms follow all the old ones, which stand in their order; 0 where anything else differs."""
        return len(self.new) - len(self.old) if len(self.kept) == len(self.old) else 0

    @cached_property
    def _old_lines(self) -> dict[bytes, int]:
        # Of a term that stands on several lines, as labels may, the first.
        return {term: line for line, term in reversed(list(enumerate(self.old)))}

    def __str__(self) -> str:
        counts = {name: len(getattr(self, name)) for name in ("kept", "exchanged", "added", "removed", "moved")}
        return ", ".join(f"{count} {name}" for name, count in counts.items())
