"""`CoverageReport`: how much of some data a vocabulary covers."""

from collections.abc import Sequence
from dataclasses import dataclass

from lexport.vocabulary.file_format import Term

__all__ = ["CoverageReport"]


@dataclass(frozen=True)
class CoverageReport:
    """How much of some data a vocabulary covers. A token is one occurrence of a term.

    Attributes:
        tokens: how many tokens the data hold.
        oov_tokens: how many of them are out of vocabulary.
        distinct: how many distinct terms the data hold.
        oov_distinct: how many of them are out of vocabulary.
        rows: how many rows were read.
        rows_without_terms: how many of them hold no term at all: the value is missing, or nothing is left of it.
        rows_without_known_terms: how many of them hold terms, but none of the vocabulary.
        vocabulary: how many terms the vocabulary has.
        unseen: how many of them the data do not hold.
        worst: the most frequent terms that are out of vocabulary, with their counts, in the order of vocabularies:
            the larger count first, and then the larger term.

    Example:
        >>> report = CoverageReport(tokens=50, oov_tokens=5, distinct=8, oov_distinct=4, rows=9)
        >>> report.oov_rate, report.oov_distinct_rate
        (0.1, 0.5)
    """

    tokens: int
    oov_tokens: int
    distinct: int
    oov_distinct: int
    rows: int
    rows_without_terms: int = 0
    rows_without_known_terms: int = 0
    vocabulary: int = 0
    unseen: int = 0
    worst: Sequence[tuple[Term, int]] = ()

    @property
    def oov_rate(self) -> float:
        """The share of all tokens that are out of vocabulary, from 0 to 1."""
        return self.oov_tokens / self.tokens

    @property
    def oov_distinct_rate(self) -> float:
        """The share of the distinct terms that are out of vocabulary, from 0 to 1."""
        return self.oov_distinct / self.distinct
