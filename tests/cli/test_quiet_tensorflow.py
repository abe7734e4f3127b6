import os
import subprocess
import sys
from pathlib import Path

import pytest

START = "from lexport.cli.quiet_tensorflow import start_tensorflow; start_tensorflow()"


def start(folder: Path, tensorflow: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Starts a TensorFlow that is made up of a line or two."""
    (folder / "tensorflow.py").write_text(tensorflow)
    (folder / "keras.py").write_text("")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return subprocess.run(
        [sys.executable, "-c", START],
        capture_output=True,
        text=True,
        check=False,
        env=environment | {"PYTHONPATH": str(folder)} | env,
        timeout=60,
    )


NOISE = "import os; os.write(2, b'oneDNN is on\\n')\n"


def test_what_is_written_while_it_is_imported_is_not_shown(tmp_path: Path) -> None:
    """Not even what goes straight to the descriptor, past every log level."""
    assert start(tmp_path, NOISE).stderr == ""


def test_stderr_is_as_before_afterwards(tmp_path: Path) -> None:
    """Warnings of later code are shown."""
    (tmp_path / "tensorflow.py").write_text(NOISE)
    (tmp_path / "keras.py").write_text("")
    script = f"{START}; import os, sys; os.write(2, b'a'); print('b', file=sys.stderr)"
    finished = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        timeout=60,
    )

    assert finished.stderr == "ab\n"


def test_the_log_level_is_set_unless_it_is_already(tmp_path: Path) -> None:
    """Who sets it means it."""
    level = "import os; open('level', 'w').write(os.environ['TF_CPP_MIN_LOG_LEVEL'])"

    for env, expected in (({}, "3"), ({"TF_CPP_MIN_LOG_LEVEL": "1"}, "1")):
        path = tmp_path / "level"
        start(tmp_path, level.replace("'level'", repr(str(path))), **env)
        assert path.read_text() == expected


def test_everything_is_shown_on_request(tmp_path: Path) -> None:
    """`LEXPORT_TENSORFLOW_LOGS=1` leaves the log alone."""
    assert start(tmp_path, NOISE, LEXPORT_TENSORFLOW_LOGS="1").stderr == "oneDNN is on\n"


def test_a_failed_import_shows_what_was_written(tmp_path: Path) -> None:
    """A missing library is named in the log alone."""
    finished = start(tmp_path, f"{NOISE}raise ImportError('libcudart.so')")

    assert "oneDNN is on\n" in finished.stderr
    assert "LexportError: tensorflow cannot be imported: libcudart.so" in finished.stderr


def test_a_crash_shows_where_it_happened(tmp_path: Path) -> None:
    """A TensorFlow built for another processor kills the process; it does not do so without a word."""
    finished = start(tmp_path, f"{NOISE}import os; os.abort()")

    assert finished.returncode < 0
    assert "Fatal Python error: Aborted" in finished.stderr
    assert "tensorflow.py" in finished.stderr


@pytest.mark.slow
def test_the_real_one_is_silent_and_so_are_its_devices() -> None:
    """Importing it and asking for its devices writes nothing at all."""
    script = f"{START}; import tensorflow as tf; tf.config.list_physical_devices()"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment, timeout=120
    )

    assert (finished.stdout, finished.stderr) == ("", "")


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        ("tensorfow", "KERAS_BACKEND must be one of tensorflow, jax for an export; received 'tensorfow'"),
        ("torch", "KERAS_BACKEND must be one of tensorflow, jax for an export; received 'torch'"),
        ("jax", "KERAS_BACKEND=jax, and jax is not installed: pip install 'lexport[jax]'"),
    ],
)
def test_a_backend_that_cannot_export_is_refused_before_the_import(tmp_path: Path, backend: str, message: str) -> None:
    """Keras would say that it cannot import it, and a model would have to be written for nothing."""
    hidden = "import importlib.util as u; find = u.find_spec; u.find_spec = lambda n: None if n == 'jax' else find(n); "
    finished = subprocess.run(
        [sys.executable, "-c", hidden + START],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "KERAS_BACKEND": backend},
        timeout=60,
    )
    assert f"ConfigError: {message}" in finished.stderr


def test_an_empty_backend_is_none(tmp_path: Path) -> None:
    """As for Keras, but for its file of settings."""
    seen = "import os; print(os.environ['KERAS_BACKEND'])"
    assert start(tmp_path, seen, KERAS_BACKEND="").stdout == "tensorflow\n"
