"""The versions of what an export was made with."""

import platform
import sys
from importlib import metadata

__all__ = ["installed_versions"]

PACKAGES = ("lexport", "tensorflow", "keras", "tensorflow-text")


def installed_versions() -> dict[str, str]:
    """Gives the versions of lexport, TensorFlow, Keras, tensorflow-text and Python; what is missing is left out.

    Where Keras calculates with JAX in this process, the version of JAX is among them.

    Example:
        >>> sorted(set(installed_versions()) & {"python", "tensorflow"})
        ['python', 'tensorflow']
    """
    found = {"python": platform.python_version()}
    for package in (*PACKAGES, *_backend()):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _backend() -> tuple[str, ...]:
    """Names JAX where it is used; that it is imported says little, as TensorFlow does so where it is installed."""
    keras = sys.modules.get("keras")
    return ("jax",) if keras is not None and keras.config.backend() == "jax" else ()
