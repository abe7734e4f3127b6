"""Documents, weights and labels, against plain Python."""

from collections import Counter, defaultdict
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus import TextTerms
from lexport.corpus.count_job import CountJob
from lexport.corpus.kernel import measured_counts
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.rows import Rows

WORDS = st.lists(st.sampled_from(["a", "B", "b!", "!!", "long-word-of-many-letters", "é"]), max_size=6)
ROWS = st.lists(
    st.tuples(st.none() | WORDS.map(" ".join), st.sampled_from([0.0, 0.5, -1.25, 1e6, 0.1]), st.sampled_from("pqr")),
    min_size=1,
    max_size=12,
)


def _rows(rows: list[tuple[str | None, float, str]]) -> Rows:
    texts, weights, labels = zip(*rows, strict=True)
    kind = pa.large_string()
    columns = {"x": pa.array(texts, kind), "w": pa.array(weights), "l": pa.array(labels, kind)}
    return Rows(len(rows), columns)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, labelled=st.booleans())
def test_all_measures_are_those_of_plain_python(rows: list[tuple[str | None, float, str]], labelled: bool) -> None:
    """A row counts once as a document of each of its terms, and lends its weight to each of its tokens."""
    counts, documents, weights = Counter[Any](), Counter[Any](), defaultdict[Any, int](int)
    for text, weight, label in rows:
        tokens = [token.lower().replace("!", "").replace("-", "") for token in (text or "").split()]
        keys = [(token, label) if labelled else (token,) for token in tokens if token]
        counts.update(keys)
        documents.update(set(keys))
        for key in keys:
            weights[key] += round(weight * 1_000_000)
    terms = TextTerms("lower_and_strip_punctuation", "whitespace")
    table = measured_counts(_rows(rows), CountJob("x", "x", terms, "string", True, "w", "l" if labelled else None))
    found = {
        ((row["term"].decode(), row["label"]) if labelled else (row["term"].decode(),)): row
        for row in table.to_pylist()
    }
    assert {key: row["count"] for key, row in found.items()} == dict(counts)
    assert {key: row["documents"] for key, row in found.items()} == dict(documents)
    assert {key: row["weight"] for key, row in found.items()} == dict(weights)


def test_integers_have_measures_too() -> None:
    """As integers, and as text that holds them; text that is empty is in no document."""
    job = CountJob("x", "x", TextTerms(), "int64", documents=True)
    lists = pa.array([[7, 7], [7, -1]], pa.large_list(pa.int64()))
    by_integers = measured_counts(Rows(2, {"x": lists}), job).to_pylist()
    assert by_integers == [{"term": -1, "count": 1, "documents": 1}, {"term": 7, "count": 3, "documents": 2}] or (
        sorted(by_integers, key=lambda row: row["term"])
        == [{"term": -1, "count": 1, "documents": 1}, {"term": 7, "count": 3, "documents": 2}]
    )
    texts = pa.array(["7", "07", " "], pa.large_string())
    assert measured_counts(Rows(3, {"x": texts}), job).to_pylist() == [{"term": 7, "count": 2, "documents": 2}]


@pytest.mark.parametrize("weight", [None, float("nan"), float("inf"), 1e13])
def test_a_weight_that_is_none_or_too_large_is_refused(weight: float | None) -> None:
    """It would be a sum that is none, or run over."""
    rows = Rows(1, {"x": pa.array(["a"], pa.large_string()), "w": pa.array([weight], pa.float64())})
    with pytest.raises(UnreadableSource, match="each row must have a finite weight in the column 'w'; received"):
        measured_counts(rows, CountJob("x", "x", TextTerms(), weight="w"))


def test_weights_may_be_text_as_in_csv() -> None:
    """What is no number is named, with the column."""
    kind = pa.large_string()
    rows = Rows(2, {"x": pa.array(["a", "a"], kind), "w": pa.array(["0.5", " 2"], kind)})
    job = CountJob("x", "x", TextTerms(), weight="w")
    assert measured_counts(rows, job)["weight"].to_pylist() == [2_500_000]
    rows = Rows(1, {"x": pa.array(["a"], kind), "w": pa.array(["many"], kind)})
    with pytest.raises(UnreadableSource, match=r"a finite weight in the column 'w': .*many"):
        measured_counts(rows, job)


def test_a_row_without_a_label_is_refused() -> None:
    """Leaving it out would shift the shares of all others."""
    kind = pa.large_string()
    rows = Rows(2, {"x": pa.array(["a", "b"], kind), "l": pa.array(["p", None], kind)})
    with pytest.raises(UnreadableSource, match="each row must have one label in the column 'l'"):
        measured_counts(rows, CountJob("x", "x", TextTerms(), label="l"))


def test_labels_may_be_integers_or_booleans() -> None:
    """They are told apart by what they are as text."""
    rows = Rows(2, {"x": pa.array(["a", "a"], pa.large_string()), "l": pa.array([True, False])})
    table = measured_counts(rows, CountJob("x", "x", TextTerms(), label="l"))
    assert sorted(table["label"].to_pylist()) == ["false", "true"]


def test_rows_without_any_value_give_an_empty_table() -> None:
    """With the same columns as any other."""
    rows = _rows([(None, 1.0, "p")])
    table = measured_counts(rows, CountJob("x", "x", TextTerms(), "string", True, "w", "l"))
    assert (len(table), table.column_names) == (0, ["term", "label", "count", "documents", "weight"])
