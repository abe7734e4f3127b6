"""A file is left out only where nothing could mean it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf

from lexport.doctor.subject import read_subject
from lexport.savedmodel.saved_model_file import read_saved_model
from lexport.surgery.repairs.edit import Edit
from lexport.surgery.repairs.ignored_files import leave_ignored_files_out


def edited(path: Path, read: Callable[[tf.Tensor], tf.Tensor]) -> Edit:
    """Saves what reads a file, with a file that lies there ignored, and edits without writing."""
    module = tf.Module()
    serve = tf.function(lambda x: {"text": read(x)}, input_signature=[tf.TensorSpec([], tf.string)], autograph=False)
    tf.saved_model.save(module, path, signatures=serve)
    (path / "assets" / "labels.txt").write_text("cat\n")
    subject = read_subject(path)
    edit = Edit(read_saved_model(path, subject.inventory.files))
    leave_ignored_files_out(subject, edit)
    return edit


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (lambda x: x, ""),
        (lambda x: tf.io.read_file("/data/words.txt"), ""),
        (lambda x: tf.io.read_file("labels.txt"), "a file of this name from elsewhere"),
        (lambda x: tf.io.read_file("/home/ann/labels.txt"), "a file of this name from elsewhere"),
        (lambda x: tf.io.read_file(x), "works out the name"),
        (lambda x: tf.io.read_file(tf.strings.join(["labels", ".", "txt"])), "works out the name"),
    ],
)
def test_what_the_graph_could_mean_is_kept(read: Callable[[tf.Tensor], tf.Tensor], why: str, tmp_path: Path) -> None:
    """Somebody has copied it there for that reason."""
    edit = edited(tmp_path / "model", read)
    assert [why in one.why for one in edit.left_alone] == ([True] if why else [])
    assert edit.without == (set() if why else {"assets/labels.txt"})
