"""A SavedModel that plain TensorFlow wrote."""

from pathlib import Path

import pytest
import tensorflow as tf


class Doubling(tf.Module):
    """Doubles what it is given."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64)])
    def serve(self, values):
        """Gives twice the values."""
        return {"doubled": values * 2}


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a SavedModel."""
    directory = tmp_path_factory.mktemp("saved") / "model"
    module = Doubling()
    tf.saved_model.save(module, str(directory), signatures={"serving_default": module.serve})
    return directory
