"""SentencePiece models among the vocabularies of a config: trained, or read from a `.model` file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.config import VocabularyConfig

Problems = Callable[..., list[str]]
SOURCE = {"files": "pipelines/data/*", "format": "csv", "column": "tags"}
BPE = {"source": SOURCE, "subword": {"kind": "sentencepiece-bpe", "size": 100}}
SIGNATURE = {"inputs": {"x": {"dtype": "string", "shape": [None]}}}


@pytest.fixture
def model(shared_project: Path) -> str:
    """A file that is called as models are."""
    (shared_project / "pipelines/pieces.model").write_bytes(b"")
    return "pipelines/pieces.model"


def test_a_model_is_trained_or_read(section_problems: Problems, model: str, tmp_path: Path) -> None:
    """Both stand where every vocabulary stands; the suffix tells a model from a file of terms."""
    given = {"trained": BPE, "read": {"file": model, "sha256": "0" * 64}}
    assert section_problems(vocabularies=given) == []
    (tmp_path / "a.model").touch()
    (tmp_path / "a.txt").touch()
    read = [VocabularyConfig(file=tmp_path / name) for name in ("a.model", "a.txt")]
    assert [one.is_sentencepiece for one in read] == [True, False]
    source = {"source": {"files": [str(tmp_path / "a.txt")]}}
    kinds = ("sentencepiece-unigram", "sentencepiece-bpe", "wordpiece")
    trained = [VocabularyConfig.model_validate({**source, "subword": {"kind": kind, "size": 9}}) for kind in kinds]
    assert [one.is_sentencepiece for one in trained] == [True, True, False]


def test_what_only_terms_have_does_not_stand_beside_a_model_file(section_problems: Problems, model: str) -> None:
    """A key that would be ignored is an error."""
    given = {"file": model, "statistics": model, "allow": ["blank-term"], "dtype": "int64"}
    found = section_problems(vocabularies={"v": given})
    assert [problem.split(";")[0] for problem in found] == [
        "vocabularies.v.statistics: must be left out beside a .model file, which holds no terms",
        "vocabularies.v.allow: must be left out beside a .model file, which holds no terms",
        "vocabularies.v.dtype: must be string beside a .model file",
    ]


def test_labels_are_no_model(section_problems: Problems, model: str) -> None:
    """Pieces of words name no class; the line of the signature is named."""
    signature = {**SIGNATURE, "family": "classify", "scores": "s", "k": 1}
    for vocabulary in (BPE, {"file": model}):
        found = section_problems(
            vocabularies={"v": vocabulary}, signatures={"serving_default": {**signature, "labels": "v"}}
        )
        assert found == [
            "signatures.serving_default.labels: must be a vocabulary of strings; received 'v', a SentencePiece model"
        ]
