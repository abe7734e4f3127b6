from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.config.vocabularies import VocabularyConfig

SectionProblems = Callable[..., list[str]]
SOURCE = {"files": "pipelines/data/*", "format": "csv", "column": "tags"}
FILE = "pipelines/sections.txt"


@pytest.fixture
def found(section_problems: SectionProblems) -> Callable[..., list[str]]:
    """The problems of a config with this one vocabulary, without its name."""

    def problems_of(**vocabulary: object) -> list[str]:
        return [problem.removeprefix("vocabularies.v") for problem in section_problems(vocabularies={"v": vocabulary})]

    return problems_of


EVERYTHING: dict[str, object] = {
    "max_terms": 10,
    "min_count": 2,
    "min_documents": 2,
    "min_weight": 0.5,
    "min_score": -1.5,
    "coverage": 0.9,
    "documents": True,
    "weight": "weights",
    "label": "sections",
    "rank": "adjusted_mutual_information",
    "order": "fingerprint",
    "min_difference": 0,
    "reserved": ["[CLS]", "[SEP]"],
    "groups": {"pattern": "^(..):", "max_terms": 3, "coverage": 1},
    "update": {"from": FILE, "sha256": "0" * 64},
    "counts": {"from": FILE, "to": "out/words.counts.parquet"},
}


def test_every_key_of_a_selection_fits_the_others(found: Callable[..., list[str]]) -> None:
    """What the documentation lists can be written in one vocabulary."""
    assert found(source=SOURCE, **EVERYTHING) == []


@pytest.mark.parametrize("key", EVERYTHING)
def test_what_selects_belongs_to_a_source(found: Callable[..., list[str]], key: str) -> None:
    """A file is taken as it is."""
    problems = found(file=FILE, **{key: EVERYTHING[key]})
    assert [problem for problem in problems if problem.startswith(f".{key}: must stand beside source, not beside file")]


def test_statistics_belong_to_a_file(found: Callable[..., list[str]]) -> None:
    """Those of a source are counted."""
    assert found(file=FILE, statistics=FILE) == []
    (problem,) = found(source=SOURCE, statistics=FILE)
    assert problem.startswith(".statistics: must stand beside file, not beside source")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            {"rank": "mutual_information"},
            ".rank: must stand beside a label, the column that terms are to tell about; received 'mutual_information'",
        ),
        (
            {"rank": "weight"},
            ".rank: must stand beside a weight, the column of the weights to add up; received 'weight'",
        ),
        (
            {"rank": "count", "label": "l"},
            ".label: must be left out where rank is count, as only mutual information looks at labels; received 'l'",
        ),
        ({"min_weight": 2}, ".min_weight: must stand in a vocabulary with a weight; received 2. Leave it out"),
        ({"min_score": 0}, ".min_score: must stand in a vocabulary with a label; received 0. Leave it out"),
        ({"min_difference": 1}, ".min_difference: must stand in a vocabulary with a label; received 1. Leave it out"),
        (
            {"groups": {"pattern": "(.)", "min_score": 1}},
            ".groups.min_score: must stand in a vocabulary with a label; received 1. Leave it out",
        ),
        (
            {"documents": False, "min_documents": 2},
            ".documents: must be true or left out, as min_documents needs documents counted; received false",
        ),
        (
            {"documents": False, "groups": {"pattern": "(.)", "min_documents": 2}},
            ".groups.min_documents: must be left out where documents is false; received 2",
        ),
        ({"coverage": 0}, ".coverage: must be > 0; received 0"),
        ({"coverage": 1.01}, ".coverage: must be <= 1; received 1.01"),
        ({"reserved": [3]}, ".reserved[0]: must be one of strings, as the terms are; received 3"),
        ({"reserved": ["a", "a"]}, ".reserved[1]: must stand there once; received 'a' again"),
        (
            {"reserved": ["a\n"]},
            (
                ".reserved[0]: must be a term that a vocabulary file can hold: not empty, without line ends and NUL; "
                "received 'a\\n'"
            ),
        ),
        (
            {"reserved": ["a", "b"], "max_terms": 1},
            ".max_terms: must be at least 2, the number of reserved terms; received 1",
        ),
        (
            {"groups": {"pattern": "(.)"}},
            (
                ".groups: must have a limit, one of max_terms, min_count, min_documents, min_weight, min_score, "
                "coverage; received none of them"
            ),
        ),
        (
            {"groups": {"max_terms": 1}},
            ".groups: must have exactly one of the keys pattern, function; received none of them",
        ),
        (
            {"groups": {"pattern": "a", "max_terms": 1}},
            ".groups.pattern: must be a regular expression with one capture group, such as '^([a-z]+):'; received 'a'",
        ),
        (
            {"groups": {"pattern": "(", "max_terms": 1}},
            (
                ".groups.pattern: must be a regular expression; received '('. It is not: missing ), unterminated "
                "subpattern at position 0"
            ),
        ),
        ({"update": {}}, ".update.from: must be given; received no such key"),
        (
            {"update": {"form": FILE, "from": FILE}},
            ".update.form: must be one of the keys from, sha256; received 'form'. Did you mean 'from'?",
        ),
        ({"counts": {}}, ".counts: must have at least one of the keys from, to; received none of them"),
    ],
    ids=str,
)
def test_what_a_key_lacks_or_contradicts_is_named(
    found: Callable[..., list[str]], given: dict[str, object], problem: str
) -> None:
    """With the key, what it needs, and what stands there."""
    assert found(source=SOURCE, **given) == [problem]


