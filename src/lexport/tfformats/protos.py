"""The message classes of TensorFlow, without running it.

`import tensorflow` takes 4 to 7 seconds and claims hundreds of megabytes; reading a protocol buffer needs none of
it. The TensorFlow wheel (2.21) ships, beside its code, one generated module for each `.proto` file, whose only
content is the serialized `FileDescriptorProto`, as a bytes literal in a call of `AddSerializedFile`. This module
takes that literal from the source text, without executing or importing it, and builds the message classes in a
descriptor pool of their own. So nothing enters `sys.modules`, and a later, or an earlier, `import tensorflow` in
the same process knows nothing of it.

This is the one place that leans on how the wheel is laid out; `tests/tfformats/test_protos.py` fails when that
changes. The alternatives are worse: stand-in packages in `sys.modules` break an `import tensorflow` in another
thread, and a copy of the `.proto` files would have to follow TensorFlow's by hand.
"""

import ast
import importlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from lexport.errors import AssetError

__all__ = ["message_class", "parse_message", "wheel_pool"]

SAVED_MODEL_PROTO = "tensorflow/core/protobuf/saved_model.proto"


@cache
def message_class(name: str) -> Any:
    """Gives a message class that `saved_model.proto` defines or depends on.

    Args:
        name: the message within the package `tensorflow`, such as `SavedModel` or `GraphDebugInfo`.

    Returns:
        A class of protocol buffer messages. It parses the same bytes as TensorFlow's own class, and is not the
        same class.

    Raises:
        AssetError: TensorFlow is not installed, or its wheel is not laid out as expected.

    Example:
        >>> message_class("SavedModel")().saved_model_schema_version
        0
    """
    return _protobuf("message_factory").GetMessageClass(_pool().FindMessageTypeByName(f"tensorflow.{name}"))


def parse_message(name: str, data: bytes) -> Any:
    """Parses a message.

    Args:
        name: as in `message_class`.
        data: its serialized form; not trusted.

    Raises:
        ValueError: the bytes are no such message.

    Example:
        >>> parse_message("TensorShapeProto", bytes([24, 1])).unknown_rank
        True
    """
    try:
        return message_class(name).FromString(data)
    except _protobuf("message").DecodeError as error:
        raise ValueError(f"not a {name}: {error}") from error


def wheel_pool(proto: str) -> Any:
    """Makes a descriptor pool of a `.proto` file of the wheel and all that it imports; more can be added to it."""
    pool = _protobuf("descriptor_pool").DescriptorPool()
    _add(pool, proto, set())
    return pool


@cache
def _pool() -> Any:
    return wheel_pool(SAVED_MODEL_PROTO)


def _add(pool: Any, proto: str, added: set[str]) -> None:
    if proto in added:
        return
    added.add(proto)
    serialized = _serialized_descriptor(proto)
    for dependency in _protobuf("descriptor_pb2").FileDescriptorProto.FromString(serialized).dependency:
        _add(pool, dependency, added)
    pool.AddSerializedFile(serialized)


def _serialized_descriptor(proto: str) -> bytes:
    if proto.startswith("google/protobuf/"):
        module = _protobuf(proto.removeprefix("google/protobuf/").removesuffix(".proto") + "_pb2")
        return bytes(module.DESCRIPTOR.serialized_pb)
    path = _wheel() / (proto.removesuffix(".proto") + "_pb2.py")
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError) as error:
        raise _unexpected(f"{path} cannot be read: {error}") from error
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="AddSerializedFile"), args=[ast.Constant(value=bytes(found))]):
                return found
    raise _unexpected(f"{path} has no AddSerializedFile call with a literal")


@cache
def _wheel() -> Path:
    # For a name without a dot, find_spec looks for the package without running it.
    spec = importlib.util.find_spec("tensorflow")
    if spec is None or not spec.submodule_search_locations:
        raise AssetError("reading TensorFlow's messages needs its wheel. Install tensorflow>=2.21,<2.22")
    return Path(next(iter(spec.submodule_search_locations))).parent


def _protobuf(module: str) -> Any:
    # Loaded on first use: not every command that imports this module reads a message.
    return importlib.import_module(f"google.protobuf.{module}")


def _unexpected(what: str) -> AssetError:
    return AssetError(
        f"the installed TensorFlow is not laid out as lexport expects: {what}. Install tensorflow>=2.21,<2.22"
    )
