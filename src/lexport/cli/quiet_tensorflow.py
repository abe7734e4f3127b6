"""Imports TensorFlow without its log."""

import faulthandler
import importlib
import importlib.util
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from lexport.errors import ConfigError, LexportError

__all__ = ["LOGS_VARIABLE", "start_tensorflow"]

LOGS_VARIABLE = "LEXPORT_TENSORFLOW_LOGS"
STDERR = 2
BACKENDS = ("tensorflow", "jax")  # with others lexport.export refuses, once Keras is imported


def start_tensorflow() -> None:
    """Imports TensorFlow and Keras; their log stays silent, now and later.

    With `LEXPORT_TENSORFLOW_LOGS=1` everything is shown. Where `TF_CPP_MIN_LOG_LEVEL` is set already, it holds for
    what is logged after the import.

    Raises:
        ConfigError: `KERAS_BACKEND` names a backend whose models cannot be exported, or one that is not installed.
        LexportError: TensorFlow cannot be imported; what it printed is then shown.
    """
    _choose_backend()
    if os.environ.get(LOGS_VARIABLE) == "1":
        _import()
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Some lines come before the level is looked at, so the file descriptor itself is turned away.
    with _stderr_held_back():
        _import()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


def _choose_backend() -> None:
    # Otherwise the backend of the user's keras.json would be taken.
    backend = os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND") or BACKENDS[0]
    if backend not in BACKENDS:
        raise ConfigError(
            f"KERAS_BACKEND must be one of {', '.join(BACKENDS)} for an export; received {backend!r}. Save a model of "
            "another backend as a .keras file, and export that file with one of these"
        )
    if importlib.util.find_spec(backend) is None:
        raise ConfigError(f"KERAS_BACKEND={backend}, and {backend} is not installed: pip install 'lexport[{backend}]'")


def _import() -> None:
    for package in ("tensorflow", "keras"):
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise LexportError(
                f"{package} cannot be imported: {error}. Install lexport again, with what it needs"
            ) from error


@contextmanager
def _stderr_held_back() -> Iterator[None]:
    """Keeps what is written to stderr, and shows it only where the body raises an error."""
    try:
        shown = os.dup(STDERR)
    except OSError:  # closed by the shell: there is nothing to keep from it
        yield
        return
    with open(shown, "wb", buffering=0) as stream, tempfile.TemporaryFile() as held:  # noqa: PTH123 - a descriptor
        os.dup2(held.fileno(), STDERR)
        try:
            # A TensorFlow built for another processor aborts; then at least the place is shown.
            with _crashes_shown(stream.fileno()):
                yield
        except Exception:
            held.seek(0)
            shutil.copyfileobj(held, stream)
            raise
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(stream.fileno(), STDERR)


@contextmanager
def _crashes_shown(descriptor: int) -> Iterator[None]:
    if faulthandler.is_enabled():
        yield
        return
    faulthandler.enable(descriptor)
    try:
        yield
    finally:
        faulthandler.disable()
