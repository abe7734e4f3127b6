"""Which terms become the vocabulary, and in which order: against plain Python, over arbitrary counts."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus.counted import Counted
from lexport.corpus.selection import Selection, TermGroups, candidates, group_candidates, select_terms
from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary

TERM = st.text(st.sampled_from("aAbé\U00010000\uffff\x00 "), max_size=4) | st.sampled_from(["", "[UNK]", "abcdefghij"])
ROW = st.tuples(st.integers(1, 5), st.integers(0, 5), st.integers(0, 3_000_000))
NUMBERS = ("count", "documents", "weight")
COUNTS = st.dictionaries(TERM, ROW, max_size=25)


def counted(counts: dict[Any, Any], parts: int = 1) -> Counted:
    """Tables of count, documents and weight, the terms spread over them."""
    kind = pa.int64() if counts and isinstance(next(iter(counts)), int) else pa.large_string()
    tables = []
    for part in range(parts):
        rows = [(term, *numbers) for term, numbers in list(counts.items())[part::parts]]
        term, *numbers = zip(*rows, strict=True) if rows else [(), (), (), ()]
        columns = {name: pa.array(values, pa.int64()) for name, values in zip(NUMBERS, numbers, strict=True)}
        tables.append(pa.table({"term": pa.array(term, kind), **columns}))
    return Counted(tables, rows=10)


def plainly(counts: dict[str, Any], selection: Selection) -> list[str]:
    """The same selection, without Arrow, in the words of the documentation."""
    never = {"", "[UNK]"} - set(selection.reserved) - set(selection.keep.terms if selection.keep else ())
    possible = {term: numbers for term, numbers in counts.items() if term not in never}
    measure = {"count": 0, "documents": 1, "weight": 2}[selection.rank]
    fixed = list(dict.fromkeys([*(selection.keep.terms if selection.keep else ()), *selection.reserved]))

    def ordered(terms: Any) -> list[str]:
        return sorted(terms, key=lambda term: (possible[term][measure], term.encode()), reverse=True)

    def taken(terms: list[str], limits: Any, room: int | None, covered: int, tokens: int) -> list[str]:
        good = [term for term in terms if reaches(possible[term], limits)][:room]
        if limits.coverage is None:
            return good
        wanted = math.ceil(Fraction(str(limits.coverage)) * tokens)
        found = []
        for term in good:
            if covered >= wanted:
                break
            found.append(term)
            covered += possible[term][0]
        return found

    def reaches(numbers: Any, limits: Any) -> bool:
        weight = limits.min_weight is None or numbers[2] >= Fraction(str(limits.min_weight)) * 10**6
        return bool(numbers[0] >= limits.min_count and numbers[1] >= limits.min_documents and weight)

    total = sum(numbers[0] for numbers in possible.values())
    held = sum(possible[term][0] for term in fixed if term in possible)
    room = None if selection.max_terms is None else selection.max_terms - len(fixed)
    chosen = set(taken(ordered(set(possible) - set(fixed)), selection, room, held, total))
    groups: dict[str, list[str]] = {}
    for term in ordered(possible) if selection.groups else []:
        if term:
            groups.setdefault(term[0], []).append(term)
    for group in groups.values():
        limits = selection.groups
        assert limits is not None
        chosen |= set(taken(group, limits, limits.max_terms, 0, sum(possible[term][0] for term in group)))
    return fixed + ordered(chosen - set(fixed))


LIMITS = {
    "max_terms": st.none() | st.integers(1, 12),
    "min_count": st.integers(1, 4),
    "min_documents": st.integers(0, 3),
    "min_weight": st.none() | st.sampled_from([0.5, 1, 2.25]),
    "coverage": st.none() | st.sampled_from([0.1, 0.3, 0.5, 0.9, 1, 1.0]),
}


@st.composite
def selections(draw: Any) -> Selection:
    """Selections of every kind that strings allow, but those by labels."""
    given = {name: draw(strategy) for name, strategy in LIMITS.items()}
    if draw(st.booleans()):
        limits = {name: draw(strategy) for name, strategy in LIMITS.items()}
        limits["coverage"] = limits["coverage"] or 1
        given["groups"] = TermGroups(**limits, key=r"(?s)^(.)")
    given["reserved"] = draw(st.lists(st.sampled_from(["a", "b", "[UNK]", "new"]), unique=True, max_size=2))
    if draw(st.booleans()):
        kept = draw(st.lists(st.sampled_from(["a", "é", "old", "ab"]), unique=True, min_size=1, max_size=3))
        given["keep"] = Vocabulary.from_terms("kept", kept)
    elif "[UNK]" in given["reserved"]:
        given["reserved"] = ["first", "second", "[UNK]"]  # it is refused at the head
    if given["max_terms"] is not None:
        given["max_terms"] += 5
    return Selection(rank=draw(st.sampled_from(["count", "weight"])), **given)


@settings(deadline=None, max_examples=300)
@given(counts=COUNTS, parts=st.integers(1, 3), selection=selections(), merge=st.sampled_from([1, 4, 1 << 20]))
def test_a_selection_is_what_its_words_say(
    counts: dict[str, Any], parts: int, selection: Selection, merge: int
) -> None:
    """However the terms are spread over tables, and however often these are merged meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MERGE_ROWS", merge)
        patch.setattr(group_candidates, "MERGE_ROWS", merge)
        found = select_terms(counted(counts, parts), selection, "string")
    assert found["term"].to_pylist() == plainly(counts, selection)
    for name, place in (("count", 0), ("documents", 1), ("weight", 2)):
        expected = [counts.get(term, (0, 0, 0))[place] for term in found["term"].to_pylist()]
        assert found[name].to_pylist() == expected


