"""What is counted in some rows, against TensorFlow's own ops and against plain Python."""

from collections import Counter
from functools import cache
from typing import Any

import keras
import pyarrow as pa
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus import TextTerms
from lexport.corpus.count_job import CountJob
from lexport.corpus.kernel import TermTable, count_terms
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.rows import Rows
from lexport.corpus.splitting import Pattern
from lexport.corpus.standardization import Replacement
from lexport.errors import VocabularyError

# Bytes at which kernels might disagree: white space, punctuation, case, NUL, cut-off and wrong UTF-8.
TRICKY = [bytes([byte]) for byte in range(256)] + ["é".encode(), "É".encode(), "\u2028".encode(), "漢".encode()]
BYTES = st.one_of(
    st.binary(max_size=40),
    st.lists(st.sampled_from([*TRICKY, b" ", b" ", b"a", b"B", b"seventeen-letters", b"ninechars"]), max_size=24).map(
        b"".join
    ),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WORDS = st.sampled_from(["new", "York", "--", "a", " "])
STANDARDIZE = [None, "lower", "strip_punctuation", "lower_and_strip_punctuation"]
MANY = settings(max_examples=120, deadline=None)


def _counted(rows: Rows, job: CountJob) -> dict[Any, int]:
    counted = TermTable(job.dtype)
    count_terms(rows, job, counted)
    table = counted.counts()
    terms = table["term"].to_pylist()
    assert len(set(terms)) == len(terms)
    return dict(zip(terms, table["count"].to_pylist(), strict=True))


def _binary(values: list[bytes]) -> Rows:
    return Rows(len(values), {"x": pa.array(values, pa.large_binary())})


@cache
def _layer(standardize: Any, split: Any, ngrams: Any) -> Any:
    return keras.layers.TextVectorization(standardize=standardize, split=split, ngrams=ngrams, output_mode="int")


def _by_keras(values: list[bytes], standardize: Any, split: Any, ngrams: Any = None) -> dict[bytes, int]:
    """Asks the layer's own preprocessing for the tokens, as `adapt()` and a serving graph do."""
    tokens = _layer(standardize, split, ngrams)._preprocess(tf.constant(values, tf.string))
    flat = tokens.flat_values if isinstance(tokens, tf.RaggedTensor) else tf.reshape(tokens, [-1])
    counts = Counter(flat.numpy().tolist())
    counts.pop(b"", None)
    return dict(counts)


@pytest.mark.parametrize("standardize", STANDARDIZE)
@MANY
@given(values=st.lists(BYTES, min_size=1))
def test_words_of_arbitrary_bytes_are_those_of_tensorflow(standardize: str | None, values: list[bytes]) -> None:
    """Same terms, same counts, whatever the bytes are."""
    job = CountJob("x", "x", TextTerms(standardize, "whitespace"))
    assert _counted(_binary(values), job) == _by_keras(values, standardize, "whitespace")


@pytest.mark.parametrize("standardize", STANDARDIZE)
@MANY
@given(values=st.lists(BYTES, min_size=1))
def test_whole_values_of_arbitrary_bytes_are_those_of_tensorflow(standardize: str | None, values: list[bytes]) -> None:
    """Without a split the value is the term, white space and NUL included."""
    job = CountJob("x", "x", TextTerms(standardize))
    assert _counted(_binary(values), job) == _by_keras(values, standardize, None)


@pytest.mark.parametrize("ngrams", [1, 2, 3, (2,), (1, 3)])
@MANY
@given(
    values=st.lists(st.lists(st.sampled_from(["new", "York", "--", "a", " "]), max_size=6).map(" ".join), min_size=1)
)
def test_ngrams_are_those_of_keras(ngrams: Any, values: list[str]) -> None:
    """Runs never cross a value, and a token that standardising empties is in none."""
    encoded = [value.encode() for value in values]
    job = CountJob("x", "x", TextTerms("lower_and_strip_punctuation", "whitespace", ngrams))
    rows = Rows(len(values), {"x": pa.array(values, pa.large_string())})
    assert _counted(rows, job) == _by_keras(encoded, "lower_and_strip_punctuation", "whitespace", ngrams)


@MANY
@given(values=st.lists(TEXT, min_size=1))
def test_characters_are_those_of_keras(values: list[str]) -> None:
    """Every code point, with the standardisation done to the distinct ones alone."""
    rows = Rows(len(values), {"x": pa.array(values, pa.large_string())})
    job = CountJob("x", "x", TextTerms("lower_and_strip_punctuation", "character"))
    encoded = [value.encode() for value in values]
    assert _counted(rows, job) == _by_keras(encoded, "lower_and_strip_punctuation", "character")


@MANY
@given(values=st.lists(st.text("aA1 ,;-\né", max_size=20), min_size=1))
def test_a_replacement_and_a_separator_are_those_of_tensorflow(values: list[str]) -> None:
    """Both use RE2; the separator is looked for in the replaced text."""
    job = CountJob("x", "x", TextTerms(Replacement("[a-z]([0-9])", r"<\1>"), ","))
    rows = Rows(len(values), {"x": pa.array(values, pa.large_string())})
    replaced = tf.strings.regex_replace(values, "[a-z]([0-9])", r"<\1>")
    expected = Counter(tf.strings.split(replaced, sep=",").flat_values.numpy().tolist())
    expected.pop(b"", None)
    assert _counted(rows, job) == dict(expected)


@MANY
@given(values=st.lists(st.text("ab1 ,;-\né", max_size=20), min_size=1))
def test_a_pattern_splits_as_tensorflow_text_does(values: list[str]) -> None:
    """Nothing is left of the matches, nor of what is empty between them."""
    import tensorflow_text

    job = CountJob("x", "x", TextTerms(split=Pattern("[,;]+ *")))
    rows = Rows(len(values), {"x": pa.array(values, pa.large_string())})
    expected = Counter(tensorflow_text.regex_split(values, "[,;]+ *").flat_values.numpy().tolist())
    assert _counted(rows, job) == dict(expected)


@MANY
@given(lines=st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), min_size=1))
def test_lines_of_a_file_are_those_of_text_line_dataset(lines: list[bytes]) -> None:
    r"""Every `\r` is dropped before anything else, so it does not split."""
    text = b"\n".join(lines)
    read = [line.replace(b"\r", b"") for line in lines]
    job = CountJob("x", None, TextTerms("lower_and_strip_punctuation", "whitespace"))
    expected = _by_keras(read, "lower_and_strip_punctuation", "whitespace")
    assert _counted(Rows(len(lines), text=text), job) == expected


