"""What the manifest says of files whose names TensorFlow has changed."""

from pathlib import Path

import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from lexport import Vocabulary
from lexport.layers import StringLookup
from lexport.run.manifest import describe_saved
from lexport.savedmodel import read_inventory


def rename_asset(directory: Path, old: str, new: str) -> None:
    """Calls an asset otherwise, as TensorFlow does where base names collide."""
    (directory / "assets" / old).rename(directory / "assets" / new)
    graph = saved_model_pb2.SavedModel.FromString((directory / "saved_model.pb").read_bytes())
    [asset] = [asset for asset in graph.meta_graphs[0].asset_file_def if asset.filename == old]
    asset.filename = new
    (directory / "saved_model.pb").write_bytes(graph.SerializeToString())


def test_a_vocabulary_is_found_by_its_content(tmp_path: Path) -> None:
    """Which of two files of one name is numbered cannot be known in advance."""
    words, tags = Vocabulary.from_terms("words", ["the", "of"]), Vocabulary.from_terms("tags", ["x"])
    module = tf.Module()
    module.lookups = [StringLookup(vocabulary=words), StringLookup(vocabulary=tags)]
    tf.saved_model.save(module, str(tmp_path / "model"))
    rename_asset(tmp_path / "model", "words.txt", "words.txt_1")
    rename_asset(tmp_path / "model", "tags.txt", "words.txt")
    manifest = describe_saved(read_inventory(tmp_path / "model"), "name", {"words": words, "tags": tags})
    assert {name: entry.asset for name, entry in manifest.vocabularies.items()} == {
        "words": "assets/words.txt_1",
        "tags": "assets/words.txt",
    }
    assert manifest.assets == {"words.txt": "assets/words.txt", "words.txt_1": "assets/words.txt_1"}


def test_of_files_with_one_content_the_vocabulary_has_its_own(tmp_path: Path) -> None:
    """Two vocabularies may hold the same terms."""
    module = tf.Module()
    words, again = Vocabulary.from_terms("words", ["a"]), Vocabulary.from_terms("again", ["a"])
    module.lookup = StringLookup(vocabulary=words)
    module.file = tf.saved_model.Asset(str(again.path))
    tf.saved_model.save(module, str(tmp_path / "model"))
    manifest = describe_saved(read_inventory(tmp_path / "model"), "name", {"words": words, "again": again})
    assert {name: entry.asset for name, entry in manifest.vocabularies.items()} == {
        "words": "assets/words.txt",
        "again": "assets/again.txt",
    }
