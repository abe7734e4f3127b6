from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.errors import VocabularyError
from lexport.transform.leading_numbers import MeasuredTerms, Numbers, split_numbers
from lexport.transform.table_readings import TableReading

COLUMNS = TableReading({"string"}, second_column=True)


def split(
    *lines: bytes, numbers: Numbers | None = None, file: str = "words", reading: TableReading | None = None
) -> MeasuredTerms:
    return split_numbers(list(lines), file=file, where="words", numbers=numbers, reading=reading or TableReading())


@given(st.lists(st.tuples(st.integers(0, 10**12), st.binary(max_size=9)), min_size=1))
def test_each_term_comes_out_as_it_went_in(terms: list[tuple[int, bytes]]) -> None:
    """Whatever bytes it holds, spaces and digits among them."""
    found = split(*(b"%d %s" % pair for pair in terms), numbers="counts")
    assert found.terms == [term for _, term in terms]
    assert found.statistics is not None
    assert list(found.statistics.counts or ()) == [count for count, _ in terms]


@given(st.lists(st.floats(-1e12, 1e12), min_size=1), st.sampled_from(["weights", "scores"]))
def test_each_number_that_python_writes_is_read(values: list[float], numbers: Numbers) -> None:
    """tensorflow_transform writes numbers as Python does, with exponents."""
    found = split(*(f"{value} a".encode() for value in values), numbers=numbers).statistics
    assert list(getattr(found, numbers)) == [round(value * 1_000_000) for value in values]


def test_one_line_without_a_number_settles_it() -> None:
    """What tensorflow_transform stores, it stores for every term."""
    assert split(b"3 bedrooms", b"garden") == MeasuredTerms([b"3 bedrooms", b"garden"])


def test_lines_that_all_begin_with_a_number_are_asked_about() -> None:
    """`3 bedrooms` is a term of somebody's, and orders as counts do."""
    with pytest.raises(VocabularyError, match="each line begins with a number and a space"):
        split(b"3 bedrooms", b"2 bedrooms", b"1 bedroom")


def test_a_file_that_was_named_by_tensorflow_transform_tells_it() -> None:
    """`vocab_frequency_` is put before the names of no others."""
    assert split(b"3 the", file="vocab_frequency_vocabulary").terms == [b"the"]


def test_decimals_are_asked_about() -> None:
    """They are weights or scores, and only the preprocessing function says which."""
    with pytest.raises(VocabularyError, match='numbers="weights" where weights= was given'):
        split(b"3.5 the", reading=COLUMNS)


@pytest.mark.parametrize(
    ("line", "numbers", "told"),
    [
        (b"the", "counts", "must be a number, a space and a term; received 'the'"),
        (b"3the", "weights", "must be a number, a space and a term"),
        (b"nan the", "scores", "the number must be below"),
        (b"inf the", "scores", "the number must be below"),
        (b"\xff", "scores", "must be a number, a space and a term"),
        (b"2.5 the", "counts", "a count must be a whole number; received 2.5"),
        (b"-3 the", "counts", "a count must be a whole number; received -3"),
        (b"1e300 the", "counts", "the number must be below"),
        (b"1e999 the", "scores", "the number must be below"),
        (b"9999999999999999999 the", "counts", "the number must be below"),
    ],
)
def test_a_line_that_is_not_what_it_is_said_to_be_is_named(line: bytes, numbers: Numbers, told: str) -> None:
    """All of them at once, with their places."""
    with pytest.raises(VocabularyError) as caught:
        split(b"1 a", line, line, numbers=numbers)
    assert [problem.where for problem in caught.value.problems] == ["line 2", "line 3"]
    assert told in str(caught.value)


def test_spaces_come_back() -> None:
    """tensorflow_transform writes `__SPACE__` where its table would cut the term at a space, and nowhere else."""
    assert split(b"2 new__SPACE__york", reading=COLUMNS).terms == [b"new york"]
    assert split(b"2 new__SPACE__york", numbers="counts").terms == [b"new__SPACE__york"]
    assert split(b"new__SPACE__york").terms == [b"new__SPACE__york"]


def test_a_term_that_the_table_cuts_is_refused() -> None:
    """A reserved token with a space: to the table it is its first word, so the term had no id in training."""
    with pytest.raises(VocabularyError, match="line 1: the term 'new york' is 'new' to the table of the graph"):
        split(b"-1 new york", b"2 rome", reading=COLUMNS)


def test_a_misspelt_argument_is_refused() -> None:
    """It would be taken for one of the others."""
    with pytest.raises(ValueError, match=f"must be one of {', '.join(get_args(Numbers))}; received 'count'"):
        split(b"1 a", numbers="count")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"inf apple", "line 2: a count must be a whole number|line 2: the number must be below"),
        (b"nan apple", "line 2: a count must be a whole number|line 2: the number must be below"),
        (b"apple", "line 2: must be a number, a space and a term; received 'apple'"),
        (b"1" * 20 + b" apple", "line 2: must be a number, a space and a term"),
    ],
)
def test_one_odd_line_makes_no_number_a_part_of_the_terms(line: bytes, told: str) -> None:
    """Where it is certain that numbers were stored, an odd line is an error, and not another reading of all lines."""
    with pytest.raises(VocabularyError, match=told):
        split(b"5 lemon", line, b"2 pear", file="vocab_frequency_fruit")


def test_infinite_weights_are_asked_about_as_other_numbers_are() -> None:
    """tensorflow_transform writes `inf` for a weight that is infinite."""
    with pytest.raises(VocabularyError, match="each line begins with a number and a space"):
        split(b"inf apple", b"5.0 lemon")
    with pytest.raises(VocabularyError, match="line 1: the number must be below"):
        split(b"inf apple", b"5.0 lemon", numbers="weights")


def test_zeros_are_no_counts() -> None:
    """A term that nobody has seen is in no vocabulary; mutual information can be 0 for all."""
    with pytest.raises(VocabularyError, match="have decimals or are all 0"):
        split(b"0 apple", b"0 lemon", file="vocab_frequency_fruit")
    assert split(b"0 apple", b"0 lemon", file="vocab_frequency_fruit", numbers="scores").terms == [b"apple", b"lemon"]
