"""A vocabulary is asked at the places where lookups go wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.verify.input_spec import InputSpec
from lexport.verify.probe_values import EDGE_TEXTS, ProbeVocabulary

TERMS = tuple(f"term{i}" for i in range(500))
WORDS = ProbeVocabulary("words", "string", (*TERMS, "the longest term of all", "naïve", "last"), ("", "[UNK]"))


def values(vocabulary: ProbeVocabulary, seed: int = 0) -> list[bytes] | list[int]:
    """Gives the probes of a vocabulary."""
    return vocabulary.values(np.random.default_rng(seed))


@pytest.mark.parametrize(
    "value",
    [b"term0", b"last", b"the longest term of all", "naïve".encode(), b"", b"[UNK]", b" term0 ", b"TERM0"],
)
def test_a_string_vocabulary_is_asked_its_edges(value: bytes) -> None:
    """First, last and longest term, a term beyond ASCII, the special tokens, and the first as users type it."""
    assert value in values(WORDS)


@pytest.mark.parametrize("value", [b"plain", b"two words", b"Capital"])
def test_a_term_of_each_kind_is_asked(value: bytes) -> None:
    """However few they are: a layer that lower-cases or splits its text may find no other."""
    terms = [f"{'ABC'[number % 3]}-{number}" for number in range(10_000)]
    terms[3000], terms[5000], terms[7000] = "plain", "two words", "Capital"
    odd = [term.replace("A", "a").replace("B", "b").replace("C", "c") for term in terms]
    odd[7000] = "Capital"
    assert value in values(ProbeVocabulary("odd", "string", odd))


def test_the_ids_are_the_first_and_those_around_the_last() -> None:
    """With room for a mask and out-of-vocabulary ids, many of them too."""
    assert {-1, 0, 1, 15, 32, 502, 503, 506, 1024} <= set(WORDS.ids)
    assert ProbeVocabulary("none", "string", ()).ids[:2] == [-1, 0]


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("string", {b"-9223372036854775808", b"16777217", b"5"}),
        ("int64", {-(2**63), 2**24 + 1, 5}),
        ("int32", {2**24 + 1, 5}),
        ("uint8", {5}),
        ("float64", {2**24 + 1, 5}),
        ("float32", {5}),
        ("bool", set()),
    ],
)
def test_numbers_are_asked_of_every_dtype_that_holds_them(dtype: str, expected: set[object]) -> None:
    """As text, or as they are; none that the dtype would change."""
    asked = ProbeVocabulary("codes", "int64", (-(2**63), 2**24 + 1, 5)).values_for(
        InputSpec(dtype, (None,)), np.random.default_rng(0)
    )
    assert set(asked) & {b"-9223372036854775808", b"16777217", b"5", -(2**63), 2**24 + 1, 5} == expected


def test_texts_are_asked_of_texts_alone() -> None:
    """No dtype of numbers can hold them."""
    random = np.random.default_rng(0)
    assert b"term0" in WORDS.values_for(InputSpec("string", (None,)), random)
    assert not any(WORDS.values_for(InputSpec(dtype, (None,)), random) for dtype in ("int64", "float32", "bool"))


def test_several_values_are_out_of_the_vocabulary() -> None:
    """Hashed out-of-vocabulary buckets only show with more than one."""
    unknown = [value for value in values(WORDS) if value.decode() not in WORDS.terms]
    assert len([value for value in unknown if b"zqxj" in value.lower()]) >= 2


def test_an_unknown_value_stays_unknown_when_the_vocabulary_has_it() -> None:
    """Whatever is in the vocabulary, something is asked that is not."""
    terms = ("zqxjk", "Zqxjk", "zqxjkq", "zqxjk zqxjkv", "żółw7")
    asked = values(ProbeVocabulary("odd", "string", terms))
    assert {b"zqxjkqq", b"Zqxjkq"} <= set(asked)


def test_a_small_vocabulary_is_asked_whole() -> None:
    """Two swapped lines of it cannot hide."""
    small = ProbeVocabulary("small", "string", tuple(f"s{i}" for i in range(32)))
    assert {term.encode() for term in small.terms} <= set(values(small))


def test_an_integer_vocabulary_is_asked_its_extremes() -> None:
    """First, last, smallest, largest, next to both, the dtype's own extremes, special tokens, unknown ones."""
    years = ProbeVocabulary("years", "int64", (2001, 1999, 2010, 2005), (-1, 0))
    assert {2001, 2005, 1999, 2010, 1998, 2011, -(2**63), 2**63 - 1, -1, 0} <= set(values(years))


def test_values_beyond_int64_are_left_out() -> None:
    """The neighbours of the largest integer do not exist."""
    edge = ProbeVocabulary("edge", "int64", (2**63 - 1, -(2**63)))
    assert all(-(2**63) <= int(value) < 2**63 for value in values(edge))


@given(
    terms=st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), unique=True),
    seed=st.integers(0, 2**32),
)
def test_values_are_the_same_for_the_same_seed_and_never_repeat(terms: list[str], seed: int) -> None:
    """A report's seed is enough to make them again."""
    vocabulary = ProbeVocabulary("any", "string", terms)
    asked = values(vocabulary, seed)
    assert asked == values(vocabulary, seed)
    assert len(set(asked)) == len(asked)


def test_a_vocabulary_fits_inputs_of_its_kind() -> None:
    """Strings are looked up in strings, integers of any width in integers."""
    years = ProbeVocabulary("years", "int64", (1,))
    assert WORDS.fits(InputSpec("string", (None,)))
    assert years.fits(InputSpec("int32", ()))
    assert not WORDS.fits(InputSpec("int64", (None,)))
    assert not years.fits(InputSpec("string", (None,)))
    assert not years.fits(InputSpec("bool", (None,)))


def test_edge_cases_of_text_cover_what_readers_trip_over() -> None:
    """Empty, blank, not ASCII, NUL, invalid UTF-8, and line ends that only some readers know."""
    joined = b"".join(EDGE_TEXTS)
    assert b"" in EDGE_TEXTS
    assert b" " in EDGE_TEXTS
    assert all(piece in joined for piece in (b"\x00", b"\xff", "\u2028".encode(), "漢".encode()))
