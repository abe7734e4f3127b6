"""Vocabularies of millions: the same bytes and the same refusals as term by term."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.errors import VocabularyError
from lexport.vocabulary import Statistics, Vocabulary, arrow_terms, sound_lines

TERM = st.text(st.sampled_from("ab \n\r\x00\ufeff\u2028é\U00010000"), max_size=3) | st.just("[UNK]")


def _outcome(make: Any) -> Any:
    try:
        words = make()
    except VocabularyError as error:
        return [str(problem) for problem in error.problems]
    return (words.data, words.dtype, words.terms)


@given(terms=st.lists(TERM, max_size=6), cut=st.integers(0, 6), special=st.sampled_from([None, (), ("a", "")]))
def test_strings_are_checked_and_written_as_term_by_term(terms: list[str], cut: int, special: Any) -> None:
    """Same bytes or same problems, also for a slice, and for several chunks."""
    array = pa.array(terms, pa.large_string()).slice(min(cut, 1))
    chunked = pa.chunked_array([array.slice(0, cut), array.slice(cut)])
    expected = _outcome(
        lambda: Vocabulary.from_terms("w", terms[min(cut, 1) :], dtype="string", special_tokens=special)
    )
    for one in (array, chunked, array.cast(pa.string())):
        assert _outcome(lambda one=one: Vocabulary.from_arrow("w", one, special_tokens=special)) == expected


@given(terms=st.lists(st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), max_size=6))
def test_integers_are_checked_and_written_as_term_by_term(terms: list[int]) -> None:
    """Same bytes or same problems."""
    expected = _outcome(lambda: Vocabulary.from_terms("w", terms, dtype="int64"))
    assert _outcome(lambda: Vocabulary.from_arrow("w", pa.array(terms, pa.int64()))) == expected


@given(
    terms=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=1), unique=True
    )
)
def test_bytes_are_read_back_as_they_were_written(terms: list[str]) -> None:
    """Every character that a line can hold."""
    data = "".join(f"{term}\n" for term in terms).encode()
    assert arrow_terms.arrow_terms(data, "string").to_pylist() == terms
    numbers = "".join(f"{index}\n" for index in range(len(terms))).encode()
    assert arrow_terms.arrow_terms(numbers, "int64").to_pylist() == list(range(len(terms)))


def test_a_term_that_stands_there_twice_is_found_among_many() -> None:
    """By its hash; both lines are named."""
    terms = [f"term {index}" for index in range(5000)]
    assert len(Vocabulary.from_arrow("w", pa.array(terms, pa.large_string()))) == 5000
    terms[4321] = terms[17]
    with pytest.raises(VocabularyError, match="line 4322: duplicate-term: 'term 17' stands on line 18 already"):
        Vocabulary.from_arrow("w", pa.array(terms, pa.large_string()))


def test_terms_with_the_same_hash_are_no_duplicates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash only says where to look."""
    monkeypatch.setattr(sound_lines, "hashes_of_text", lambda text, ends: np.zeros(len(ends) - 1, np.uint64))
    assert Vocabulary.from_arrow("w", pa.array(["a", "b"], pa.large_string())).terms == ("a", "b")


@pytest.mark.parametrize(
    ("terms", "received"),
    [(pa.array([1.5]), "double"), (pa.array(["a", None]), "1 nulls"), (pa.array([1], pa.int32()), "int32")],
)
def test_other_types_and_nulls_are_refused(terms: Any, received: str) -> None:
    """There is more than one way to make terms of them."""
    with pytest.raises(VocabularyError, match=f"the terms must be large_string or int64; received {received}"):
        Vocabulary.from_arrow("w", terms)


def test_statistics_come_with_the_terms() -> None:
    """One number for each of them."""
    terms = pa.array(["the", "of"], pa.large_string())
    assert Vocabulary.from_arrow("w", terms, statistics=Statistics(counts=[2, 1])).counts == (2, 1)
    with pytest.raises(VocabularyError, match="has 2 terms; counts must have as many, received 3"):
        Vocabulary.from_arrow("w", terms, statistics=Statistics(counts=[2, 1, 1]))
