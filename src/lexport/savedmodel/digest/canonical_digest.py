"""`read_digest`: one sha256 for what a SavedModel is, wherever, whenever and in whatever order it was written."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from lexport.savedmodel.assets import read_asset
from lexport.savedmodel.checkpoint import Checkpoint, StoredTensor, read_checkpoint
from lexport.savedmodel.digest.digest_version import DIGEST_VERSION
from lexport.savedmodel.digest.entities import digest_of
from lexport.savedmodel.digest.meta_graph_digest import meta_graph_digest
from lexport.savedmodel.saved_model_file import check_directory, check_variables, read_saved_model
from lexport.savedmodel.tree import read_tree
from lexport.tfformats.protos import parse_message

__all__ = ["CanonicalDigest", "read_digest"]

MISSING = "missing"


@dataclass(frozen=True)
class CanonicalDigest:
    """What a SavedModel is, as digests in hexadecimal.

    Attributes:
        sha256: of all of it.
        graph: of nodes, functions, objects and signatures, without the weights and the bytes of the assets.
        variables: of all tensors of the checkpoint, whatever their keys and their order.
        assets: the sha256 of each asset file by its name; `missing` where it cannot be read.
        tensors: each tensor of the checkpoint by its key.
        version: of the way in which the digest is made.
    """

    sha256: str
    graph: str
    variables: str
    assets: Mapping[str, str]
    tensors: Mapping[str, StoredTensor]
    version: int = DIGEST_VERSION


def read_digest(directory: str | os.PathLike[str]) -> CanonicalDigest:
    """Reads a SavedModel and gives its canonical digest; no graph is run, and TensorFlow is not imported.

    Args:
        directory: any SavedModel. Nothing in it is trusted, and no link is followed.

    Raises:
        AssetError: it is not a SavedModel, or is damaged: a checksum of the variables is wrong, or a part of the
            graph hides another.

    Example:
        >>> import tempfile, tensorflow as tf
        >>> first, second = tf.Module(), tf.Module()
        >>> first.weight, second.weight = tf.Variable(1.0), tf.Variable(2.0)
        >>> directories = [tempfile.mkdtemp() for _ in range(3)]
        >>> for module, place in zip([first, first, second], directories):
        ...     tf.saved_model.save(module, place)
        >>> one, again, other = (read_digest(place).sha256 for place in directories)
        >>> one == again, one == other
        (True, False)
    """
    root = Path(directory)
    check_directory(root)
    files = read_tree(root)
    saved_model = read_saved_model(root, files)
    check_variables(root, files, saved_model)
    checkpoint = read_checkpoint(root, files)
    by_path = {file.path: file for file in files}
    assets = {}
    for name in sorted(_asset_names(saved_model)):
        content = read_asset(root, name, (), (), by_path).content
        assets[name] = content.sha256 if content else MISSING
    graphs = saved_model.meta_graphs
    whole = sorted(meta_graph_digest(graph, checkpoint, assets) for graph in graphs)
    unfilled = {key: replace(tensor, sha256="") for key, tensor in checkpoint.tensors.items()}
    bare = sorted(meta_graph_digest(graph, Checkpoint(unfilled, checkpoint.objects), {}) for graph in graphs)
    tensors = sorted(tensor.identity for tensor in checkpoint.tensors.values())
    variables = digest_of(*tensors).hex()
    held = [part for name in sorted(assets) for part in (name, assets[name])]
    return CanonicalDigest(
        sha256=hashlib.sha256(digest_of("SavedModel", DIGEST_VERSION, *whole, variables, *held)).hexdigest(),
        graph=digest_of("graph", *bare).hex(),
        variables=variables,
        assets=assets,
        tensors=checkpoint.tensors,
    )


def _asset_names(saved_model: object) -> set[str]:
    names = set()
    for graph in saved_model.meta_graphs:  # type: ignore[attr-defined]
        names |= {asset.filename for asset in graph.asset_file_def}
        for one in (
            graph.collection_def["saved_model_assets"].any_list.value
            if ("saved_model_assets" in graph.collection_def)
            else ()
        ):
            try:
                names.add(parse_message("AssetFileDef", one.value).filename)
            except ValueError:
                continue
    return names
