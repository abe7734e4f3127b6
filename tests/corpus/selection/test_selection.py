from typing import Any

import pytest

from lexport.corpus.selection import Selection, TermGroups
from lexport.errors import VocabularyError
from lexport.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"max_terms": 0}, "max_terms: must be at least 1 or None; received 0"),
        ({"max_terms": True}, "max_terms: must be at least 1 or None; received True"),
        ({"min_count": 0}, "min_count: must be at least 1; received 0"),
        ({"min_documents": -1}, "min_documents: must be at least 0; received -1"),
        ({"min_weight": float("nan")}, "min_weight: must be a number or None; received nan"),
        ({"min_weight": 1e300}, "min_weight: must be a number or None; received 1e+300"),
        ({"coverage": 0}, "coverage: must be above 0 and at most 1, or None; received 0"),
        ({"coverage": 1.5}, "coverage: must be above 0 and at most 1, or None; received 1.5"),
        (
            {"rank": "frequency"},
            "rank: must be one of count, weight, mutual_information, adjusted_mutual_information; received 'frequency'",
        ),
        ({"order": "alphabet"}, "order: must be one of rank, fingerprint; received 'alphabet'"),
        ({"min_score": 1.0}, "min_score: must be None where terms are ranked by count"),
        (
            {"groups": TermGroups(min_score=1, key="(.)")},
            "groups.min_score: must be None where terms are ranked by count",
        ),
        ({"min_difference": 1.0}, "min_difference: must be None where terms are ranked by count"),
        (
            {"min_difference": -1.0, "rank": "mutual_information"},
            "min_difference: must be at least 0; received -1.0",
        ),
        ({"reserved": ["a", 1]}, "reserved: must be all strings or all integers; received ['a', 1]"),
        ({"reserved": ["a", "a"]}, "reserved: must be distinct terms; received twice: a"),
        (
            {"reserved": ["[UNK]"]},
            (
                "reserved: special-token: '[UNK]' is a special token; as a term it would shift every id that follows. "
                "Leave it out"
            ),
        ),
        ({"reserved": ["a", "b\n"]}, "reserved: line-feed: 'b\\n' holds a line feed. Leave it out"),
        (
            {"reserved": [-1]},
            (
                "reserved: special-token: -1 is a special token; as a term it would shift every id that follows. "
                "Leave it out"
            ),
        ),
        (
            {"reserved": ["a", "b"], "max_terms": 1},
            "max_terms: must leave room for the 2 reserved and kept terms; received 1",
        ),
    ],
)
def test_a_selection_that_cannot_be_kept_is_refused(given: dict[str, Any], problem: str) -> None:
    """With the name of the value, what it must be, and what it is."""
    with pytest.raises(VocabularyError) as caught:
        Selection(**given)
    assert [str(found) for found in caught.value.problems] == [problem]


def test_all_that_is_wrong_is_named_at_once() -> None:
    """Nobody corrects one value to hear of the next."""
    with pytest.raises(VocabularyError) as caught:
        Selection(max_terms=0, min_count=0, coverage=2, rank="x", reserved=["a", "a"])  # type: ignore[arg-type]
    assert len(caught.value.problems) == 5


def test_an_old_vocabulary_that_is_larger_than_the_new_one_may_be_is_an_error() -> None:
    """Leaving some of its terms out would move ids; those that are both kept and reserved take one place."""
    words = Vocabulary.from_terms("words", ["a", "b"])
    with pytest.raises(VocabularyError, match=r"must leave room for the 2 terms of Vocabulary\('words', 2 terms"):
        Selection(keep=words, max_terms=1)
    assert Selection(keep=words, reserved=["b", "a"], max_terms=2).max_terms == 2
    with pytest.raises(VocabularyError, match="must leave room for the 3 reserved and kept terms"):
        Selection(keep=words, reserved=["b", "c"], max_terms=2)


def test_a_selection_says_what_must_be_counted() -> None:
    """An engine counts no more than that."""
    assert Selection().needs == set()
    assert Selection(rank="weight", min_documents=1).needs == {"weight", "documents"}
    assert Selection(rank="mutual_information").needs == {"label"}
    assert Selection(groups=TermGroups(min_weight=1, min_documents=1, key="(.)")).needs == {"weight", "documents"}
