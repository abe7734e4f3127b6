"""`Curves`: rank-frequency and coverage, in few points."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from lexport.corpus.count_histogram import CountHistogram

__all__ = ["Curves"]

POINTS = 200


@dataclass(frozen=True)
class Curves:
    """How often the terms at some ranks were seen, and how much the terms up to there cover.

    Terms are ranked by their counts. The ranks are the same distance apart on a logarithmic axis, the first and the
    last among them; at each of them the values are exact.

    Attributes:
        ranks: from 1 on, ascending, as NumPy's int64.
        counts: of the term at each rank, in tokens, as NumPy's int64.
        covered: the share of all tokens that the terms up to each rank make up, from 0 to 1, as NumPy's float64.

    Example:
        >>> histogram = CountHistogram()
        >>> histogram.add([5, 3, 1, 1])
        >>> curves = Curves.of(histogram, tokens=20)
        >>> curves.ranks.tolist(), curves.counts.tolist(), curves.covered.tolist()
        ([1, 2, 3, 4], [5, 3, 1, 1], [0.25, 0.4, 0.45, 0.5])
    """

    ranks: Any
    counts: Any
    covered: Any

    @classmethod
    def of(cls, histogram: CountHistogram, tokens: int, points: int = POINTS) -> Self:
        """Computes them.

        Args:
            histogram: the counts of the terms; at least one, above 0.
            tokens: how many tokens all terms make up, also those that are not in the histogram.
            points: how many ranks to take at most.
        """
        last_ranks = np.cumsum(histogram.terms)
        covered = np.cumsum(histogram.counts * histogram.terms)
        ranks = np.unique(np.rint(np.geomspace(1, last_ranks[-1], points)).astype(np.int64))
        at = np.searchsorted(last_ranks, ranks)
        counts = histogram.counts[at]
        return cls(ranks, counts, (covered[at] - (last_ranks[at] - ranks) * counts) / tokens)
