"""What is said to JAX around a conversion by `jax2tf`."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import keras

__all__ = ["conversion_options", "has_wide_integers", "in_short", "obstacles", "quiet_jax", "without_locations"]

# What the module is made for: the export is served on a CPU or an NVIDIA GPU, whatever this process has.
PLATFORMS = ("cpu", "cuda")
LOCATIONS = "jax_traceback_in_locations_limit"


def conversion_options(specs: Any) -> dict[str, Any]:
    """Gives the arguments of `jax2tf.convert`.

    Args:
        specs: a `tf.TensorSpec` for each input, in any structure. Batch dimensions are one dimension; every other open
            one is of its own.
    """
    names = (f"d{number}" for number in count())

    def shape(spec: Any) -> str:
        sizes = ["batch" if index == 0 else next(names) for index in range(len(spec.shape))]
        known = [name if size is None else str(size) for name, size in zip(sizes, spec.shape, strict=True)]
        return f"({', '.join(known)})"

    return {
        "native_serialization_platforms": PLATFORMS,
        "polymorphic_shapes": [keras.tree.map_structure(shape, specs)],
        "with_gradient": False,  # a second module, which no server calls
    }


def obstacles() -> tuple[type[Exception], ...]:
    """Gives what `jax2tf` raises where it cannot convert a model."""
    return (_jax().core.InconclusiveDimensionOperation, NotImplementedError, TypeError, ValueError)


def in_short(error: Exception) -> str:
    """Gives what JAX says, without what Keras and JAX write around it and without colours."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in str(error).splitlines()]
    return " ".join([line for line in lines if line and not line.startswith("Exception encountered")][:1])


def has_wide_integers() -> bool:
    """Whether JAX has integers of 64 bits in this process."""
    return bool(_jax().config.jax_enable_x64)


@contextmanager
def without_locations() -> Iterator[None]:
    """Keeps the lines of code behind each operation, with the paths of this machine, out of the module."""
    config = _jax().config
    before = getattr(config, LOCATIONS)
    config.update(LOCATIONS, 0)
    try:
        yield
    finally:
        config.update(LOCATIONS, before)


@contextmanager
def quiet_jax() -> Iterator[None]:
    """Leaves out two warnings that nobody can do anything about."""
    with warnings.catch_warnings():
        # Ids are int64 in TensorFlow; `jax_limits` sees to it that nothing is lost.
        warnings.filterwarnings("ignore", message="Explicitly requested dtype")
        # Keras 3.15 passes an argument to jax2tf that newer ones need no more.
        warnings.filterwarnings("ignore", message="The `native_serialization` parameter is deprecated")
        yield


def _jax() -> Any:
    """JAX is an extra: it is there where Keras calculates with it."""
    import jax

    return jax
