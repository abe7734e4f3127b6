"""From the counts of all terms to some hundred points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.count_histogram import CountHistogram
from lexport.corpus.plots import Curves


@given(st.lists(st.integers(0, 9) | st.integers(0, 2**30), min_size=1, max_size=60), st.integers(2, 30))
def test_each_point_is_what_plain_python_computes(counts: list[int], points: int) -> None:
    """No point is made up between two others; the first and the last rank are among them."""
    histogram = CountHistogram()
    histogram.add(counts)
    tokens = sum(counts) + 7
    curves = Curves.of(histogram, tokens, points)
    ranked = sorted(counts, reverse=True)

    ranks = curves.ranks.tolist()
    assert ranks == sorted(set(ranks))
    assert (ranks[0], ranks[-1]) == (1, len(counts))
    assert len(ranks) <= points
    assert curves.counts.tolist() == [ranked[rank - 1] for rank in ranks]
    assert curves.covered.tolist() == pytest.approx([sum(ranked[:rank]) / tokens for rank in ranks])


def test_a_million_terms_become_some_hundred_points() -> None:
    """Evenly spread over a logarithmic axis."""
    histogram = CountHistogram()
    histogram.add(np.arange(1_000_000, 0, -1))
    ranks = Curves.of(histogram, histogram.tokens).ranks.tolist()

    assert 100 < len(ranks) <= 200
    assert sum(rank > 1000 for rank in ranks) == pytest.approx(100, abs=2)
