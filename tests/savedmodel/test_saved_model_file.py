import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.errors import AssetError
from lexport.savedmodel import read_inventory


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    """The error says which path does not exist."""
    with pytest.raises(AssetError, match="nowhere does not exist"):
        read_inventory(tmp_path / "nowhere")


def test_a_file_is_no_directory(sound: Path) -> None:
    """The path of saved_model.pb itself is a common mistake."""
    with pytest.raises(AssetError, match=r"is a file. Give the directory that holds it: .*[^b]$"):
        read_inventory(sound / "saved_model.pb")
    with pytest.raises(AssetError, match=r"is a file. Give the directory that holds saved_model.pb"):
        read_inventory(next((sound / "assets").iterdir()))


def test_a_keras_file_is_told_apart(tmp_path: Path) -> None:
    """The error says which command reads `.keras` files, as most of them want a SavedModel."""
    (tmp_path / "model.keras").touch()
    with pytest.raises(AssetError, match=r"is a .keras file, not a SavedModel: lexport doctor says"):
        read_inventory(tmp_path / "model.keras")


def test_a_directory_without_a_graph_is_no_saved_model(tmp_path: Path) -> None:
    """An empty directory is refused."""
    with pytest.raises(AssetError, match=r"is not a SavedModel: it has no saved_model.pb$"):
        read_inventory(tmp_path)


def test_a_directory_of_versions_hints_at_a_version(sound: Path, tmp_path: Path) -> None:
    """The parent of the version directories is a common mistake."""
    shutil.copytree(sound, tmp_path / "7")
    with pytest.raises(AssetError, match=r"Did you mean .*/7\?"):
        read_inventory(tmp_path)


@pytest.mark.parametrize(("name", "told"), [("saved_model.pbtxt", "text format"), ("saved_model.cpb", "split graph")])
def test_other_formats_are_named(tmp_path: Path, name: str, told: str) -> None:
    """What TensorFlow can write and lexport does not read is told apart from what is missing."""
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(AssetError, match=told):
        read_inventory(tmp_path)


@pytest.mark.parametrize("damage", [b"\xff" * 64, b"not a graph"])
def test_a_corrupt_graph_is_refused(sound_copy: Path, damage: bytes) -> None:
    """Bytes that are no message are damage."""
    (sound_copy / "saved_model.pb").write_bytes(damage)
    with pytest.raises(AssetError, match=r"saved_model.pb is damaged"):
        read_inventory(sound_copy)


def test_a_truncated_graph_is_refused(sound_copy: Path) -> None:
    """Half of a file is damage."""
    data = (sound_copy / "saved_model.pb").read_bytes()
    (sound_copy / "saved_model.pb").write_bytes(data[: len(data) // 2])
    with pytest.raises(AssetError, match=r"saved_model.pb is damaged"):
        read_inventory(sound_copy)


def test_an_empty_file_holds_no_graph(sound_copy: Path) -> None:
    """An empty file is a valid message without a graph."""
    (sound_copy / "saved_model.pb").write_bytes(b"")
    with pytest.raises(AssetError, match="holds no graph"):
        read_inventory(sound_copy)


def test_a_graph_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    """A file of more than 2 GiB is refused by its size, before its bytes are."""
    with (tmp_path / "saved_model.pb").open("wb") as file:
        file.truncate(2**31)
    with pytest.raises(AssetError, match="the limit is 2147483647"):
        read_inventory(tmp_path)


def test_a_linked_graph_is_not_followed(sound_copy: Path) -> None:
    """The graph itself must lie in the directory."""
    (sound_copy / "saved_model.pb").rename(sound_copy.parent / "elsewhere.pb")
    (sound_copy / "saved_model.pb").symlink_to(sound_copy.parent / "elsewhere.pb")
    with pytest.raises(AssetError, match="is a symbolic link; it is not followed"):
        read_inventory(sound_copy)


@pytest.mark.parametrize("lost", ["variables", "variables/variables.index", "variables/variables.data-00000-of-00001"])
def test_missing_variables_are_an_error(sound_copy: Path, lost: str) -> None:
    """The C++ loader reports success without them; lexport does not."""
    path = sound_copy / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(AssetError, match=r"does not hold its variables(.|\n)*variables.* is missing"):
        read_inventory(sound_copy)


def test_a_missing_shard_is_an_error(sound_copy: Path) -> None:
    """The name of a shard says how many there are."""
    shard = sound_copy / "variables/variables.data-00000-of-00001"
    shard.rename(shard.with_name("variables.data-00000-of-00002"))
    with pytest.raises(AssetError, match="data-00001-of-00002: it is missing"):
        read_inventory(sound_copy)


@pytest.mark.parametrize("count", ["00002", "99999"])
def test_shards_of_several_checkpoints_are_refused(sound_copy: Path, count: str) -> None:
    """A reader takes its shards from the index alone: the others are left over, or are there to mislead."""
    (sound_copy / f"variables/variables.data-00000-of-{count}").touch()
    with pytest.raises(AssetError, match=f"must agree on how many there are; received 1, {int(count)}"):
        read_inventory(sound_copy)


def test_of_many_promised_shards_the_first_that_is_missing_is_told(sound_copy: Path) -> None:
    """One file name must not make an error message of ten thousands of lines."""
    shard = sound_copy / "variables/variables.data-00000-of-00001"
    shard.rename(shard.with_name("variables.data-00000-of-99999"))
    with pytest.raises(AssetError) as raised:
        read_inventory(sound_copy)
    assert str(raised.value).count("is missing") == 1
    assert "variables.data-00001-of-99999: it is missing" in str(raised.value)


def test_linked_variables_are_not_followed(sound_copy: Path) -> None:
    """Weights must lie in the directory, too."""
    index = sound_copy / "variables/variables.index"
    index.rename(sound_copy.parent / "index")
    index.symlink_to(sound_copy.parent / "index")
    with pytest.raises(AssetError, match="is a symbolic link"):
        read_inventory(sound_copy)


def test_a_graph_that_restores_nothing_needs_no_variables(
    sound_copy: Path, edit_graph: Callable[[Path, Callable[[Any], None]], None]
) -> None:
    """Old SavedModels without a variable have no folder for them."""
    edit_graph(sound_copy, lambda message: message.meta_graphs[0].ClearField("saver_def"))
    shutil.rmtree(sound_copy / "variables")
    assert read_inventory(sound_copy).sizes.variables == 0
