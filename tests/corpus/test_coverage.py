"""How much of new data a vocabulary covers."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus import (
    CoverageReport,
    LocalEngine,
    Replacement,
    Source,
    TextTerms,
    VocabularyDefinition,
    coverage,
)
from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary

WHITESPACE = TextTerms(split="whitespace")
WORDS = st.text("aAé!\u3042", min_size=1, max_size=3)
ROWS = st.lists(st.none() | st.lists(WORDS, max_size=4), min_size=1, max_size=10)


def expected(rows: Sequence[Sequence[Any]], known: Sequence[Any], worst: int = 20) -> CoverageReport:
    """What plain Python counts."""
    counts = Counter(term for row in rows for term in row)
    oov = Counter({term: count for term, count in counts.items() if term not in known})
    key = (lambda one: one) if all(isinstance(one, int) for one in counts) else (lambda one: one.encode())
    ranked = sorted(oov.items(), key=lambda entry: (entry[1], key(entry[0])), reverse=True)
    return CoverageReport(
        tokens=counts.total(),
        oov_tokens=oov.total(),
        distinct=len(counts),
        oov_distinct=len(oov),
        rows=len(rows),
        rows_without_terms=sum(not row for row in rows),
        rows_without_known_terms=sum(bool(row) and not set(row) & set(known) for row in rows),
        vocabulary=len(known),
        unseen=len(set(known) - set(counts)),
        worst=tuple(ranked[:worst]),
    )


def of(path: Path, terms: TextTerms, column: str | None = None, dtype: Any = "string") -> VocabularyDefinition:
    """The definition of some data."""
    return VocabularyDefinition("words", Source(path, column), terms, dtype=dtype)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(ROWS, st.lists(WORDS, min_size=1, max_size=6, unique=True), st.booleans())
def test_it_counts_what_plain_python_counts(
    tmp_path: Path, rows: list[list[str] | None], known: list[str], split: bool
) -> None:
    """Tokens, distinct terms, rows: for texts that are split, and for lists of terms; missing values are rows."""
    path = tmp_path / "new.jsonl"
    values = [None if row is None else " ".join(row) if split else row for row in rows]
    path.write_text("".join(json.dumps({"x": value}) + "\n" for value in [*values, "a" if split else ["a"]]))
    report = coverage(Vocabulary.from_terms("words", known), of(path, WHITESPACE if split else TextTerms(), "x"))

    assert report == expected([row or [] for row in [*rows, ["a"]]], known)


def test_terms_are_standardised_before_they_are_looked_up(tmp_path: Path) -> None:
    """By Keras's standardisations, by replacements, in n-grams: the terms of training, not the words of the file."""
    path = tmp_path / "new.txt"
    path.write_text("The CAT!\nno. 7, no. 8\n")
    known = Vocabulary.from_terms("words", ["the", "cat", "no", "#", "the cat"])

    keras = TextTerms("lower_and_strip_punctuation", "whitespace")
    assert coverage(known, of(path, keras)).worst == (("8", 1), ("7", 1))
    numbers = TextTerms(Replacement("[0-9]+,?", "#"), "whitespace")
    assert coverage(known, of(path, numbers)).worst == (("no.", 2), ("The", 1), ("CAT!", 1))
    runs = TextTerms("lower_and_strip_punctuation", "whitespace", ngrams=(2,))
    report = coverage(known, of(path, runs))
    assert report == expected([["the cat"], ["no 7", "7 no", "no 8"]], known.terms)


@pytest.mark.parametrize("rows", [[7, 8, 7, 7], [[7, 8], [], [8, 9, 9], [3, 7]]])
def test_integers_of_columns_are_looked_up_as_such(tmp_path: Path, rows: list[Any]) -> None:
    """Also where a row has several."""
    pq.write_table(pa.table({"x": rows}), tmp_path / "new.parquet")
    known = Vocabulary.from_terms("ids", [7, 3, 5])
    report = coverage(known, of(tmp_path / "new.parquet", TextTerms(), "x", "int64"))

    assert report == expected([row if isinstance(row, list) else [row] for row in rows], known.terms)


def test_integers_of_text_are_looked_up_as_integers(tmp_path: Path) -> None:
    """As the vocabulary was built from them."""
    (tmp_path / "new.csv").write_text('x\n007\n8\n" "\n')
    report = coverage(Vocabulary.from_terms("ids", [7]), of(tmp_path / "new.csv", TextTerms(), "x", "int64"))
    assert report == expected([[7], [8], []], [7])


def test_only_the_worst_terms_are_named(tmp_path: Path) -> None:
    """As many as one asks for; none is possible, and changes no figure."""
    (tmp_path / "new.txt").write_text("b b a c c the\n")
    words = Vocabulary.from_terms("words", ["the"])
    rows = [["b", "b", "a", "c", "c", "the"]]
    for worst in (0, 1, 2, 5):
        report = coverage(words, of(tmp_path / "new.txt", WHITESPACE), worst=worst)
        assert report == expected(rows, ["the"], worst)


def test_counts_that_do_not_fit_into_memory_give_the_same(tmp_path: Path) -> None:
    """They come in many tables then; so do a vocabulary's terms."""
    words = [f"{number * 7919 % 600_011:x}-{'padding' * 3}" for number in range(600_000)]
    with (tmp_path / "new.txt").open("w") as file:
        file.writelines(" ".join(words[start : start + 20]) + "\n" for start in range(0, len(words), 20))
    known = Vocabulary.from_terms("words", words[::3])
    definition = of(tmp_path / "new.txt", WHITESPACE)
    small = LocalEngine(memory_limit=150 << 20, workers=1)
    report = coverage(known, definition, small)

    assert (report.tokens, report.oov_tokens, report.unseen) == (600_000, 400_000, 0)
    assert report == coverage(known, definition)


def test_progress_is_reported(tmp_path: Path) -> None:
    """In bytes, to the end."""
    (tmp_path / "new.txt").write_text("the cat\n")
    heard: list[tuple[int, int]] = []
    words = Vocabulary.from_terms("words", ["the"])
    coverage(words, of(tmp_path / "new.txt", WHITESPACE), progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (8, 8)


def test_data_without_any_term_are_an_error(tmp_path: Path) -> None:
    """There is no rate to tell; a check that waits for one must not pass."""
    (tmp_path / "new.csv").write_text("x,y\n,1\n,2\n")
    with pytest.raises(VocabularyError, match="the data hold no term in 2 rows"):
        coverage(Vocabulary.from_terms("words", ["the"]), of(tmp_path / "new.csv", WHITESPACE, "x"))


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    """The file that is missing, and the dtype that is not that of the vocabulary."""
    definition = of(tmp_path / "absent.csv", TextTerms(), "x", "int64")
    with pytest.raises(VocabularyError) as caught:
        coverage(Vocabulary.from_terms("words", ["the"]), definition)
    assert caught.value.problems[0].where == str(tmp_path / "absent.csv")
    assert "dtype: must be string, as that of vocabulary 'words'; received int64" in str(caught.value)


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    """Half of the data would give a rate, and a wrong one."""
    (tmp_path / "new.csv").write_text("text\nthe\n")
    with pytest.raises(VocabularyError, match="the source cannot be read"):
        coverage(Vocabulary.from_terms("words", ["the"]), of(tmp_path / "new.csv", WHITESPACE, "txt"))
