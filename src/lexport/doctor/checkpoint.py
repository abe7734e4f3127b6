"""LX208 and LX701: variables that are missing, cut off, or stored twice."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lexport.doctor.finding import Finding, at_file
from lexport.doctor.subject import Subject
from lexport.errors import AssetError
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.saved_model_file import INDEX, SHARD, lost_variables
from lexport.savedmodel.tree import open_inside
from lexport.tfformats.tensor_bundle import BundleIndex, read_bundle_index

__all__ = ["checkpoint"]

INDEX_LIMIT = 256 << 20
LOOKED_AT = 1 << 16
# Equal scalars and short biases are no waste that anybody would notice.
SMALL = 256


def checkpoint(subject: Subject) -> Iterator[Finding]:
    """Reads the index of the variables, and compares it with the files; the variables themselves are not read."""
    if not any(graph.meta_graph.saver_def.filename_tensor_name for graph in subject.graphs):
        return
    files = {file.path: file for file in subject.inventory.files}
    lost = list(lost_variables(set(files)))
    for problem in lost:
        yield at_file("LX208", problem.where, problem.message)
    if lost or files[INDEX].kind != "file":
        return
    try:
        with open_inside(subject.directory, INDEX) as file:
            index = read_bundle_index(file.read(INDEX_LIMIT))
    except (OSError, AssetError, ValueError) as error:
        yield at_file("LX208", INDEX, f"it is damaged: {error}")
        return
    cut = list(_cut_off(subject, index))
    yield from cut
    if not cut:
        yield from _doubled(subject, index)


def _cut_off(subject: Subject, index: BundleIndex) -> Iterator[Finding]:
    needed: dict[int, int] = defaultdict(int)
    for entry in index.entries.values():
        needed[entry.shard_id] = max(needed[entry.shard_id], entry.offset + entry.size)
    sizes = {
        int(match[1]): file for file in subject.inventory.files if (match := SHARD.fullmatch(file.path)) is not None
    }
    for shard, size in sorted(needed.items()):
        file = sizes.get(shard)
        if file is None:
            yield at_file("LX208", "variables", f"the index names shard {shard}, which is missing")
        elif file.kind == "file" and file.size < size:
            yield at_file("LX208", file.path, f"the index needs {size} bytes; received {file.size}")


def _doubled(subject: Subject, index: BundleIndex) -> Iterator[Finding]:
    same: dict[tuple[Any, ...], list[bytes]] = defaultdict(list)
    places = set()
    for key, entry in sorted(index.entries.items()):
        # Names of the same bytes waste none.
        if entry.size >= SMALL and not entry.slices and (entry.shard_id, entry.offset) not in places:
            places.add((entry.shard_id, entry.offset))
            shape = tuple(dimension.size for dimension in entry.shape.dim)
            same[entry.dtype, shape, entry.size, entry.crc32c].append(key)
    doubled = [keys for keys in same.values() if len(keys) > 1 and not _is_constant(subject, index, keys[0])]
    if doubled:
        wasted = sum(index.entries[key].size for keys in doubled for key in keys[1:])
        first, second = (key.decode(errors="replace") for key in doubled[0][:2])
        message = f"{counted(len(doubled), 'tensor')} twice or more, {wasted} bytes too many: {first!r} is {second!r}"
        yield at_file("LX701", INDEX, message)


def _is_constant(subject: Subject, index: BundleIndex, key: bytes) -> bool:
    """Says whether a tensor repeats one number, as biases do before a training: equal ones are no copies then."""
    entry = index.entries[key]
    name = next(
        file.path
        for file in subject.inventory.files
        if (match := SHARD.fullmatch(file.path)) is not None and int(match[1]) == entry.shard_id
    )
    try:
        with open_inside(subject.directory, name) as file:
            file.seek(entry.offset)
            data = file.read(min(entry.size, LOOKED_AT))
    except (OSError, AssetError):
        return True
    return data[8:] == data[:-8]
