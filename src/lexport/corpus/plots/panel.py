"""`Panel`: the curves of one vocabulary, and where it was cut."""

from dataclasses import dataclass

from lexport.corpus.count_histogram import CountHistogram
from lexport.corpus.plots.curves import Curves
from lexport.errors import VocabularyError
from lexport.vocabulary import Statistics

__all__ = ["Panel"]


@dataclass(frozen=True)
class Panel:
    """What is drawn of one vocabulary.

    Attributes:
        name: of the vocabulary.
        curves: of all terms that were counted, or of those of the vocabulary where no others are known.
        terms: how many the vocabulary has.
        covered: the share of all tokens that they make up, from 0 to 1.

    Example:
        >>> panel = Panel.of("words", Statistics(counts=[5, 3], tokens=10))
        >>> panel.terms, panel.covered
        (2, 0.8)
    """

    name: str
    curves: Curves
    terms: int
    covered: float

    @classmethod
    def of(cls, name: str, statistics: Statistics | None, histogram: CountHistogram | None = None) -> "Panel":
        """Makes the panel of a vocabulary.

        Args:
            name: of the vocabulary.
            statistics: what was counted for its terms.
            histogram: the counts of all terms, those that were cut included; by default those in the statistics.

        Raises:
            VocabularyError: the counts are not known, or are all zero.
        """
        counts = statistics.counts if statistics else None
        if statistics is None or counts is None:
            raise VocabularyError(f"vocabulary {name!r} cannot be drawn: the counts of its terms are not known")
        own = CountHistogram()
        own.add(counts)
        drawn = histogram or own
        tokens = statistics.tokens or drawn.tokens
        if not drawn.tokens:
            raise VocabularyError(f"vocabulary {name!r} cannot be drawn: none of its terms was seen in the data")
        return cls(name, Curves.of(drawn, tokens), len(counts), own.tokens / tokens)
