"""What a config says, and what its files hold, decides whether a cached execution may be taken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.config import load_config, load_vocabularies_config
from lexport.integrations.tfx.config_fingerprint import config_fingerprint
from tests.integrations.tfx.fruit_model import write_project


def fingerprint(config: Path) -> str:
    """That of a config as it is now."""
    return config_fingerprint(load_config(config))


def test_the_same_files_elsewhere_have_the_same_fingerprint(tmp_path: Path) -> None:
    """Where a project lies says nothing."""
    first, second = write_project(tmp_path / "a"), write_project(tmp_path / "b")
    assert fingerprint(first) == fingerprint(second)
    assert config_fingerprint(load_vocabularies_config(first)) == fingerprint(first)


@pytest.mark.parametrize(
    "edit",
    [
        lambda folder: (folder / "fruit.yaml").write_text((folder / "fruit.yaml").read_text() + "# a comment\n"),
        lambda folder: (folder / "colors.txt").write_text("red\nyellow\ngreen\n"),
        lambda folder: (folder / "examples.jsonl").write_text('{"text": "green apple"}\n'),
    ],
    ids=["config", "vocabulary", "examples"],
)
def test_an_edit_changes_the_fingerprint(tmp_path: Path, edit: Callable[[Path], object]) -> None:
    """TFX itself sees a path that has stayed the same."""
    config = write_project(tmp_path / "a")
    (tmp_path / "a" / "examples.jsonl").write_text('{"text": "red apple"}\n')
    config.write_text(config.read_text() + "verify: {examples: examples.jsonl}\n")
    before = fingerprint(config)
    edit(tmp_path / "a")
    assert fingerprint(config) != before
