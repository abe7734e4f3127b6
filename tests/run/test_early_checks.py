"""What can be known to be wrong is found before the vocabularies and the model are built."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.config import ExportConfig, load_config
from lexport.errors import SignatureError, VerificationError
from lexport.run.early_checks import check_early

CONFIG = """\
name: words
vocabularies:
  labels: {source: {files: labels.csv, column: label}}
model: {factory: "nowhere:build"}
signatures:
  serving_default: {inputs: {word: {dtype: string, shape: [null]}}}
  best: {family: classify, inputs: {word: {dtype: string, shape: [null]}}, scores: s, labels: labels, k: 1}
verify: {examples: examples.jsonl, baseline_limit: 1000}
publish: {directory: exports}
"""


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], ExportConfig]:
    """A config with labels, of a factory that there is not, with these examples."""

    def load(examples: str) -> ExportConfig:
        (tmp_path / "pyproject.toml").touch()
        (tmp_path / "labels.csv").write_text("label\ncat\n")
        (tmp_path / "examples.jsonl").write_text(examples)
        (tmp_path / "words.yaml").write_text(CONFIG)
        return load_config(tmp_path / "words.yaml")

    return load


def test_examples_are_checked_before_a_vocabulary_of_labels_is_built(config: Callable[[str], ExportConfig]) -> None:
    """Which inputs a signature has does not depend on its labels; every problem of a line is told."""
    with pytest.raises(SignatureError, match="has 2 problems") as raised:
        check_early(config('{"word": 1, "wrod": "a"}\n'))
    assert [str(problem) for problem in raised.value.problems] == [
        "line 1  wrod: is not an input of serving_default; its inputs: word",
        "line 1  word: must be string; received 1",
    ]


def test_examples_that_cannot_travel_are_found_before_the_model_is_built(
    config: Callable[[str], ExportConfig],
) -> None:
    """They must travel, with their answers, which are not known yet."""
    with pytest.raises(VerificationError, match=r"limit is 1,000 bytes, .* hold 1,216 without their answers") as raised:
        check_early(config(f'{{"word": "{"a" * 600}"}}\n'))
    assert [problem.where for problem in raised.value.problems] == [
        "signatures.serving_default, examples",
        "signatures.best, examples",
    ]
