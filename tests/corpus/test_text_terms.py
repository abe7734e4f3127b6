"""From values to terms, by Arrow's kernels."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus import TextTerms
from lexport.errors import VocabularyError


def _tokens(terms: TextTerms, values: list[str]) -> list[str]:
    return list(terms.standardized(terms.lists(pa.array(values, pa.large_string())).flatten()).to_pylist())


def test_a_whole_value_is_a_term() -> None:
    """Without `split`, white space is part of the term."""
    assert _tokens(TextTerms(), [" a b", "c"]) == [" a b", "c"]


def test_white_space_is_that_of_ascii() -> None:
    """U+2003, U+0085 and the separators 28 to 31 do not split."""
    assert _tokens(TextTerms(split="whitespace"), ["a\tb\x0bc\x0cd\re\nf g\u2003h\x85i\x1cj"]) == [
        *"abcdef",
        "g\u2003h\x85i\x1cj",
    ]


def test_standardising_is_that_of_ascii() -> None:
    """`É` stays, and so do typographic quotes."""
    assert _tokens(TextTerms("lower_and_strip_punctuation"), ["\u00c9T\u00c9 \u201cD'Oh!\u201d"]) == [
        "\u00c9t\u00c9 \u201cdoh\u201d"
    ]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_each_code_point_is_a_term(values: list[str]) -> None:
    """Whatever its length in bytes, also in a slice of a longer array."""
    array = pa.array(["\u00e9x", *values], pa.large_string()).slice(1)
    assert TextTerms(split="character").lists(array).to_pylist() == [list(value) for value in values]


def test_a_literal_separator_is_taken_literally() -> None:
    """It is no pattern, matches do not overlap, and white space around other separators stays."""
    assert _tokens(TextTerms(split="."), ["a.b"]) == ["a", "b"]
    assert _tokens(TextTerms(split="aa"), ["aaaaa"]) == ["", "", "a"]
    assert _tokens(TextTerms(split=", "), ["x,y, z"]) == ["x,y", "z"]


def test_a_separator_is_looked_for_in_the_standardised_text() -> None:
    """As Keras does: an upper-case X is a separator after lower-casing."""
    assert _tokens(TextTerms("lower", "x"), ["1X2x3"]) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("standardize", "split"),
    [("lower", "X"), ("strip_punctuation", ", "), ("lower_and_strip_punctuation", "-")],
)
def test_a_separator_that_standardising_removes_is_refused(standardize: str, split: str) -> None:
    """It would never be found, and each value would silently be one term."""
    with pytest.raises(VocabularyError, match="would never be found"):
        TextTerms(standardize, split)


@pytest.mark.parametrize("split", ["whitespaces", "white space", "characters"])
def test_a_misspelt_word_for_a_split_is_no_separator(split: str) -> None:
    """It would be found nowhere, and each value would silently be one term."""
    with pytest.raises(VocabularyError, match=r"Did you mean (whitespace|character)"):
        TextTerms(split=split)


def test_unknown_values_are_all_named() -> None:
    """Both arguments in one error."""
    with pytest.raises(VocabularyError) as caught:
        TextTerms("upper", "")
    assert [problem.where for problem in caught.value.problems] == ["standardize", "split"]
