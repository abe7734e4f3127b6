"""`compare_exports`: from two directories to what changed between them."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from lexport.compare.attribute_changes import attribute_changes
from lexport.compare.export_comparison import (
    AssetChange,
    ExportComparison,
    OpChange,
    SignatureChange,
)
from lexport.compare.exported_side import read_side
from lexport.compare.part_changes import part_changes
from lexport.compare.vocabulary_changes import vocabulary_changes
from lexport.compare.weight_changes import weight_changes
from lexport.errors import AssetError
from lexport.savedmodel import Inventory, Signature
from lexport.savedmodel.digest.graph_parts import graph_parts
from lexport.savedmodel.op_kinds import op_kind, op_library
from lexport.savedmodel.saved_model_file import GRAPH_FILE
from lexport.savedmodel.tree import read_content

__all__ = ["compare_exports"]

T = TypeVar("T")
WRITTEN_BY = "TensorFlow, by which the graph was written"


def compare_exports(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> ExportComparison:
    """Compares two SavedModels, whoever made them; no graph is run, and nothing in them is trusted.

    Args:
        old: a directory that holds `saved_model.pb`.
        new: another one.

    Raises:
        AssetError: one of them is not a SavedModel, or is damaged.

    Example:
        >>> import tempfile, tensorflow as tf
        >>> module, places = tf.Module(), [tempfile.mkdtemp() for _ in range(2)]
        >>> module.weight = tf.Variable(1.0, name="weight")
        >>> tf.saved_model.save(module, places[0])
        >>> _ = module.weight.assign(2.0)
        >>> tf.saved_model.save(module, places[1])
        >>> found = compare_exports(*places)
        >>> found.noticed, [change.name for change in found.weights], found.graph
        (True, ['weight'], False)
    """
    first, second = read_side(Path(old)), read_side(Path(new))
    unnoticed = tuple(_unnoticed(first.inventory, second.inventory))
    if first.digest.sha256 == second.digest.sha256:  # what still differs are names
        return ExportComparison(first.digest.sha256, second.digest.sha256, unnoticed=unnoticed)
    assets = _pairs(first.digest.assets, second.digest.assets)
    return ExportComparison(
        old=first.digest.sha256,
        new=second.digest.sha256,
        signatures=tuple(_signatures(first.inventory.signatures, second.inventory.signatures)),
        vocabularies=tuple(vocabulary_changes(first.vocabularies, second.vocabularies)),
        weights=tuple(weight_changes(first, second)),
        ops=tuple(_ops(first.inventory.op_counts, second.inventory.op_counts)),
        attributes=tuple(attribute_changes(first, second)),
        assets=tuple(AssetChange(f"assets/{name}", *pair) for name, pair in assets),
        graph=first.digest.graph != second.digest.graph,
        parts=tuple(part_changes(graph_parts(first.meta_graph), graph_parts(second.meta_graph))),
        unnoticed=unnoticed,
    )


def _pairs(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[str, tuple[T | None, T | None]]]:
    """Puts together what is different under one name, in the order of the names."""
    for name in sorted(old.keys() | new.keys()):
        pair = (old.get(name), new.get(name))
        if pair[0] != pair[1]:
            yield name, pair


def _signatures(old: Mapping[str, Signature], new: Mapping[str, Signature]) -> Iterator[SignatureChange]:
    for name, (before, after) in _pairs(old, new):
        yield SignatureChange(name, _told(before) if before else None, _told(after) if after else None)


def _told(signature: Signature) -> tuple[str, ...]:
    inputs = (f"input {name}: {spec}" for name, spec in signature.inputs.items())
    outputs = (f"output {name}: {spec}" for name, spec in signature.outputs.items())
    return *inputs, *outputs, f"method {signature.method}"


def _ops(old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[OpChange]:
    for op, (before, after) in _pairs(old, new):
        library = op_library(op) or ("TensorFlow" if op_kind(op) else "unknown")
        yield OpChange(op, library, before or 0, after or 0)


def _unnoticed(old: Inventory, new: Inventory) -> Iterator[AssetChange]:
    if old.tensorflow_version != new.tensorflow_version:
        yield AssetChange(WRITTEN_BY, old.tensorflow_version, new.tensorflow_version)
    for path, (before, after) in _pairs(_others(old), _others(new)):
        yield AssetChange(path, before, after)


def _others(inventory: Inventory) -> dict[str, str]:
    """Gives the sha256 of each file that neither the graph nor its variables nor its assets consist of."""
    read = {GRAPH_FILE, *(f"assets/{asset.name}" for asset in inventory.assets)}
    found = {}
    for file in inventory.files:
        if file.path not in read and not file.path.startswith("variables/"):
            try:
                found[file.path] = read_content(inventory.directory, file.path).sha256
            except AssetError:
                found[file.path] = file.what
    return found
