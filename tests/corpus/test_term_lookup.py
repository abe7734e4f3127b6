"""Finding terms in a vocabulary, also where their hashes are the same."""

from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.term_lookup import TermLookup
from lexport.vocabulary.term_hashes import FACTOR, _mixed, term_hashes

KIND = pa.large_string()
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=4), max_size=20)
INTEGERS = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2), max_size=20)


def places(terms: list[Any], asked: list[Any]) -> list[int]:
    """What Python finds."""
    return [terms.index(term) if term in terms else -1 for term in asked]


def twins() -> list[bytes]:
    """Gives two terms with the same hash: the second eight bytes undo what the first eight have changed."""
    one, other = b"abcdefgh", b"abcdefgi"
    # The hash that a term of sixteen bytes has after its first eight: that of the eight, begun with another length.
    first, second = (
        _mixed(
            (_mixed(np.array([17], np.uint64) * np.uint64(FACTOR)) ^ np.frombuffer(word, np.uint64)) * np.uint64(FACTOR)
        )
        for word in (one, other)
    )
    end = np.frombuffer(b"ijklmnop", np.uint64)
    return [one + end.tobytes(), other + (end ^ first ^ second).tobytes()]


@given(TEXTS, TEXTS)
def test_texts_are_found_where_they_stand(terms: list[str], asked: list[str]) -> None:
    """The empty text, any script, terms that are asked twice."""
    terms = list(dict.fromkeys(terms))
    found = TermLookup(pa.array(terms, KIND)).find(pa.array(asked + terms, KIND))
    assert found.tolist() == places(terms, asked + terms)


@given(INTEGERS, INTEGERS)
def test_integers_are_found_where_they_stand(terms: list[int], asked: list[int]) -> None:
    """All 64 bits of them."""
    terms = list(dict.fromkeys(terms))
    found = TermLookup(pa.array(terms, pa.int64())).find(pa.array(asked + terms, pa.int64()))
    assert found.tolist() == places(terms, asked + terms)


def test_terms_with_the_same_hash_are_told_apart() -> None:
    """Whoever writes the data may choose such terms."""
    kind = pa.large_binary()
    one, other = twins()
    hashes = term_hashes(pa.array([one, other], kind))
    assert hashes[0] == hashes[1]

    for terms in ([one], [other], [one, other], [other, b"x", one], [b"x"]):
        asked = [other, one, b"x", one, other]
        assert TermLookup(pa.array(terms, kind)).find(pa.array(asked, kind)).tolist() == places(terms, asked)


def test_a_slice_of_an_array_is_as_good_as_an_array() -> None:
    """Arrow hands out slices, which start elsewhere in their buffers."""
    lookup = TermLookup(pa.array(["x", "the", "of", "y"], KIND).slice(1, 2))
    asked = pa.array(["x", "of", "the", "cat"], KIND).slice(1)
    assert np.array_equal(lookup.find(asked), [1, 0, -1])
