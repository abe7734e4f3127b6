"""Which values hold a term, and which a known one."""

import pickle

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.known_terms import ANY, KNOWN, KnownTerms
from lexport.corpus.text_terms import TextTerms

WORDS = st.sampled_from(["the", "The", "cat", "dog", "", "!", "É"])
VALUES = st.lists(st.lists(WORDS, max_size=4).map(" ".join), max_size=8)


def marks(known: KnownTerms, values: list[str]) -> list[list[str]]:
    """Runs it over texts."""
    lists: list[list[str]] = known.lists(pa.array(values, pa.large_string())).to_pylist()
    return lists


@given(VALUES, st.sampled_from([None, "lower", "lower_and_strip_punctuation"]))
def test_a_value_is_known_by_any_of_its_terms(values: list[str], standardize: str | None) -> None:
    """After standardisation; what becomes empty is no term."""

    def terms(value: str) -> list[str]:
        if standardize:
            value = value.replace("T", "t")
        if standardize == "lower_and_strip_punctuation":
            value = value.replace("!", "")
        return value.split()

    known = KnownTerms(inner=TextTerms(standardize, "whitespace"), data=b"the\ncat\n")
    expected = [
        [ANY] * bool(terms(value)) + [KNOWN] * any(term in ("the", "cat") for term in terms(value)) for value in values
    ]
    assert marks(known, values) == expected


def test_runs_of_tokens_and_whole_values_are_known_too() -> None:
    """Whatever the terms are."""
    runs = KnownTerms(inner=TextTerms(split="whitespace", ngrams=(2,)), data=b"the cat\n")
    assert marks(runs, ["see the cat", "the dog", "the"]) == [[ANY, KNOWN], [ANY], []]
    whole = KnownTerms(inner=TextTerms(), data=b"the cat\n")
    assert marks(whole, ["the cat", "see the cat", ""]) == [[ANY, KNOWN], [ANY], []]


def test_integers_are_known_as_numbers_and_as_text() -> None:
    """007 is 7, as for the vocabulary that was built from it."""
    known = KnownTerms(inner=TextTerms(), data=b"7\n-1\n", dtype="int64")
    assert marks(known, ["007", " 8", " ", "-1"]) == [[ANY, KNOWN], [ANY], [], [ANY, KNOWN]]
    assert known.lists(pa.array([7, 8, -1], pa.int64())).to_pylist() == [[ANY, KNOWN], [ANY], [ANY, KNOWN]]


def test_it_travels_to_other_processes_before_and_after_its_use() -> None:
    """Without its table, which each process makes for itself."""
    known = KnownTerms(inner=TextTerms(split="whitespace"), data=b"the\n")
    fresh = pickle.dumps(known)
    assert marks(known, ["the"]) == [[ANY, KNOWN]]
    assert pickle.dumps(known) == fresh
    other = pickle.loads(fresh)  # noqa: S301 - made just now
    assert marks(other, ["the", "a"]) == [[ANY, KNOWN], [ANY]]
