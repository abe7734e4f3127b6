"""The index of a checkpoint: which tensors it holds, and where in the files of data."""

import importlib
from dataclasses import dataclass
from functools import cache
from typing import Any

from lexport.tfformats.protos import wheel_pool
from lexport.tfformats.sorted_table import read_sorted_table, sorted_table_bytes

__all__ = ["BundleIndex", "bundle_index_bytes", "read_bundle_index"]

BUNDLE_PROTO = "tensorflow/core/protobuf/tensor_bundle.proto"
LITTLE = 0  # of the enum Endianness
PRODUCER = 1  # the version of the format that TensorFlow writes


@dataclass(frozen=True)
class BundleIndex:
    """What the index of a checkpoint says.

    Attributes:
        shards: how many files of data there are.
        entries: a `BundleEntryProto` by the key of its tensor. The keys of slices of a tensor are no text.
    """

    shards: int
    entries: dict[bytes, Any]


def read_bundle_index(data: bytes) -> BundleIndex:
    """Reads the `.index` file of a checkpoint.

    Args:
        data: the bytes of the file; not trusted.

    Raises:
        ValueError: it is no such index, is damaged, or its data are in big-endian order.

    Example:
        >>> read_bundle_index(b"nothing")
        Traceback (most recent call last):
        ...
        ValueError: it has 7 bytes and no footer of a sorted table
    """
    table = dict(read_sorted_table(data))
    if b"" not in table:
        raise ValueError("it has no header")
    header = _parse("BundleHeaderProto", table.pop(b""))
    if header.endianness != LITTLE:
        raise ValueError("its data are in big-endian order, which this reader does not know")
    return BundleIndex(header.num_shards, {key: _parse("BundleEntryProto", value) for key, value in table.items()})


def bundle_index_bytes(index: BundleIndex) -> bytes:
    """Gives the bytes of an `.index` file.

    Args:
        index: where the tensors lie in the files of data; two may lie at the same place.

    Example:
        >>> read_bundle_index(bundle_index_bytes(BundleIndex(1, {}))).shards
        1
    """
    header = _message("BundleHeaderProto")(num_shards=index.shards, endianness=LITTLE)
    header.version.producer = PRODUCER
    items = {b"": header.SerializeToString(deterministic=True)}
    items |= {key: entry.SerializeToString(deterministic=True) for key, entry in index.entries.items()}
    return sorted_table_bytes(sorted(items.items()))


def _parse(name: str, data: bytes) -> Any:
    try:
        return _message(name).FromString(data)
    except importlib.import_module("google.protobuf.message").DecodeError as error:
        raise ValueError(f"it holds what is no {name}: {error}") from error


@cache
def _message(name: str) -> Any:
    factory = importlib.import_module("google.protobuf.message_factory")
    return factory.GetMessageClass(_pool().FindMessageTypeByName(f"tensorflow.{name}"))


@cache
def _pool() -> Any:
    return wheel_pool(BUNDLE_PROTO)
