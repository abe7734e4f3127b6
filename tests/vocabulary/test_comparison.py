"""Two vocabularies side by side."""

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lexport.vocabulary import Statistics
from lexport.vocabulary.comparison import Change, Comparison
from lexport.vocabulary.diff import diff_terms

COUNTED = st.dictionaries(st.text("ab\u3042", max_size=2), st.integers(0, 9), max_size=8)


def compared(old: dict[str, int], new: dict[str, int], **tokens: int | None) -> Comparison:
    """Compares terms with their counts."""
    sides: list[Any] = [pa.array(list(side), pa.large_string()) for side in (old, new)]
    counts = [
        Statistics(counts=list(side.values()), tokens=tokens.get(name)) for side, name in ((old, "a"), (new, "b"))
    ]
    return Comparison(*sides, *counts)


@given(COUNTED, COUNTED)
def test_it_finds_what_the_difference_finds(old: dict[str, int], new: dict[str, int]) -> None:
    """And knows the counts on both sides; added and removed terms come by count."""
    comparison = compared(old, new)
    difference = diff_terms(tuple(old), tuple(new))

    assert comparison.same == (not difference)
    added = [change.term for change in comparison.added(99)]
    removed = [change.term for change in comparison.removed(99)]
    assert added == sorted(difference.added, key=lambda term: -new[str(term)])
    assert removed == sorted(difference.removed, key=lambda term: -old[str(term)])
    assert [change[:3] for change in comparison.moved(99)] == list(difference.moved)
    for change in [*comparison.added(99), *comparison.removed(99), *comparison.moved(99)]:
        term = str(change.term)
        assert (change.old_count, change.new_count) == (old.get(term), new.get(term))
        assert (change.old, change.new) == tuple(
            list(side).index(term) if term in side else None for side in (old, new)
        )


@given(COUNTED, COUNTED)
def test_the_counts_that_changed_most_come_first(old: dict[str, int], new: dict[str, int]) -> None:
    """Only terms of both, and only where there is a change."""
    changed = compared(old, new).changed(99)
    assert changed is not None
    differences = [abs((change.new_count or 0) - (change.old_count or 0)) for change in changed]
    assert differences == sorted(differences, reverse=True)
    assert {change.term for change in changed} == {term for term in old if term in new and old[term] != new[term]}


def test_with_twice_the_data_nothing_has_changed() -> None:
    """Where the number of tokens is known it is the share of them that counts."""
    old, new = {"the": 60, "cat": 3}, {"the": 120, "cat": 16}
    assert [change.term for change in compared(old, new).changed(1) or ()] == ["the"]
    assert compared(old, new, a=100, b=200).changed(9) == [Change("cat", 1, 1, 3, 16)]
    assert [change.term for change in compared(old, new, a=100).changed(1) or ()] == ["the"]


def test_no_more_terms_are_given_than_one_asks_for() -> None:
    """None is possible."""
    comparison = compared({"a": 1, "b": 2}, {"c": 1, "d": 2, "a": 3})
    assert [change.term for change in comparison.added(1)] == ["d"]
    assert [comparison.added(0), comparison.removed(0), comparison.moved(0), comparison.changed(0)] == [[], [], [], []]


def test_without_counts_the_order_is_that_of_the_vocabulary() -> None:
    """And what changed is not known."""
    comparison = Comparison(pa.array(["a"], pa.large_string()), pa.array(["c", "b"], pa.large_string()))
    assert comparison.added(9) == [Change("c", None, 0, None, None), Change("b", None, 1, None, None)]
    assert comparison.removed(9) == [Change("a", 0, None, None, None)]
    assert comparison.changed(9) is None


def test_strings_and_integers_have_nothing_in_common() -> None:
    """All terms of one are removed, all of the other added."""
    comparison = Comparison(pa.array(["1"], pa.large_string()), pa.array([1, 2], pa.int64()))
    assert not comparison.same
    assert [change.term for change in comparison.added(9)] == [1, 2]
    assert [change.term for change in comparison.removed(9)] == ["1"]
