"""Vocabularies of pieces of words, as a config asks for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.config import VocabularyConfig
from lexport.corpus import Source
from lexport.corpus.subword import build_sentencepiece
from lexport.errors import VocabularyError
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

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


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_a_sentencepiece_model_is_trained(build_of: Build, tmp_path: Path, kind: str) -> None:
    """The bytes are those that `build_sentencepiece` gives for the same settings."""
    (tmp_path / "a.txt").write_text("the gnu and the hurd are not the greatest gnus\n" * 20)
    given = {"size": 20, "control": ["[CLS]"], "normalization": "nfkc_cf"}
    config = {"source": {"files": [str(tmp_path / "a.txt")]}, "subword": {"kind": f"sentencepiece-{kind}", **given}}
    built = build_of({"pieces": VocabularyConfig.model_validate(config)})["pieces"]
    expected = build_sentencepiece("pieces", Source(str(tmp_path / "a.txt")), kind=kind, **given)
    assert (built, built.name, built.kind) == (expected, "pieces", kind)
    assert built.pieces[:5] == ("<pad>", "<unk>", "<s>", "</s>", "[CLS]")


def test_a_sentencepiece_model_is_read(build_of: Build, tmp_path: Path, sentencepiece_model: bytes) -> None:
    """From a file that is called `.model`, under the name that the config gives it; a digest is held to."""
    file = tmp_path / "other.model"
    file.write_bytes(sentencepiece_model)
    built = build_of({"pieces": VocabularyConfig(file=file)})["pieces"]
    assert isinstance(built, SentencePieceModel)
    assert (built.name, built.data) == ("pieces", sentencepiece_model)
    assert build_of({"pieces": VocabularyConfig(file=file, sha256=built.digest)}) == {"pieces": built}
    with pytest.raises(VocabularyError, match=r"vocabularies\.pieces: .*other\.model is not the expected"):
        build_of({"pieces": VocabularyConfig(file=file, sha256="0" * 64)})


def test_what_is_wrong_with_models_is_named_with_the_others(build_of: Build, tmp_path: Path) -> None:
    """A file that is none, too little text, and a WordPiece vocabulary that is too small: one error."""
    (tmp_path / "a.txt").write_text("abc\n")
    (tmp_path / "bad.model").write_bytes(b"the\nof\n")
    large = {"source": {"files": [str(tmp_path / "a.txt")]}, "subword": {"kind": "sentencepiece-bpe", "size": 99}}
    given = {
        "bad": VocabularyConfig(file=tmp_path / "bad.model"),
        "large": VocabularyConfig.model_validate(large),
        "tiny": pieces(tmp_path / "a.txt", size=3),
    }
    with pytest.raises(VocabularyError) as raised:
        build_of(given)
    told = [str(problem) for problem in raised.value.problems]
    assert [problem.partition(":")[0] for problem in told] == [f"vocabularies.{name}" for name in given]
    assert "bad.model cannot be read" in told[0]
    assert "size: the source gives" in told[1]
