"""How many terms were counted how often."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus import Selection, Source, TextTerms, VocabularyDefinition, build_vocabularies
from lexport.corpus.count_histogram import CountHistogram
from lexport.corpus.counted import Counted
from lexport.vocabulary import Vocabulary

COUNTS = st.lists(st.integers(0, 5) | st.integers(0, 2**40), max_size=20)


@given(st.lists(COUNTS, max_size=4))
def test_it_counts_what_a_counter_counts(parts: list[list[int]]) -> None:
    """Whatever comes in one go or in several, as Python or Arrow has it."""
    histogram = CountHistogram()
    for number, part in enumerate(parts):
        histogram.add(pa.chunked_array([part], pa.int64()) if number % 2 else part)
    expected = sorted(Counter(count for part in parts for count in part).items(), reverse=True)

    assert list(zip(histogram.counts.tolist(), histogram.terms.tolist(), strict=True)) == expected
    assert histogram.tokens == sum(map(sum, parts))


def watched(table: pa.Table, **selection: object) -> dict[int, int]:
    """Gives what a histogram saw of a table that was read through it."""
    histogram = CountHistogram()
    counted = histogram.watching(Counted([table], rows=1), Selection(**selection), "string")  # type: ignore[arg-type]
    assert list(counted.tables) == [table]
    return dict(zip(histogram.counts.tolist(), histogram.terms.tolist(), strict=True))


def test_what_is_never_a_term_is_left_out() -> None:
    """The empty term and the out-of-vocabulary token, unless somebody has reserved it or has kept it."""
    table = pa.table({"term": pa.array(["a", "", "[UNK]"], pa.large_string()), "count": [2, 9, 8]})
    kept = Vocabulary.from_terms("words", ["a", "b", "[UNK]"], special_tokens=())

    assert watched(table) == {2: 1}
    assert watched(table, reserved=["a", "b", "[UNK]"]) == {8: 1, 2: 1}
    assert watched(table, keep=kept) == {8: 1, 2: 1}


def test_a_term_with_several_labels_is_one_term() -> None:
    """Counts of pairs are added up first."""
    labels = pa.array(["x", "y", "x"], pa.large_string())
    table = pa.table({"term": pa.array(["a", "a", "b"], pa.large_string()), "label": labels, "count": [2, 3, 5]})
    assert watched(table) == {5: 2}


def test_building_fills_the_histogram_of_each_vocabulary(tmp_path: Path) -> None:
    """With all terms, those that were cut included, while the vocabulary is what it would be otherwise."""
    (tmp_path / "data.csv").write_text("text,tag\nthe cat the dog,x\nthe cow,y\n[UNK],y\n")
    words = VocabularyDefinition(
        "words", Source(tmp_path / "data.csv", "text"), TextTerms(split="whitespace"), Selection(max_terms=1)
    )
    tags = VocabularyDefinition("tags", Source(tmp_path / "data.csv", "tag"))
    histograms: dict[str, CountHistogram] = {}
    built = build_vocabularies([words, tags], histograms=histograms)

    assert built == build_vocabularies([words, tags])
    assert {name: (one.counts.tolist(), one.terms.tolist()) for name, one in histograms.items()} == {
        "words": ([3, 1], [1, 3]),
        "tags": ([2, 1], [1, 1]),
    }
    statistics = built["words"].statistics
    assert statistics is not None
    assert histograms["words"].tokens == statistics.tokens == 6