def test_text_has_neither_weights_nor_labels(found: Callable[..., list[str]]) -> None:
    """They are columns."""
    source = {"files": "pipelines/sections.txt", "format": "text"}
    assert [problem.split(";")[0] for problem in found(source=source, weight="w", label="l")] == [
        ".weight: must stand beside a source with a column, as text has none",
        ".label: must stand beside a source with a column, as text has none",
    ]


def test_reserved_integers_belong_to_integers(found: Callable[..., list[str]]) -> None:
    """As the terms are, so are those that come first."""
    assert found(source=SOURCE, dtype="int64", reserved=[3, -4]) == []
    assert found(source=SOURCE, dtype="int64", reserved=["3"]) == [
        ".reserved[0]: must be one of integers, as the terms are; received '3'"
    ]
    (problem,) = found(source=SOURCE, reserved=[True])
    assert problem.startswith(".reserved[0]: must be a string or an integer; received true")


def test_all_problems_of_a_selection_are_found_at_once(found: Callable[..., list[str]]) -> None:
    """A wrong value does not hide a broken rule."""
    problems = found(source=SOURCE, coverage=2, rank="weight", groups={}, reserved=[1])
    assert len(problems) == 5


def test_files_of_an_increment_are_absolute_and_where_they_can_be(
    found: Callable[..., list[str]], tmp_path: Path
) -> None:
    """What is read must be there; what is written needs a place."""
    missing = found(source=SOURCE, update={"from": "no.txt"}, counts={"from": "no.parquet", "to": "pipelines"})
    assert [problem.split(";")[0] for problem in missing] == [
        ".update.from: must be a file that exists",
        ".counts.from: must be a file that exists",
        ".counts.to: must be a file, or a path where one can be made",
    ]
    (below,) = found(source=SOURCE, counts={"to": f"{FILE}/x.parquet"})
    assert below.startswith(".counts.to: must be a directory, or a path where one can be made")
    config = VocabularyConfig(file=__file__)
    assert config.update is None
    assert (
        VocabularyConfig.model_validate(
            {"source": {"files": [__file__], "format": "text"}, "counts": {"to": str(tmp_path / "x.parquet")}}
        ).counts.to
        == tmp_path / "x.parquet"
    )  # type: ignore[union-attr]
