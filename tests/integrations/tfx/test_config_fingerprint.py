"""What a config says, and what its files hold, decides whether a cached execution may be taken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.config import load_config, load_vocabularies_config
from lexport.errors import ConfigError
from lexport.integrations.tfx.config_fingerprint import check_fingerprint, config_fingerprint
from tests.integrations.tfx.fruit_model import write_project


def fingerprint(config: Path, *, data_given: bool = True) -> str:
    """That of a config as it is now."""
    return config_fingerprint(load_config(config), data_given=data_given)


def test_the_same_files_elsewhere_have_the_same_fingerprint(tmp_path: Path) -> None:
    """Where a project lies says nothing."""
    first, second = write_project(tmp_path / "a"), write_project(tmp_path / "b")
    assert fingerprint(first) == fingerprint(second)
    assert config_fingerprint(load_vocabularies_config(first), data_given=True) == fingerprint(first)


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


def test_the_files_to_which_a_vocabulary_adds_count(tmp_path: Path) -> None:
    """Old terms come before new ones, so that other ones give other ids."""
    config = write_project(tmp_path / "a")
    (tmp_path / "a" / "old.txt").write_text("apple\n")
    text = config.read_text()
    assert "  words:\n" in text
    config.write_text(text.replace("  words:\n", "  words:\n    update: {from: old.txt}\n", 1))
    before = fingerprint(config)
    (tmp_path / "a" / "old.txt").write_text("pear\n")
    assert fingerprint(config) != before


def test_data_counts_where_no_other_component_gives_it(tmp_path: Path) -> None:
    """A component that builds the vocabularies itself reads the files of the config."""
    config = write_project(tmp_path / "a")
    before = [fingerprint(config, data_given=given) for given in (True, False)]
    for file in (tmp_path / "a" / "data").iterdir():
        file.write_text(file.read_text() + "quince\n")
    after = [fingerprint(config, data_given=given) for given in (True, False)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]


def test_a_changed_config_is_told_with_its_file(tmp_path: Path) -> None:
    """With both digests, and what to do."""
    config = write_project(tmp_path / "a")
    check_fingerprint(load_config(config), fingerprint(config), data_given=True)
    with pytest.raises(ConfigError, match=r"fruit\.yaml, or a file that it names, was changed .*Define the pipeline"):
        check_fingerprint(load_config(config), "0" * 64, data_given=True)
