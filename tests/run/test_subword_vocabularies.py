"""Vocabularies of pieces of words, as a config asks for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.config import VocabularyConfig
from lexport.errors import VocabularyError

Build = Callable[..., dict[str, Any]]


def pieces(path: Path, **subword: object) -> VocabularyConfig:
    """WordPiece from a text file."""
    return VocabularyConfig.model_validate(
        {"source": {"files": [str(path)]}, "subword": {"kind": "wordpiece", **subword}}
    )


def test_every_setting_reaches_the_learner(build_of: Build, tmp_path: Path) -> None:
    """And what is left out has the default of the learner."""
    (tmp_path / "a.txt").write_text("The the cat é\n")
    built = build_of(
        {
            "plain": pieces(tmp_path / "a.txt", size=40),
            "other": pieces(
                tmp_path / "a.txt", size=40, lower_case=False, reserved=["[UNK]"], min_count=1, max_characters=2
            ),
        }
    )
    assert built["plain"].terms[:5] == ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    assert built["plain"].terms[5:] == tuple("aceht") + tuple(f"##{letter}" for letter in "aceht")
    assert built["other"].terms == ("[UNK]",)


def test_a_size_that_is_too_small_is_named_by_vocabulary(build_of: Build, tmp_path: Path) -> None:
    """Beside what is wrong with others."""
    (tmp_path / "a.txt").write_text("abc\n")
    with pytest.raises(VocabularyError, match=r"vocabularies\.tiny: size: must be at least 11"):
        build_of({"tiny": pieces(tmp_path / "a.txt", size=3)})
