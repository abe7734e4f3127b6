from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lexport.config.sources import COMPRESSIONS, FORMATS
from lexport.config.terms import TermsConfig
from lexport.corpus.formats import format_of
from lexport.corpus.text_terms import TextTerms
from lexport.errors import VocabularyError

SectionProblems = Callable[..., list[str]]
GLOB = "pipelines/data/*.csv.gz"


def problems_of(section_problems: SectionProblems, **source: object) -> list[str]:
    """Gives the problems of a config with one vocabulary from this source."""
    return section_problems(vocabularies={"v": {"source": source}})


@pytest.mark.parametrize("files", [GLOB, [GLOB], [GLOB, "pipelines/data/packages.csv.gz"], "pipelines/**/*.csv.gz"])
def test_files_are_one_glob_or_several(section_problems: SectionProblems, files: object) -> None:
    """A single one needs no list."""
    assert problems_of(section_problems, files=files, column="tags") == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], "vocabularies.v.source.files: must not be empty; received []"),
        ("", "vocabularies.v.source.files: must be a path, not empty and without NUL; received ''"),
        ({"a": 1}, "vocabularies.v.source.files: must be a list; received a mapping"),
        ([GLOB, None], "vocabularies.v.source.files[1]: must be a path; received null"),
        ("pipelines/data", "vocabularies.v.source.files: must match at least one file; received 'pipelines/data'"),
    ],
)
def test_files_that_name_nothing_are_refused(section_problems: SectionProblems, files: object, expected: str) -> None:
    """Each entry must lead to a file; a directory is none."""
    found = problems_of(section_problems, files=files, column="tags", format="csv")
    assert [problem.split(". Relative")[0] for problem in found] == [expected]


def test_every_glob_without_a_match_is_reported(section_problems: SectionProblems) -> None:
    """Each with its index."""
    found = problems_of(section_problems, files=["a.csv", GLOB, "b.csv"], column="tags")
    assert [problem.split(":")[0] for problem in found] == [
        "vocabularies.v.source.files[0]",
        "vocabularies.v.source.files[2]",
    ]


def test_a_name_that_says_no_format_needs_one(section_problems: SectionProblems) -> None:
    """How to read the file must be known before anything runs."""
    assert problems_of(section_problems, files="pyproject.toml", column="tags") == [
        (
            "vocabularies.v.source: must have a format, one of csv, tsv, jsonl, text, parquet, arrow, tfrecord, "
            "where the name of a file does not say it; received 'pyproject.toml'"
        )
    ]
    assert problems_of(section_problems, files="pyproject.toml", column="tags", format="csv") == []


@pytest.mark.parametrize(
    "url", ["s3://no-such-bucket/*.csv.gz", "gs://b/a.parquet", "https://example.invalid/a.tfrecord?signature=1"]
)
def test_a_url_is_not_fetched(section_problems: SectionProblems, url: str) -> None:
    """A config can be checked without a network; what is there is seen when the data are read."""
    assert problems_of(section_problems, files=[url, GLOB], column="tags") == []


def test_a_password_in_a_url_is_refused_and_not_shown(section_problems: SectionProblems) -> None:
    """It would stand in the repository."""
    assert problems_of(section_problems, files="https://me:secret@example.org/a.csv", column="tags") == [
        (
            "vocabularies.v.source.files: must be a URL without a password; received one with a password. "
            "Credentials come from the environment"
        )
    ]


def test_a_file_url_is_a_path(section_problems: SectionProblems) -> None:
    """Of this machine, so it is looked for."""
    (problem,) = problems_of(section_problems, files="file:///no/such/a%20b.csv", column="tags")
    assert "files: must match at least one file; received 'file:///no/such/a%20b.csv'" in problem


def test_an_open_name_is_left_to_the_files(section_problems: SectionProblems) -> None:
    """`data/*` may match files that say what they are."""
    assert problems_of(section_problems, files="pipelines/data/*") == []


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet", "arrow", "tfrecord"])
def test_a_format_with_columns_needs_a_column(section_problems: SectionProblems, form: str) -> None:
    """Which values are meant cannot be guessed."""
    expected = "vocabularies.v.source: must have a column, as the files have columns; received no such key"
    assert problems_of(section_problems, files=GLOB, format=form) == [expected]


def test_a_name_that_says_its_format_needs_a_column_too(section_problems: SectionProblems) -> None:
    """`.csv.gz` has columns."""
    assert len(problems_of(section_problems, files=GLOB)) == 1


@pytest.mark.parametrize("source", [{"files": GLOB, "format": "text"}, {"files": "pipelines/sections.txt"}])
def test_text_has_no_column(section_problems: SectionProblems, source: dict[str, object]) -> None:
    """Each line is a value."""
    assert problems_of(section_problems, **source) == []
    assert problems_of(section_problems, **source, column="x") == [
        "vocabularies.v.source.column: must be left out, as text has no columns; received 'x'"
    ]


@given(
    st.sampled_from([*FORMATS, ".toml", ""]),
    st.sampled_from([*COMPRESSIONS, ".bz2", ""]),
    st.sampled_from(["", "-00001-of-00002", "-1-of", "-1-of-2-of-3"]),
    st.sampled_from(["", "-00001-of-00002"]),
    st.sampled_from(["data/{}", "s3://bucket/{}", "https://example.org/{}?a=b.txt", "s3://bucket/{}?a=b.txt"]),
    st.booleans(),
)
def test_names_mean_the_same_to_the_corpus(
    suffix: str, compression: str, inner: str, outer: str, place: str, upper: bool
) -> None:
    """The config and the reader of the data agree on what a name says."""
    from lexport.config.sources import _suffix

    name = f"a{suffix}{inner}{compression}{outer}"
    name = place.format(name.upper() if upper else name)
    read_as = format_of(name)
    assert FORMATS.get(_suffix(name)) == (None if read_as is None else read_as.value)


@given(
    st.sampled_from([None, "lower", "strip_punctuation", "lower_and_strip_punctuation"]),
    st.none() | st.sampled_from(["whitespace", "character", ", ", "::", "A", "a", "\t"]) | st.text(max_size=3),
)
def test_terms_that_the_corpus_refuses_are_refused(standardize: str | None, split: str | None) -> None:
    """A separator that standardisation removes would never be found; both sides know it."""
    try:
        TextTerms(standardize=standardize, split=split)
        accepted = True
    except VocabularyError:
        accepted = False
    try:
        TermsConfig(standardize=standardize, split=split)  # type: ignore[arg-type]
    except ValidationError:
        assert not accepted
    else:
        assert accepted


def test_a_removed_separator_names_the_character(section_problems: SectionProblems) -> None:
    """The error says what would be missing."""
    terms = {"standardize": "strip_punctuation", "split": ", "}
    found = section_problems(vocabularies={"v": {"source": {"files": GLOB, "column": "x"}, "terms": terms}})
    assert found == [
        (
            "vocabularies.v.terms.split: must be a separator that standardize leaves in the text; it removes ','; "
            "received ', '. Standardise less, or split at something else"
        )
    ]
