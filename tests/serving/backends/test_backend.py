"""Which backends of Keras lexport takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lexport.serving.backends.backend import backend_ops, check_backend, uses_jax

EXPORT = """
import keras, lexport
from lexport.errors import ConfigError
x = keras.Input((2,))
for verb in (lexport.export, lexport.save):
    try:
        verb(keras.Model(x, keras.layers.Dense(1)(x)), "exports")
    except ConfigError as error:
        print(error)
"""


def test_tensorflow_is_taken_and_needs_no_further_ops() -> None:
    """The backend of these tests."""
    check_backend()
    assert (uses_jax(), backend_ops()) == (False, ())


@pytest.mark.slow
def test_another_backend_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    """NumPy's, which Keras always has, in the place of PyTorch's; the error says how to export such a model."""
    finished = subprocess.run(
        [sys.executable, "-c", EXPORT],
        env=os.environ | {"KERAS_BACKEND": "numpy"},
        cwd=str(tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )
    told = finished.stdout.splitlines()
    assert len(told) == 2
    assert all(line.startswith("KERAS_BACKEND=numpy:") and "Save it as a .keras file" in line for line in told), told
