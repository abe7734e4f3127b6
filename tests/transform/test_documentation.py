"""What docs/transform.md shows is what happens."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_examples_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the output that tensorflow_transform wrote."""
    monkeypatch.chdir(ROOT / "tests" / "data")
    result = doctest.testfile(str(ROOT / "docs" / "transform.md"), module_relative=False, encoding="utf-8")
    assert result.failed == 0
    assert result.attempted > 15
