"""The tensors in `variables/`, each by its key and with the digest of what it holds, read without TensorFlow."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google_crc32c import extend as extend_crc32c

from lexport.errors import AssetError
from lexport.savedmodel.graph import dtype_name
from lexport.savedmodel.saved_model_file import INDEX
from lexport.savedmodel.tree import TreeFile, open_inside
from lexport.tfformats.protos import parse_message
from lexport.tfformats.sorted_table import masked, read_varint
from lexport.tfformats.tensor_bundle import BundleIndex, read_bundle_index

__all__ = ["OBJECTS_KEY", "Checkpoint", "StoredTensor", "read_checkpoint"]

OBJECTS_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
SLICE = "slice of a tensor: "
CHUNK = 1 << 20
MAX_INDEX_BYTES = MAX_OBJECTS_BYTES = 1 << 30
STRING, RESOURCE, VARIANT = 7, 20, 21  # of the enum DataType


@dataclass(frozen=True)
class StoredTensor:
    """A tensor of a checkpoint, without its values.

    Attributes:
        dtype: such as `float32`.
        shape: its sizes.
        size: of its values, in bytes.
        sha256: of its values as they are stored, in hexadecimal; for a tensor in slices, of their places and
            checksums. Each slice is a tensor of the checkpoint itself.
    """

    dtype: str
    shape: tuple[int, ...]
    size: int
    sha256: str

    @property
    def identity(self) -> str:
        """What is equal for two tensors of the same dtype, shape and values."""
        return f"{self.dtype}{list(self.shape)}:{self.sha256}"


@dataclass(frozen=True)
class Checkpoint:
    """What `variables/` holds.

    Attributes:
        tensors: by key, without the object graph.
        objects: the `TrackableObjectGraph`, by which `tf.saved_model.load` finds the key of each variable; None in
            checkpoints of TensorFlow 1.
    """

    tensors: Mapping[str, StoredTensor]
    objects: Any = None


def read_checkpoint(directory: Path, files: tuple[TreeFile, ...]) -> Checkpoint:
    """Reads all tensors of a SavedModel once, and checks every checksum.

    Args:
        directory: the SavedModel.
        files: what `read_tree` found in it.

    Returns:
        The tensors; none where the SavedModel has no variables.

    Raises:
        AssetError: the index or a file of data is damaged, or does not fit the other.
    """
    if not any(file.path == INDEX for file in files):
        return Checkpoint({})
    try:
        with open_inside(directory, INDEX) as file:
            index = read_bundle_index(file.read(MAX_INDEX_BYTES))
        _check_sizes(index, {file.path: file.size for file in files})
        known: dict[bytes, StoredTensor] = {}
        tensors = {
            key: _stored_once(directory, index, key, known) for key in index.entries if key != OBJECTS_KEY.encode()
        }
        found = OBJECTS_KEY.encode() in index.entries
        objects = _objects(directory, index) if found else None
    except (OSError, ValueError) as error:
        raise AssetError(
            f"the variables in {directory} are damaged: {error}. Copy the SavedModel again, or export it again"
        ) from error
    return Checkpoint({_text(key): tensor for key, tensor in sorted(tensors.items())}, objects)


def _text(key: bytes) -> str:
    # The key of a slice is an ordered code of name, start and length.
    return SLICE + key.hex() if key.startswith(b"\0") else key.decode(errors="backslashreplace")


def _slice_prefix(key: bytes) -> bytes:
    # TensorFlow's ordered code of a string that has neither of its two special bytes.
    return b"\0" + key + b"\0\x01"


def _shard(index: BundleIndex, entry: Any) -> str:
    return f"variables/variables.data-{entry.shard_id:05}-of-{index.shards:05}"


def _check_sizes(index: BundleIndex, sizes: Mapping[str, int]) -> None:
    """Refuses tensors that lie beyond their file or over each other: small files would take hours to read.

    Equal tensors may lie at one place, which is read once.
    """
    used: dict[str, int] = {}
    seen: set[bytes] = set()
    for key, entry in index.entries.items():
        shard = _shard(index, entry)
        if entry.slices:
            continue
        if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > sizes.get(shard, 0):
            raise ValueError(f"the tensor {_text(key)[:200]!r} lies beyond the end of {shard}")
        if (same := entry.SerializeToString(deterministic=True)) in seen:
            continue
        seen.add(same)
        used[shard] = used.get(shard, 0) + entry.size
        if used[shard] > sizes[shard]:
            raise ValueError(f"tensors overlap in {shard}")


def _stored_once(directory: Path, index: BundleIndex, key: bytes, known: dict[bytes, StoredTensor]) -> StoredTensor:
    entry = index.entries[key]
    if entry.slices:
        return _stored(directory, index, key)
    same = entry.SerializeToString(deterministic=True)
    if same not in known:
        known[same] = _stored(directory, index, key)
    return known[same]


def _stored(directory: Path, index: BundleIndex, key: bytes) -> StoredTensor:
    entry = index.entries[key]
    shape = tuple(dimension.size for dimension in entry.shape.dim)
    if entry.slices:
        slices = [one.crc32c for name, one in sorted(index.entries.items()) if name.startswith(_slice_prefix(key))]
        text = repr((slices, [one.SerializeToString(deterministic=True) for one in entry.slices]))
        return StoredTensor(dtype_name(entry.dtype), shape, 0, hashlib.sha256(text.encode()).hexdigest())
    digest, crc = hashlib.sha256(), 0
    if entry.dtype == STRING:
        data = b"".join(_chunks(directory, index, entry))
        digest.update(data)
        crc = extend_crc32c(crc, _checked_strings(data, shape))
    else:
        for chunk in _chunks(directory, index, entry):
            digest.update(chunk)
            crc = extend_crc32c(crc, chunk)
    if masked(crc) != entry.crc32c and entry.dtype not in (RESOURCE, VARIANT):
        raise ValueError(f"the checksum of the tensor {_text(key)[:200]!r} is wrong")
    return StoredTensor(dtype_name(entry.dtype), shape, entry.size, digest.hexdigest())


def _chunks(directory: Path, index: BundleIndex, entry: Any) -> Iterator[bytes]:
    left = entry.size
    with open_inside(directory, _shard(index, entry)) as file:
        file.seek(entry.offset)
        while left and (chunk := file.read(min(left, CHUNK))):
            left -= len(chunk)
            yield chunk
    if left:
        raise ValueError("a file of data became shorter while it was read")


def _checked_strings(data: bytes, shape: tuple[int, ...]) -> bytes:
    """Gives what the checksum of strings is of: their lengths as fixed numbers, and all that follows these."""
    lengths, at = _lengths(data, shape)
    fixed = (length.to_bytes(4 if length < 1 << 32 else 8, "little") for length in lengths)
    return b"".join(fixed) + data[at:]


def _lengths(data: bytes, shape: tuple[int, ...]) -> tuple[list[int], int]:
    count, at = 1, 0
    for size in shape:
        count *= size
    if count < 0 or count > len(data):
        raise ValueError(f"a tensor of {count} strings has {len(data)} bytes")
    lengths = []
    for _ in range(count):
        length, at = read_varint(data, at)
        lengths.append(length)
    return lengths, at


def _objects(directory: Path, index: BundleIndex) -> Any:
    entry = index.entries[OBJECTS_KEY.encode()]
    if entry.dtype != STRING or entry.size > MAX_OBJECTS_BYTES or entry.slices:
        raise ValueError("its object graph is not a string")
    _stored(directory, index, OBJECTS_KEY.encode())
    data = b"".join(_chunks(directory, index, entry))
    [length], at = _lengths(data, ())
    text = data[at + 4 :]  # after the checksum of the length
    if len(text) != length:
        raise ValueError("its object graph is cut off")
    return parse_message("TrackableObjectGraph", text)
