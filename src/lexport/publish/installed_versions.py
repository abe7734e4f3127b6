"""The versions of what an export was made with."""

import platform
import sys
from importlib import metadata

__all__ = ["installed_versions"]

PACKAGES = ("lexport", "tensorflow", "keras", "tensorflow-text")
# Recorded where a model was calculated with them, and not because they happen to be installed.
BACKENDS = ("jax",)


def installed_versions() -> dict[str, str]:
    """Gives the versions of lexport, TensorFlow, Keras, tensorflow-text and Python; what is missing is left out.

    Where the process has used JAX, its version is among them.

    Example:
        >>> sorted(set(installed_versions()) & {"python", "tensorflow"})
        ['python', 'tensorflow']
    """
    found = {"python": platform.python_version()}
    for package in (*PACKAGES, *(name for name in BACKENDS if name in sys.modules)):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
