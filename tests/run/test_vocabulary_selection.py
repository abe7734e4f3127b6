"""From the config of a vocabulary to what is counted and chosen."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lexport.config import VocabularyConfig
from lexport.corpus.selection import Selection
from lexport.errors import ConfigError, VocabularyError
from lexport.run.vocabulary_selection import counts_documents, selection_of
from lexport.vocabulary import Vocabulary

SOURCE = {"files": [__file__], "format": "csv", "column": "text"}


def _config(**given: Any) -> VocabularyConfig:
    return VocabularyConfig.model_validate({"source": SOURCE, **given})


def test_a_config_without_a_selection_takes_everything(tmp_path: Path) -> None:
    """By count, as `adapt()` does."""
    assert selection_of("words", _config(), tmp_path) == Selection()
    assert not counts_documents(_config())


def test_every_key_arrives(tmp_path: Path) -> None:
    """None is read and forgotten."""
    old = Vocabulary.from_terms("old", ["a", "b"]).write(tmp_path / "old.txt")
    limits: dict[str, Any] = {"min_count": 2, "min_documents": 3, "min_weight": 4.5, "min_score": -1.0, "coverage": 0.5}
    config = _config(
        **limits,
        max_terms=9,
        weight="w",
        label="l",
        rank="adjusted_mutual_information",
        order="fingerprint",
        min_difference=1.5,
        reserved=["[CLS]"],
        groups={"pattern": "^(.)", "max_terms": 1, **limits},
        update={"from": str(old)},
    )
    found = selection_of("words", config, tmp_path)
    assert found.groups is not None
    assert found.keep is not None
    assert {name: getattr(found, name) for name in limits} == limits
    assert {name: getattr(found.groups, name) for name in limits} == limits
    assert (found.max_terms, found.groups.max_terms, found.groups.key) == (9, 1, "^(.)")
    assert (found.rank, found.order, found.min_difference) == (config.rank, "fingerprint", 1.5)
    assert (found.reserved, found.keep.terms) == (("[CLS]",), ("a", "b"))


@pytest.mark.parametrize(
    ("given", "rank"),
    [
        ({"weight": "w"}, "weight"),
        ({"label": "l"}, "mutual_information"),
        ({"weight": "w", "label": "l"}, "mutual_information"),
        ({"weight": "w", "rank": "count"}, "count"),
    ],
    ids=str,
)
def test_what_is_counted_says_what_ranks(tmp_path: Path, given: dict[str, Any], rank: str) -> None:
    """As in tensorflow_transform; unless the config says otherwise."""
    assert selection_of("words", _config(**given), tmp_path).rank == rank


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ({"documents": True}, True),
        ({"documents": False, "label": "l"}, False),
        ({"label": "l"}, True),
        ({"min_documents": 1}, True),
        ({"groups": {"pattern": "(.)", "min_documents": 1}}, True),
    ],
    ids=str,
)
def test_documents_are_counted_where_something_needs_them(given: dict[str, Any], counted: bool) -> None:
    """Or where they are asked for."""
    assert counts_documents(_config(**given)) is counted


def test_the_function_of_groups_is_imported_from_the_project(tmp_path: Path) -> None:
    """A missing one is named with its key."""
    (tmp_path / "selection_test_groups.py").write_text("def first(terms): return [term[:1] for term in terms]\n")
    groups = {"function": "selection_test_groups:first", "max_terms": 1}
    found = selection_of("words", _config(groups=groups), tmp_path).groups
    assert found is not None
    assert found.keys(pa.array(["ab"], pa.large_string())).to_pylist() == ["a"]
    groups["function"] = "selection_test_groups:last"
    with pytest.raises(ConfigError, match=r"vocabularies\.words\.groups\.function: module"):
        selection_of("words", _config(groups=groups), tmp_path)


def test_a_vocabulary_to_update_must_be_the_pinned_one_and_fit(tmp_path: Path) -> None:
    """An edited file would move ids; a larger one would lose terms."""
    old = Vocabulary.from_terms("old", ["a", "b"]).write(tmp_path / "old.txt")
    with pytest.raises(VocabularyError, match="is not the expected vocabulary"):
        selection_of("words", _config(update={"from": str(old), "sha256": "0" * 64}), tmp_path)
    with pytest.raises(VocabularyError, match="must leave room for the 2 terms"):
        selection_of("words", _config(update={"from": str(old)}, max_terms=1), tmp_path)
