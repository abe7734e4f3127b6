"""SavedModels that plain TensorFlow and Keras wrote: a sound one, and one for each way to go wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport.tfformats.protos import parse_message

TERMS = [*(f"term{index}" for index in range(38)), "naïve\u2028", " spaced "]


class PathlessInitializer(tf.lookup.TextFileInitializer):
    """Keeps the path of the machine out of the table's name."""

    def __init__(self, path: Path) -> None:
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        super().__init__(str(path), tf.string, whole, tf.int64, number)

    @property
    def _shared_name(self) -> str:
        return "words_table"


class Sound(tf.Module):
    """A lookup that owns its vocabulary, a variable, and the asset by name."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.assets = {"words": tf.saved_model.Asset(str(path))}
        self.table = tf.lookup.StaticHashTable(PathlessInitializer(path), -1)
        self.scale = tf.Variable(2, dtype=tf.int64)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def serve(self, words):
        """Gives the id of each word, doubled."""
        return {"ids": self.table.lookup(words) * self.scale}


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vocabulary as it lies on the training machine."""
    path = tmp_path_factory.mktemp("training") / "words.txt"
    path.write_text("".join(f"{term}\n" for term in TERMS), encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="session")
def save(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Saves a module whose `serve` takes strings."""

    def save_module(module: tf.Module, **options: Any) -> Path:
        directory = tmp_path_factory.mktemp("saved") / "model"
        tf.saved_model.save(module, str(directory), signatures={"serving_default": module.serve}, **options)
        return directory

    return save_module


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Exports a Keras model of one layer with `model.export`."""

    def export_layer(layer: keras.Layer, dtype: str = "string") -> Path:
        directory = tmp_path_factory.mktemp("exported") / "model"
        inputs = keras.Input((1,), dtype=dtype, name="words")
        keras.Model(inputs, layer(inputs)).export(str(directory), verbose=False)
        return directory

    return export_layer


@pytest.fixture(scope="session")
def sound(words: Path, save: Callable[..., Path]) -> Path:
    """A SavedModel with which nothing is wrong; use `sound_copy` to break one."""
    return save(Sound(words))


@pytest.fixture
def sound_copy(sound: Path, tmp_path: Path) -> Path:
    """A sound SavedModel to break."""
    return Path(shutil.copytree(sound, tmp_path / "broken"))


@pytest.fixture
def edit_graph() -> Callable[[Path, Callable[[Any], None]], None]:
    """Edits the `SavedModel` message of a directory in place."""

    def edit(directory: Path, change: Callable[[Any], None]) -> None:
        path = directory / "saved_model.pb"
        message = parse_message("SavedModel", path.read_bytes())
        change(message)
        path.write_bytes(message.SerializeToString())

    return edit
