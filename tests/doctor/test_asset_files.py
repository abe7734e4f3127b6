"""LX201 to LX208: the files of the directory, whoever put them there."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.doctor import examine
from tests.doctor.plain_models import STRINGS, Named, found

Edit = Callable[[Path, Callable[[Any], None]], None]


def test_a_file_that_lies_in_assets_is_told_as_ignored(sound_copy: Path) -> None:
    """The cause of the question: nothing in the graph points to it."""
    (sound_copy / "assets" / "labels.txt").write_text("cat\n")
    [finding] = found(sound_copy)["LX201"]
    assert finding.where == "assets/labels.txt"
    assert "the graph knows 'words.txt'" in finding.message


def test_a_missing_asset_is_told_with_its_reader(sound_copy: Path) -> None:
    """Deleted, or never copied."""
    (sound_copy / "assets" / "words.txt").unlink()
    [finding] = found(sound_copy)["LX202"]
    assert finding.where == "assets/words.txt"
    assert "read by InitializeTableFromTextFileV2" in finding.message


def _two_tables(left: Path, right: Path) -> tf.Module:
    module = tf.Module()
    module.left, module.right = (tf.lookup.StaticHashTable(Named(path), -1) for path in (left, right))
    module.serve = tf.function(
        lambda words: {"ids": module.left.lookup(words) + module.right.lookup(words)}, input_signature=STRINGS
    )
    return module


def test_the_second_file_of_one_name_is_told_as_renamed(save: Callable[..., Path], tmp_path: Path) -> None:
    """TensorFlow numbers it, and which it is follows no order of the user's."""
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vocab.txt").write_text(f"{name}\nb\n")
    codes = found(save(_two_tables(tmp_path / "left" / "vocab.txt", tmp_path / "right" / "vocab.txt")))
    assert [one.file for one in codes["LX204"]] == ["assets/vocab.txt_1"]
    assert "LX203" not in codes


def test_equal_files_are_told(save: Callable[..., Path], tmp_path: Path) -> None:
    """Under two names their bytes are stored twice."""
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text("a\nb\n")
    codes = found(save(_two_tables(tmp_path / "left" / "left.txt", tmp_path / "right" / "right.txt")))
    [finding] = codes["LX203"]
    assert finding.file == "assets/left.txt"
    assert finding.message == "'right.txt' has the same 4 bytes"
    assert "LX204" not in codes


def test_a_file_of_an_older_save_is_told(sound_copy: Path) -> None:
    """Saving into a directory cleans up nothing."""
    (sound_copy / "assets.extra").mkdir()
    (sound_copy / "assets.extra" / "notes.json").write_text("{}")
    (sound_copy / "variables" / "variables.data-00000-of-00001.tempstate123").write_text("")
    assert {one.file for one in found(sound_copy)["LX205"]} == {
        "assets.extra/notes.json",
        "variables/variables.data-00000-of-00001.tempstate123",
    }


@pytest.mark.parametrize("place", ["assets/words.txt", "assets/more.txt", "notes"])
def test_a_link_is_told_and_not_followed(place: str, sound_copy: Path, tmp_path: Path) -> None:
    """To a file, and to a folder; in the place of an asset or beside it."""
    outside = tmp_path / "secret.txt"
    outside.write_text("secret\n")
    (sound_copy / place).unlink(missing_ok=True)
    (sound_copy / place).symlink_to(tmp_path if place == "notes" else outside)
    codes = found(sound_copy)
    assert [one.file for one in codes["LX206"]] == [place]
    assert "LX201" not in codes
    assert "secret" not in str(examine(sound_copy).as_json()["vocabularies"])


def test_a_pipe_is_told_and_not_opened(sound_copy: Path) -> None:
    """Opening it would wait for ever."""
    (sound_copy / "assets" / "words.txt").unlink()
    os.mkfifo(sound_copy / "assets" / "words.txt")
    assert [one.file for one in found(sound_copy)["LX206"]] == ["assets/words.txt"]


@pytest.mark.parametrize("name", ["../../secret.txt", "/etc/passwd", "words.txt\0.txt", "C:\\words.txt", ""])
def test_a_name_that_leads_out_of_the_directory_is_told(name: str, sound_copy: Path, edit: Edit) -> None:
    """Loaders join it without a check."""

    def rename(message: Any) -> None:
        message.meta_graphs[0].asset_file_def[0].filename = name

    edit(sound_copy, rename)
    [finding] = found(sound_copy)["LX207"]
    assert finding.file == f"assets/{name}"


def test_lost_and_cut_off_variables_are_told(save: Callable[..., Path], sound: Path, tmp_path: Path) -> None:
    """Without a folder, without an index, without a shard, cut off in either."""
    module = tf.Module()
    module.weights = tf.Variable(tf.range(1000.0))
    module.serve = tf.function(
        lambda number: {"y": number * module.weights}, input_signature=[tf.TensorSpec([], tf.float32)]
    )
    directory = save(module)
    assert "LX208" not in found(directory)
    index, shard = "variables/variables.index", "variables/variables.data-00000-of-00001"
    for number, (lost, cut) in enumerate([(index, None), (shard, None), (None, index), (None, shard)]):
        copy = Path(shutil.copytree(directory, tmp_path / str(number)))
        if lost:
            (copy / lost).unlink()
        else:
            (copy / cut).write_bytes((copy / cut).read_bytes()[:-100])
        assert [one.file for one in found(copy)["LX208"]] == [lost or cut]
    copy = Path(shutil.copytree(directory, tmp_path / "none"))
    shutil.rmtree(copy / "variables")
    assert {one.file for one in found(copy)["LX208"]} == {index, shard}
