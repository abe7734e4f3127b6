"""What changed between two vocabularies."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.vocabulary import Vocabulary
from lexport.vocabulary.arrow_sequence import ArrowSequence
from lexport.vocabulary.diff import VocabularyDiff, diff_arrow, diff_terms

STRINGS = st.lists(st.text(st.characters(codec="utf-8"), max_size=3), unique=True, max_size=12)
INTEGERS = st.lists(st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), unique=True, max_size=8)


def arrow(terms: list[Any]) -> Any:
    """An Arrow array of the type that vocabularies have."""
    kind = pa.int64() if terms and isinstance(terms[0], int) else pa.large_string()
    return pa.array(terms, kind)


def test_a_diff_names_what_was_added_removed_and_moved() -> None:
    """Moved terms come with both indices, since an embedding's rows are at stake."""
    old = Vocabulary.from_terms("words", ["a", "b", "c", "d"])
    new = Vocabulary.from_terms("words", ["a", "c", "b", "e"])
    diff = old.diff(new)
    assert diff.added == ("e",)
    assert diff.removed == ("d",)
    assert diff.moved == (("b", 1, 2), ("c", 2, 1))
    assert str(diff) == "1 added, 1 removed, 2 moved"
    assert diff


def test_equal_vocabularies_have_no_diff() -> None:
    """The name is not part of it."""
    assert not Vocabulary.from_terms("words", [3, 1]).diff(Vocabulary.from_terms("ids", [3, 1]))


@given(STRINGS, STRINGS)
def test_arrow_finds_what_python_finds(old: list[str], new: list[str]) -> None:
    """Large vocabularies are compared by Arrow, small ones by a dict, and nobody can tell which it was."""
    by_python = diff_terms(tuple(old), tuple(new))
    by_arrow = diff_arrow(arrow(old), arrow(new))

    assert by_arrow == by_python
    assert by_python == by_arrow
    assert (str(by_arrow), bool(by_arrow)) == (str(by_python), bool(by_python))
    assert repr(by_arrow) == repr(by_python)


@given(INTEGERS.filter(bool), INTEGERS.filter(bool))
def test_integers_are_compared_by_their_value(old: list[int], new: list[int]) -> None:
    """As a layer looks them up."""
    assert diff_arrow(arrow(old), arrow(new)) == diff_terms(tuple(old), tuple(new))


def test_strings_and_integers_have_no_term_in_common() -> None:
    """The text 1 and the number 1 are different terms, in small vocabularies and in large ones."""
    expected = VocabularyDiff(added=(1, 2), removed=("1", "2"), moved=())
    assert diff_arrow(arrow(["1", "2"]), arrow([1, 2])) == expected
    assert Vocabulary.from_terms("words", ["1", "2"]).diff(Vocabulary.from_terms("ids", [1, 2])) == expected


def test_large_vocabularies_are_compared_without_their_terms_as_python_objects() -> None:
    """What is told is still the same: the terms, and both indices of those that moved."""
    terms = [f"term {number}" for number in range(50_000)]
    old = Vocabulary.from_terms("words", terms)
    new = Vocabulary.from_terms("words", [*terms[1:], "new"])
    diff = old.diff(new)

    assert isinstance(diff.moved, ArrowSequence)
    assert (diff.added, diff.removed) == (("new",), ("term 0",))
    assert diff.moved[0] == ("term 1", 1, 0)
    assert list(diff.moved[-2:]) == [("term 49998", 49998, 49997), ("term 49999", 49999, 49998)]
    assert diff == diff_terms(old.terms, new.terms)
    assert str(diff) == "1 added, 1 removed, 49999 moved"
    assert repr(diff.moved).startswith("<49,999 elements: ('term 1', 1, 0), ")


def test_a_sequence_of_arrow_is_a_sequence() -> None:
    """It can be sliced, searched, hashed and walked through as a tuple can."""
    words: ArrowSequence[str] = ArrowSequence(pa.array(["the", "of", "and"]))
    assert words[1:] == ("of", "and")
    assert words[-1] == "and"
    assert words.index("of") == 1
    assert "cat" not in words
    assert hash(words) == hash(("the", "of", "and"))
    assert words != ("the", "of")
    assert words != 3
    with pytest.raises(IndexError):
        words[3]
