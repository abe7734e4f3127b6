"""What was counted for a vocabulary, for `lexport vocab show`."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lexport.cli.document import Span, Tree
from lexport.cli.measures import count_text
from lexport.cli.vocab_files import VocabularyFile
from lexport.errors import VocabularyError

if TYPE_CHECKING:
    from lexport.vocabulary import Statistics

__all__ = ["ShownStatistics", "statistics_of"]


@dataclass(frozen=True)
class ShownStatistics:
    """The statistics of a vocabulary, and where they are.

    Attributes:
        path: their file.
        known: what was counted.
    """

    path: Path
    known: "Statistics"

    @cached_property
    def coverage(self) -> list[tuple[int, int]]:
        """Of the first 10, 100, 1,000, ... and of all terms: how many terms, and how many tokens they make up."""
        import numpy as np

        if not self.known.counts:
            return []
        sums = np.cumsum(np.asarray(self.known.counts))
        sizes = [10**power for power in range(1, 19) if 10**power < len(sums)]
        return [(size, int(sums[size - 1])) for size in [*sizes, len(sums)]]

    def of_line(self, number: int) -> dict[str, int]:
        """What was counted for the term in a line, from 1 on."""
        columns = {"count": self.known.counts, "documents": self.known.document_counts}
        return {name: values[number - 1] for name, values in columns.items() if values is not None}

    @property
    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        tokens = self.known.tokens
        covered = [
            {"terms": size, "tokens": covered, "share": covered / tokens if tokens else None}
            for size, covered in self.coverage
        ]
        return {"path": self.path, "tokens": tokens, "documents": self.known.documents, "coverage": covered}

    @property
    def tree(self) -> Tree:
        """For people."""
        tokens, rows = self.known.tokens, self.known.documents
        facts = [
            *([] if tokens is None else [f"{count_text(tokens, 'token')} counted"]),
            *([] if rows is None else [count_text(rows, "row")]),
        ]
        coverage = [Tree.of("coverage of the first terms", self._rows)] if self._rows else []
        return Tree.of(f"statistics  {self.path}", [*([", ".join(facts)] if facts else []), *coverage])

    @property
    def _rows(self) -> list[str]:
        tokens = self.known.tokens
        if not self.coverage:
            return []
        widths = [len(f"{number:,}") for number in self.coverage[-1]]
        return [
            f"{size:>{widths[0]},} terms  {covered:>{widths[1]},} tokens"
            + (f"  {covered / tokens:8.3%}" if tokens else "")
            for size, covered in self.coverage
        ]


def statistics_of(file: VocabularyFile, given: Path | None) -> ShownStatistics | Span | None:
    """Finds the statistics of a vocabulary file.

    Args:
        file: the vocabulary.
        given: the file that the user named; by default the one beside the vocabulary.

    Returns:
        The statistics; or a line that says why those beside it are not shown; or None where there are none.

    Raises:
        VocabularyError: those that the user named cannot be shown.
    """
    if given is not None:
        return ShownStatistics(given, file.statistics(given))
    path = file.statistics_path
    if not path.is_file() or path.is_symlink():
        return None
    try:
        return ShownStatistics(path, file.statistics(path))
    except VocabularyError as error:
        return Span(f"statistics  left out: {error.summary}", "bad")