def test_long_words_and_long_text_are_counted_whole() -> None:
    """Of a megabyte, at the head and at the end, and among many short ones."""
    line = b"word " * 50_000 + b"another-word-of-many-letters " * 3
    text = b"\n".join([b"y" * 1_000_000, line, b"x" * 1_000_003, b"end"])
    counted = _counted(Rows(4, text=text), CountJob("x", None, TextTerms(split="whitespace")))
    assert counted == dict(Counter(text.split()))


def test_missing_values_and_the_elements_of_lists_count_one_by_one() -> None:
    """Null is no value, neither as a row nor within a list."""
    column = pa.array([["a b", None], None, [], ["a"]], pa.large_list(pa.large_string()))
    job = CountJob("x", "x", TextTerms(split="whitespace"))
    assert _counted(Rows(4, {"x": column}), job) == {b"a": 2, b"b": 1}


def test_integers_are_counted_as_they_are_or_read_from_text() -> None:
    """`007` and `7` are one integer; the extremes of int64 stay what they are."""
    job = CountJob("x", "x", TextTerms(), "int64")
    integers = pa.array([7, -(2**63), None, 2**63 - 1, 7], pa.int64())
    assert _counted(Rows(5, {"x": integers}), job) == {7: 2, -(2**63): 1, 2**63 - 1: 1}
    texts = pa.array(["007", "7", " -1 ", ""], pa.large_string())
    assert _counted(Rows(4, {"x": texts}), job) == {7: 2, -1: 1}


def test_text_that_is_no_integer_is_named() -> None:
    """All such terms, in one error."""
    rows = Rows(2, {"x": pa.array(["a1", "2.5"], pa.large_string())})
    with pytest.raises(VocabularyError) as caught:
        _counted(rows, CountJob("x", "x", TextTerms(), "int64"))
    assert {problem.message for problem in caught.value.problems} == {"'a1' is no integer", "'2.5' is no integer"}


def test_strings_are_not_made_of_integers() -> None:
    """What would `7` be: the layer would be asked for an integer, and the vocabulary hold a string."""
    with pytest.raises(UnreadableSource, match="cannot be built from integers"):
        _counted(Rows(1, {"x": pa.array([1])}), CountJob("x", "x", TextTerms()))


def test_a_function_must_give_as_many_strings_as_it_got() -> None:
    """Otherwise values and terms would be out of step."""
    rows = Rows(2, {"x": pa.array(["a", "b"], pa.large_string())})
    with pytest.raises(VocabularyError, match="one string for each of the 2 that it got; received 1 values"):
        _counted(rows, CountJob("x", "x", TextTerms(lambda texts: texts[:1])))
    with pytest.raises(VocabularyError, match="such as 1"):
        _counted(rows, CountJob("x", "x", TextTerms(lambda texts: [1 for _ in texts])))  # type: ignore[misc]


def test_a_function_standardises_every_value() -> None:
    """Before the split, as in Keras."""
    rows = Rows(2, {"x": pa.array(["a b", "c"], pa.large_string())})
    job = CountJob("x", "x", TextTerms(lambda texts: [text.replace(" ", "_").upper() for text in texts], "_"))
    assert _counted(rows, job) == {b"A": 1, b"B": 1, b"C": 1}
