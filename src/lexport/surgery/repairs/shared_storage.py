"""Stores a variable once that a checkpoint holds under several names."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from lexport.doctor.checkpoint import checkpoint as checkpoint_findings
from lexport.doctor.subject import Subject
from lexport.errors import AssetError
from lexport.savedmodel.checkpoint import read_checkpoint
from lexport.savedmodel.saved_model_file import INDEX
from lexport.savedmodel.tree import open_inside
from lexport.surgery.repairs.edit import Edit, LeftAlone, Repair
from lexport.tfformats.tensor_bundle import BundleIndex, bundle_index_bytes, read_bundle_index

__all__ = ["store_once"]

CODE = "LX701"
CHUNK = 1 << 20


def store_once(subject: Subject, edit: Edit) -> None:
    """Lets the names of equal tensors point to the same bytes.

    Both names stay, since `tf.saved_model.load` restores one of them and session loaders the other. Tensors are equal
    where dtype, shape and every byte are.

    Args:
        subject: the SavedModel as it was read.
        edit: takes the edits.
    """
    if not any(finding.code.name == CODE for finding in checkpoint_findings(subject)):
        return
    try:
        checkpoint = read_checkpoint(subject.directory, subject.inventory.files)
        with open_inside(subject.directory, INDEX) as file:
            index = read_bundle_index(file.read())
        if any(entry.slices for entry in index.entries.values()):
            edit.left_alone.append(LeftAlone(CODE, INDEX, "variables are stored in slices"))
            return
    except (AssetError, OSError, ValueError) as error:
        edit.left_alone.append(LeftAlone(CODE, INDEX, str(error)))
        return
    identities = {key.encode(): tensor.identity for key, tensor in checkpoint.tensors.items()}
    before = sum(entry.size for entry in index.entries.values())
    pieces = _share(index, identities)
    after = sum(piece.size for held in pieces.values() for piece in held)
    for shard, held in pieces.items():
        edit.written[_shard(index, shard)] = partial(_chunks, subject, index, held)
    edit.written[INDEX] = bundle_index_bytes(index)
    what = f"equal tensors lie at one place: {after} bytes of variables, {before} before"
    edit.repairs.append(Repair(CODE, INDEX, what))


@dataclass(frozen=True)
class _Piece:
    """Where a tensor lay that is kept."""

    shard: int
    offset: int
    size: int


def _share(index: BundleIndex, identities: dict[bytes, str]) -> dict[int, list[_Piece]]:
    """Moves the entries of the index together; gives what each file of data will hold."""
    pieces: dict[int, list[_Piece]] = {shard: [] for shard in range(index.shards)}
    ends: dict[int, int] = defaultdict(int)
    places: dict[str, Any] = {}
    for key, entry in sorted(index.entries.items(), key=lambda one: (one[1].shard_id, one[1].offset)):
        first = places.setdefault(identities.get(key, repr(key)), entry)
        if first is entry:
            pieces[entry.shard_id].append(_Piece(entry.shard_id, entry.offset, entry.size))
            entry.offset = ends[entry.shard_id]
            ends[entry.shard_id] += entry.size
        else:
            entry.shard_id, entry.offset = first.shard_id, first.offset
    return pieces


def _chunks(subject: Subject, index: BundleIndex, pieces: list[_Piece]) -> Iterator[bytes]:
    for piece in pieces:
        left = piece.size
        with open_inside(subject.directory, _shard(index, piece.shard)) as file:
            file.seek(piece.offset)
            while left and (chunk := file.read(min(left, CHUNK))):
                left -= len(chunk)
                yield chunk
        if left:
            raise AssetError(f"{_shard(index, piece.shard)} became shorter while it was read")


def _shard(index: BundleIndex, shard: int) -> str:
    return f"variables/variables.data-{shard:05}-of-{index.shards:05}"
