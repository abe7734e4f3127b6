"""Where the tables come from that signatures read and nothing tracks."""

import gc
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from types import CellType, FunctionType, MethodType
from typing import Any

import keras
import tensorflow as tf

from lexport.errors import Problem

__all__ = ["untracked_resources"]

DEPTH = 2  # a table in a list in an attribute; beyond that, what holds it says little
SHOWN_HOLDERS = 3
LIBRARIES = tuple(f"{Path(file).parent}/" for file in (tf.__file__, keras.__file__, Path(__file__).parent))


def untracked_resources(functions: list[Any], handles: Collection[int]) -> list[Problem]:
    """Describes resources for whoever has to find them in the code.

    TensorFlow keeps the line that reads a resource, and none that made it: tables are made outside of any graph. So
    the object behind the handle is looked for, and who holds it.

    Args:
        functions: the traced functions of the signatures.
        handles: the `id` of the handle of each resource.

    Returns:
        One problem for each resource.
    """
    found: dict[int, Problem] = {}
    for function in functions:
        for handle, placeholder in function.graph.captures:
            if id(handle) in handles and id(handle) not in found:
                found[id(handle)] = _problem(handle, placeholder)
    return list(found.values())


def _problem(handle: Any, placeholder: Any) -> Problem:
    resource = _behind(handle)
    kind = "a resource" if resource is None else f"a {type(resource).__name__}"
    parts = [f"nothing tracks {kind}"]
    if resource is not None:
        parts += [f"held by {holder}" for holder in list(dict.fromkeys(_holders(resource)))[:SHOWN_HOLDERS]]
    return Problem(_read_at(placeholder), ", ".join(parts))


def _read_at(placeholder: Any) -> str:
    """The innermost line of the user's that reads a captured resource."""
    for operation in placeholder.consumers():
        for frame in reversed(list(operation.traceback)):
            if not frame.filename.startswith(LIBRARIES):
                return f"read at {frame.filename}:{frame.lineno}"
    return "read in a layer of Keras"


def _behind(handle: Any) -> Any:
    resource = tf.saved_model.experimental.TrackableResource
    for one in gc.get_objects():
        # By `type`, since asking a lazy module for its __class__ would import it. The public `resource_handle` would
        # make a resource where there is none yet; tests/conformance/test_tensorflow_internals.py watches this one.
        if issubclass(type(one), resource) and getattr(one, "_resource_handle", None) is handle:
            return one
    return None


def _holders(held: Any, depth: int = DEPTH) -> Iterator[str]:
    for referrer in gc.get_referrers(held):
        if isinstance(referrer, CellType):
            yield from _closures(referrer)
        elif isinstance(referrer, dict) and (owners := list(_owners(referrer))):
            names = [name for name, value in referrer.items() if value is held]
            yield from (f"{owner}.{name}" for owner in owners for name in names)
        elif isinstance(referrer, MethodType) and depth:
            yield from _holders(referrer, depth - 1)
        elif isinstance(referrer, dict | list | tuple) and depth:
            yield from (f"an item of {holder}" for holder in _holders(referrer, depth - 1))


def _owners(namespace: dict[Any, Any]) -> Iterator[str]:
    module = sys.modules.get(str(namespace.get("__name__")))
    if module is not None and vars(module) is namespace:
        yield f"module {module.__name__}"
        return
    for owner in gc.get_referrers(namespace):
        if getattr(owner, "__dict__", None) is namespace:
            name = f" {owner.name!r}" if isinstance(owner, keras.Layer) else ""
            yield f"{type(owner).__qualname__}{name}"


def _closures(cell: CellType) -> Iterator[str]:
    for function in gc.get_objects():
        if type(function) is FunctionType and any(one is cell for one in function.__closure__ or ()):
            code = function.__code__
            names = dict(zip(map(id, function.__closure__ or ()), code.co_freevars, strict=True))
            yield f"variable {names[id(cell)]!r} of {function.__qualname__} at {code.co_filename}:{code.co_firstlineno}"
