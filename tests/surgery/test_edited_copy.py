"""A copy has what was edited, all else as it was, and a fingerprint that fits."""

from pathlib import Path

import pytest
import tensorflow as tf

from lexport.errors import AssetError
from lexport.savedmodel.saved_model_file import read_saved_model
from lexport.savedmodel.tree import read_tree
from lexport.surgery.edited_copy import write_edited_copy


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SavedModel of plain TensorFlow with an asset."""
    folder = tmp_path_factory.mktemp("saved")
    (folder / "labels.txt").write_text("cat\n")
    root = tf.Module()
    root.labels = tf.saved_model.Asset(str(folder / "labels.txt"))
    tf.saved_model.save(root, folder / "model")
    return folder / "model"


def test_an_edited_copy_has_the_fingerprint_that_tensorflow_would_give_it(saved: Path, tmp_path: Path) -> None:
    """An edited graph has another checksum; what was not edited is copied byte for byte."""
    files = read_tree(saved)
    graph = read_saved_model(saved, files)
    graph.meta_graphs[0].graph_def.node.add(name="more", op="NoOp")
    write_edited_copy(saved, files, tmp_path, saved_model=graph, written={"assets/more.txt": b"dog\n"})
    before, after = (tf.saved_model.experimental.read_fingerprint(str(path)) for path in (saved, tmp_path))
    assert after.graph_def_program_hash != before.graph_def_program_hash
    assert after.signature_def_hash == before.signature_def_hash
    assert (tmp_path / "assets" / "labels.txt").read_bytes() == b"cat\n"
    assert (tmp_path / "assets" / "more.txt").read_bytes() == b"dog\n"


def test_files_are_left_out(saved: Path, tmp_path: Path) -> None:
    """Without an edit of the graph there is nothing else to write anew."""
    write_edited_copy(saved, read_tree(saved), tmp_path, without=["assets/labels.txt"])
    assert sorted(file.path for file in read_tree(saved) if not (tmp_path / file.path).exists()) == [
        "assets/labels.txt"
    ]
    assert (tmp_path / "fingerprint.pb").read_bytes() == (saved / "fingerprint.pb").read_bytes()


def test_a_link_is_not_followed(saved: Path, tmp_path: Path) -> None:
    """What it points to is not part of the model."""
    (saved / "assets" / "link.txt").symlink_to("/etc/hostname")
    try:
        with pytest.raises(AssetError, match=r"assets/link.txt is a symbolic link"):
            write_edited_copy(saved, read_tree(saved), tmp_path)
    finally:
        (saved / "assets" / "link.txt").unlink()


def test_a_graph_that_tensorflow_cannot_fingerprint_is_an_error(saved: Path, tmp_path: Path) -> None:
    """Not a copy with the fingerprint of something else."""
    with pytest.raises(AssetError, match=r"cannot fingerprint"):
        write_edited_copy(saved, read_tree(saved), tmp_path, written={"saved_model.pb": b"nothing"})


def test_a_name_that_leaves_the_copy_is_refused(saved: Path, tmp_path: Path) -> None:
    """Names of files come from a graph that nobody vouches for."""
    with pytest.raises(AssetError, match=r"leaves the directory"):
        write_edited_copy(saved, read_tree(saved), tmp_path / "copy", written={"../words.txt": b""})
    assert not (tmp_path / "words.txt").exists()
