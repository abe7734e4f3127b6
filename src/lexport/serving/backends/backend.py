"""Which backends of Keras an export can be made with."""

import importlib.util
from importlib.metadata import PackageNotFoundError, version

import keras

from lexport.errors import ConfigError

__all__ = ["backend_ops", "check_backend", "uses_jax"]

# What `jax2tf` makes of a model: one op that runs a module of StableHLO.
JAX_OPS = ("XlaCallModule",)


def uses_jax() -> bool:
    """Whether Keras calculates with JAX in this process."""
    return bool(keras.config.backend() == "jax")


def backend_ops() -> tuple[str, ...]:
    """Gives the ops that a graph must be allowed to have because of the backend.

    Example:
        >>> backend_ops()
        ()
    """
    return JAX_OPS if uses_jax() else ()


def check_backend() -> None:
    """Refuses a backend whose models cannot be exported, before anything is done.

    Raises:
        ConfigError: it is neither TensorFlow nor JAX, or this JAX has no `jax2tf`.

    Example:
        >>> check_backend()
    """
    backend = keras.config.backend()
    if backend not in ("tensorflow", "jax"):
        raise ConfigError(
            f"KERAS_BACKEND={backend}: a model must be of the backend tensorflow or jax to be exported. "
            "Save it as a .keras file, and export that file in a process with KERAS_BACKEND=tensorflow or jax"
        )
    if backend == "jax" and not _has_jax2tf():
        raise ConfigError(
            f"KERAS_BACKEND=jax: Keras exports with jax.experimental.jax2tf, which jax {_jax_version()} does not have. "
            "Install what lexport was tested with: pip install 'lexport[jax]'"
        )


def _has_jax2tf() -> bool:
    try:
        return importlib.util.find_spec("jax.experimental.jax2tf") is not None
    except ModuleNotFoundError:
        return False


def _jax_version() -> str:
    try:
        return version("jax")
    except PackageNotFoundError:
        return "(not installed)"
