"""The curves of a vocabulary, and where it was cut."""

import pytest

from lexport.corpus.count_histogram import CountHistogram
from lexport.corpus.plots import Panel
from lexport.errors import VocabularyError
from lexport.vocabulary import Statistics


def test_the_curves_are_those_of_all_terms_and_the_cut_that_of_the_vocabulary() -> None:
    """Terms that were cut are on the curve, right of the cut."""
    histogram = CountHistogram()
    histogram.add([5, 3, 1, 1])
    panel = Panel.of("words", Statistics(counts=[5, 1], tokens=10), histogram)

    assert (panel.terms, panel.covered) == (2, 0.6)
    assert panel.curves.counts.tolist() == [5, 3, 1, 1]
    assert panel.curves.covered.tolist() == [0.5, 0.8, 0.9, 1.0]


def test_without_the_counts_of_all_terms_those_of_the_vocabulary_are_drawn() -> None:
    """As a share of all tokens, where their number is known; otherwise of those of the vocabulary."""
    assert Panel.of("words", Statistics(counts=[1, 5], tokens=10)).curves.covered.tolist() == [0.5, 0.6]
    assert Panel.of("words", Statistics(counts=[1, 3])).curves.covered.tolist() == [0.75, 1.0]


@pytest.mark.parametrize("statistics", [None, Statistics(document_counts=[3]), Statistics(counts=[0, 0], tokens=9)])
def test_a_vocabulary_without_counts_cannot_be_drawn(statistics: Statistics | None) -> None:
    """It says so, by name."""
    with pytest.raises(VocabularyError, match="vocabulary 'words' cannot be drawn"):
        Panel.of("words", statistics)