def test_frequent_terms_come_first_and_ties_in_descending_bytes() -> None:
    """By UTF-8 bytes: U+10000 stands above U+FFFF, though below it in UTF-16."""
    counts = dict.fromkeys(("a", "\uffff", "\U00010000", "Z"), (1, 1, 1)) | {"b": (5, 1, 1)}
    found = select_terms(counted(counts), Selection(), "string")["term"].to_pylist()
    assert found == ["b", "\U00010000", "\uffff", "a", "Z"]


def test_integers_with_equal_counts_descend_by_value() -> None:
    """Not by their digits."""
    counts = {2: (1, 1, 1), 10: (1, 1, 1), -5: (1, 1, 1), 3: (2, 1, 1), -1: (9, 1, 1)}
    assert select_terms(counted(counts), Selection(), "int64")["term"].to_pylist() == [3, 10, 2, -5]
    keep = Vocabulary.from_terms("ids", [7, 2])
    assert select_terms(counted(counts), Selection(keep=keep, max_terms=3), "int64")["term"].to_pylist() == [7, 2, 3]


def test_the_empty_term_and_the_oov_token_take_no_places() -> None:
    """Neither of `max_terms` nor of the tokens to cover."""
    counts = {"": (90, 1, 1), "[UNK]": (80, 1, 1), "a": (2, 1, 1), "b": (1, 1, 1)}
    for selection in (Selection(max_terms=2), Selection(coverage=1)):
        assert select_terms(counted(counts), selection, "string")["term"].to_pylist() == ["a", "b"]
    assert select_terms(counted(counts), Selection(coverage=0.6), "string")["term"].to_pylist() == ["a"]


def test_a_share_counts_as_it_is_written() -> None:
    """0.1 of 30 tokens are 3 of them, though 0.1 * 30 is more in floating point."""
    counts = {"a": (3, 1, 1)} | {f"b{index}": (1, 1, 1) for index in range(27)}
    assert select_terms(counted(counts), Selection(coverage=0.1), "string")["term"].to_pylist() == ["a"]


def test_the_table_says_what_it_was_chosen_from() -> None:
    """All tokens and terms that could have been chosen, and the rows."""
    counts = {"": (9, 1, 1), "a": (2, 1, 1), "b": (1, 1, 1)}
    metadata = select_terms(counted(counts), Selection(min_count=2), "string").schema.metadata
    assert metadata == {b"lexport.tokens": b"3", b"lexport.distinct": b"2", b"lexport.rows": b"10"}


@pytest.mark.parametrize(
    "tables", [[], [pa.table({"term": pa.array([], pa.large_string()), "count": pa.array([], pa.int64())})]]
)
def test_nothing_counted_leaves_the_reserved_terms(tables: list[Any]) -> None:
    """An empty file of counts is no error; a vocabulary without terms will be one."""
    found = select_terms(Counted(tables, rows=0), Selection(reserved=["[CLS]"], coverage=0.5), "string")
    assert found.to_pydict() == {"term": ["[CLS]"], "count": [0]}
    assert len(select_terms(Counted(tables, rows=0), Selection(max_terms=3), "string")) == 0


