"""What tensorflow_transform's `vocabulary` gives, by the expectations of its own integration test.

The data and the expected values are those of `tensorflow_transform/beam/vocabulary_integration_test.py` (1.18.0.dev).
"""

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from lexport.corpus.counted import Counted
from lexport.corpus.selection import Selection, select_terms

HELLO = ["hello"] * 3 + ["goodbye"] + ["aaaaa"] * 2 + ["goodbye"] * 2 + ["aaaaa"] * 2 + ["goodbye"] * 2
HELLO_LABELS = [1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0]
G0, G1, G2, W1 = "good_predictor_of_0", "good_predictor_of_1", "good_predictor_of_2", "weak_predictor_of_1"
MANY = [G0, G0, G0, G1, G2, G2, G2, G1, G1, W1, G0, G1, G1, G1, W1]
MANY_LABELS = [0, 0, 0, 1, 2, 2, 2, 1, 1, 1, 0, 1, 1, 1, 0]
TWO = [G0, G0, G0, G1, G0, G1, G1, G1, G1, G0, G1, G1, G1, W1, W1]
TWO_LABELS = [0, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0]
I0, I1, BY_WEIGHT, NOT = "informative_0", "informative_1", "informative_by_weight", "uninformative"
WEIGHED = [I1, I1, I0, I0, NOT, NOT, BY_WEIGHT, BY_WEIGHT]
WEIGHED_LABELS = [1, 1, 0, 0, 0, 1, 0, 1]
WEIGHTS = [1.0, 1, 1, 1, 1, 1, 1, 5]
INFORMATIVE = ["informative"] * 3 + [NOT] * 4 + ["uninformative_rare"] * 2


def counted(terms: list[Any], labels: list[Any] | None, weights: list[float] | None) -> Counted:
    """Counts rows with one term each, in plain Python."""
    kind = pa.large_string() if isinstance(terms[0], str) else pa.int64()
    names = [None] * len(terms) if labels is None else [None if label is None else str(label) for label in labels]
    amounts = [round(weight * 10**6) for weight in weights or [1.0] * len(terms)]
    counts, sums = Counter(zip(terms, names, strict=True)), Counter[Any]()
    label_counts, label_sums = Counter(names), Counter[Any]()
    for term, name, amount in zip(terms, names, amounts, strict=True):
        sums[term, name] += amount
        label_sums[name] += amount
    keys = list(counts)
    columns: dict[str, Any] = {"term": pa.array([term for term, _ in keys], kind)}
    totals: dict[str, Any] = {"label": pa.array(list(label_counts), pa.large_string())}
    if labels is not None:
        columns["label"] = pa.array([name for _, name in keys], pa.large_string())
    columns["count"], totals["count"] = [counts[key] for key in keys], list(label_counts.values())
    if weights is not None:
        columns["weight"], totals["weight"] = [sums[key] for key in keys], [label_sums[name] for name in label_counts]
    return Counted([pa.table(columns)], rows=len(terms), labels=None if labels is None else pa.table(totals))


def selected(counts: Counted, selection: Selection) -> list[tuple[Any, float]]:
    """The chosen terms with their measure."""
    dtype = "int64" if counts.tables[0]["term"].type == pa.int64() else "string"  # type: ignore[index]
    table = select_terms(counts, selection, dtype)  # type: ignore[arg-type]
    measure = "score" if selection.informed else selection.rank
    scale = 1 if measure == "count" else 1e-6
    return [(term, value * scale) for term, value in zip(*table.select(["term", measure]).to_pydict().values())]  # noqa: B905


