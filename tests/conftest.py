"""What every test gets: a vocabulary store of its own, and a quiet TensorFlow; and what tests for GPUs need."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# Where there is a GPU, processes that the tests start need some of its memory, too.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")

NO_GPU = "needs a GPU that TensorFlow can see; received none. See docs/devices.md"

# How long an example takes is no promise of any test, and a busy machine is no failure.
settings.register_profile("lexport", deadline=None)
settings.load_profile("lexport")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option of `make test-gpu`, with which a machine without a GPU is a failure and not a skip."""
    parser.addoption("--require-gpu", action="store_true", help="fail where there is no GPU, before any test")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Ends at once where a GPU is required and there is none."""
    if session.config.getoption("--require-gpu") and not _has_gpu():
        pytest.exit(NO_GPU, returncode=1)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test that needs a GPU where there is none, and says so."""
    if item.get_closest_marker("gpu") and not _has_gpu():
        pytest.skip(NO_GPU)


@cache
def _has_gpu() -> bool:
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


@pytest.fixture(scope="session", autouse=True)
def _session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps fixtures of a wider scope away from the user's store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEXPORT_HOME", str(tmp_path_factory.mktemp("lexport-home")))
        yield


@pytest.fixture(autouse=True)
def lexport_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gives every test a store that no other test has written to."""
    home = tmp_path / "lexport-home"
    monkeypatch.setenv("LEXPORT_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def sentencepiece_model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a small sound model, as `build_sentencepiece` trains it."""
    from lexport.corpus import Source
    from lexport.corpus.subword import build_sentencepiece

    text = tmp_path_factory.mktemp("text") / "a.txt"
    text.write_text("the gnu and the hurd are not the greatest gnus\n" * 9)
    return build_sentencepiece("pieces", Source(text), size=30, kind="bpe").data