@pytest.mark.parametrize(
    ("selection", "dtype", "message"),
    [
        (Selection(rank="weight"), "string", "weight: was not counted"),
        (Selection(groups=TermGroups(min_documents=2, key="(.)")), "string", "documents: was not counted"),
        (Selection(rank="mutual_information"), "string", "labels were not counted"),
        (Selection(), "int64", "the counted terms must be int64; received large_string"),
        (Selection(reserved=[3]), "string", "reserved: must be string terms; received 3"),
        (Selection(reserved=["3"]), "int64", "reserved: must be int64 terms; received '3'"),
    ],
)
def test_what_was_not_counted_cannot_select(selection: Selection, dtype: Any, message: str) -> None:
    """The error names what is missing, or of another type."""
    table = pa.table({"term": pa.array(["a"], pa.large_string()), "count": [1]})
    with pytest.raises(VocabularyError, match=message):
        select_terms(Counted([table], rows=1), selection, dtype)


def test_a_kept_vocabulary_is_of_the_type_of_the_terms() -> None:
    """The ids of strings are not those of integers."""
    with pytest.raises(
        VocabularyError, match=r"keep: must hold string terms; received Vocabulary\('ids', 1 terms, int64"
    ):
        select_terms(Counted([], rows=0), Selection(keep=Vocabulary.from_terms("ids", [3])), "string")


def test_terms_ranked_by_labels_are_added_up_over_them() -> None:
    """A labelled table has a row for each pair; the chosen table has one for each term."""
    table = pa.table(
        {
            "term": pa.array(["a", "b", "a", "a"], pa.large_string()),
            "label": pa.array(["x", "x", "y", None], pa.large_string()),
            "count": [3, 1, 2, 1],
            "documents": [2, 1, 2, 1],
        }
    )
    labels = pa.table({"label": pa.array(["x", None, "y"], pa.large_string()), "count": [4, 1, 5]})
    found = select_terms(Counted([table], rows=10, labels=labels), Selection(min_count=2), "string").to_pydict()
    assert found == {"term": ["a"], "count": [6], "documents": [5]}


def test_documents_and_not_tokens_are_seen_with_a_label() -> None:
    """A term that stands twice in a row is one row that holds it, as mutual information is about rows."""

    def scores(count: list[int], documents: list[int] | None) -> list[int]:
        columns = {"term": pa.array(["a", "b"], pa.large_string()), "label": pa.array(["x", "y"], pa.large_string())}
        table = pa.table({**columns, "count": count, **({} if documents is None else {"documents": documents})})
        labels = pa.table({"label": pa.array(["x", "y"], pa.large_string()), "count": [3, 3]})
        selection = Selection(rank="mutual_information", min_difference=0)
        return list(select_terms(Counted([table], rows=6, labels=labels), selection, "string")["score"].to_pylist())

    assert scores([9, 2], [2, 2]) == scores([2, 2], None)
    with pytest.raises(VocabularyError, match=r"'a' was seen 9 times in 6 rows"):
        scores([9, 2], None)


def test_labels_without_totals_are_an_error() -> None:
    """The counts of terms cannot say how many rows have a label."""
    table = pa.table(
        {"term": pa.array(["a"], pa.large_string()), "label": pa.array(["x"], pa.large_string()), "count": [1]}
    )
    labels = pa.table({"label": pa.array(["y"], pa.large_string()), "count": [3]})
    with pytest.raises(VocabularyError, match="the label 'x' is missing from the totals"):
        select_terms(Counted([table], rows=3, labels=labels), Selection(rank="mutual_information"), "string")


def test_scores_do_not_depend_on_the_order_of_counting() -> None:
    """Rows and labels in another order give the same table, to the last bit."""
    rng = np.random.default_rng(0)
    terms, names = np.repeat([f"t{index}" for index in range(200)], 4), np.tile(list("wxyz"), 200)
    counts = rng.integers(1, 300, 800)
    totals = np.array([counts[names == name].sum() for name in "wxyz"])
    results = []
    for order, labels in ((np.arange(800), [0, 1, 2, 3]), (rng.permutation(800), [2, 0, 3, 1])):
        table = pa.table(
            {
                "term": pa.array(terms[order], pa.large_string()),
                "label": pa.array(names[order], pa.large_string()),
                "count": counts[order],
            }
        )
        per_label = pa.table(
            {"label": pa.array(np.array(list("wxyz"))[labels], pa.large_string()), "count": totals[labels]}
        )
        selection = Selection(rank="adjusted_mutual_information")
        results.append(select_terms(Counted([table], rows=9, labels=per_label), selection, "string"))
    assert results[0].equals(results[1])
    assert len(set(results[0]["score"].to_pylist())) > 100