CASES: dict[str, tuple[list[Any], list[int], list[float] | None, bool, float, list[tuple[Any, float]]]] = {
    "binary label": (
        INFORMATIVE,
        [1, 1, 1, 0, 1, 1, 0, 0, 1],
        None,
        False,
        0,
        [("informative", 1.7548264), (NOT, 0.33985), ("uninformative_rare", 0.169925)],
    ),
    "multi-class label": (
        MANY,
        MANY_LABELS,
        None,
        False,
        0,
        [(G2, 6.9656613), (G1, 6.5969828), (G0, 6.339692), (W1, 0.684463)],
    ),
    "binary label with weights": (
        WEIGHED,
        WEIGHED_LABELS,
        WEIGHTS,
        False,
        0,
        [(I0, 3.1698803), (I1, 1.1698843), (BY_WEIGHT, 0.6096405), (NOT, 0.169925)],
    ),
    "min_diff_from_avg": (
        HELLO,
        HELLO_LABELS,
        None,
        False,
        2,
        [("hello", 0), ("goodbye", 0), ("aaaaa", 0)],
    ),
    "adjusted": (
        HELLO,
        HELLO_LABELS,
        None,
        True,
        0,
        [("goodbye", 1.4070794), ("aaaaa", 0.9987448), ("hello", 0.5017178)],
    ),
    "adjusted, integers": (
        [{"hello": 3, "goodbye": 1, "aaaaa": 2}[term] for term in HELLO],
        HELLO_LABELS,
        None,
        True,
        0,
        [(1, 1.4070794), (2, 0.9987448), (3, 0.5017178)],
    ),
    "adjusted, multi-class": (
        MANY,
        MANY_LABELS,
        None,
        True,
        0,
        [(G1, 5.4800901), (G2, 5.3861019), (G0, 4.9054722), (W1, -0.9748023)],
    ),
    "adjusted, with weights": (
        WEIGHED,
        WEIGHED_LABELS,
        WEIGHTS,
        True,
        0,
        [(I0, 2.3029856), (I1, 0.3029896), (BY_WEIGHT, 0.1713041), (NOT, -0.6969697)],
    ),
    "adjusted, min_diff_from_avg": (
        TWO,
        TWO_LABELS,
        None,
        True,
        1,
        [(G0, 1.8322128), (G1, 1.7554416), (W1, 0)],
    ),
    "labels, weights and frequency": (
        HELLO,
        HELLO_LABELS,
        [0.3, 0.4, 0.3, 1.2, 0.6, 0.7, 1.0, 1.0, 0.6, 0.7, 1.0, 1.0],
        False,
        0,
        [("aaaaa", 1.5637185), ("goodbye", 0.8699492), ("hello", 0.6014302)],
    ),
    "labels and frequency": (
        HELLO,
        HELLO_LABELS,
        None,
        False,
        0,
        [("goodbye", 1.9753224), ("aaaaa", 1.6600707), ("hello", 1.2450531)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_information_ranks_terms_as_in_tensorflow_transform(case: str) -> None:
    """Same order, and the same values up to the float32 in which it adds up."""
    terms, labels, weights, adjusted, difference, expected = CASES[case]
    rank = "adjusted_mutual_information" if adjusted else "mutual_information"
    found = selected(counted(terms, labels, weights), Selection(rank=rank, min_difference=difference))
    assert [term for term, _ in found] == [term for term, _ in expected]
    assert [value for _, value in found] == pytest.approx([value for _, value in expected], rel=2e-5, abs=2e-6)


def test_terms_by_fingerprint_stand_as_in_tensorflow_transform() -> None:
    """In the order of the sha1 of their bytes; of integers, of their digits."""
    selection = Selection(order="fingerprint")
    assert selected(counted(["world", "hello", "hello"], None, None), selection) == [("world", 1), ("hello", 2)]
    assert selected(counted([1, 2, 2, 3], None, None), selection) == [(1, 1), (3, 1), (2, 2)]


def test_frequency_and_weights_rank_as_in_tensorflow_transform() -> None:
    """The first `max_terms`, ties by descending term."""
    assert selected(counted(["hi", "ho ho", "ho ho"], None, None), Selection()) == [("ho ho", 2), ("hi", 1)]
    assert selected(counted([111, 2, 2, 3], None, None), Selection(max_terms=2)) == [(2, 2), (111, 1)]
    weights = [1.4, 0.5, 1.12, 0.123, 0.3, 1.123, 0.1, 0.00001]
    terms = ["hello"] * 3 + ["goodbye"] + ["aaaaa"] * 2 + ["goodbye"] * 2
    found = selected(counted(terms, None, weights), Selection(max_terms=2, rank="weight"))
    assert found == [("hello", pytest.approx(3.02)), ("aaaaa", pytest.approx(1.423))]
