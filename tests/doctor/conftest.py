"""SavedModels and `.keras` files as plain TensorFlow and Keras write them, and what the doctor finds in them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport.tfformats.protos import parse_message
from tests.doctor.plain_models import TERMS, Named, looking_up


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vocabulary as it lies on the training machine."""
    path = tmp_path_factory.mktemp("training") / "words.txt"
    path.write_text("".join(f"{term}\n" for term in TERMS))
    return path


@pytest.fixture(scope="session")
def save(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Saves a module whose `serve` is the signature."""

    def save_module(module: tf.Module, **options: Any) -> Path:
        directory = tmp_path_factory.mktemp("saved") / "model"
        tf.saved_model.save(module, str(directory), **{"signatures": {"serving_default": module.serve}} | options)
        return directory

    return save_module


@pytest.fixture(scope="session")
def embedding_model() -> Callable[..., keras.Model]:
    """A model of a lookup, an embedding and a score by name."""

    def build(lookup: keras.Layer, rows: int = 31) -> keras.Model:
        given = keras.Input((3,), dtype="string", name="words")
        vectors = keras.layers.Embedding(rows, 32)(lookup(given))
        return keras.Model(given, {"score": keras.layers.Dense(1)(keras.layers.Flatten()(vectors))})

    return build


@pytest.fixture(scope="session")
def sound(words: Path, save: Callable[..., Path]) -> Path:
    """A SavedModel of plain TensorFlow with which nothing is wrong."""
    return save(looking_up(Named(words)))


@pytest.fixture
def sound_copy(sound: Path, tmp_path: Path) -> Path:
    """A sound SavedModel to break."""
    return Path(shutil.copytree(sound, tmp_path / "broken"))


@pytest.fixture
def edit() -> Callable[[Path, Callable[[Any], None]], None]:
    """Edits the `SavedModel` message of a directory in place."""

    def edit_graph(directory: Path, change: Callable[[Any], None]) -> None:
        path = directory / "saved_model.pb"
        message = parse_message("SavedModel", path.read_bytes())
        change(message)
        path.write_bytes(message.SerializeToString())

    return edit_graph
