"""The digest of one meta graph: its nodes, functions, objects, signatures, files and collections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.checkpoint import Checkpoint
from lexport.savedmodel.digest.entities import Entities
from lexport.savedmodel.digest.graph_entities import GraphEntities
from lexport.savedmodel.digest.object_entities import add_objects
from lexport.tfformats.protos import message_class, parse_message

__all__ = ["MetaGraphEntities", "meta_graph_digest", "meta_graph_entities"]

# Collections of TensorFlow 1 whose messages hold little but names of nodes, for those who go on training.
OF_NAMES = frozenset(
    {
        "cond_context",
        "global_step",
        "local_variables",
        "losses",
        "metric_variables",
        "model_variables",
        "moving_average_variables",
        "queue_runners",
        "savers",
        "trainable_variables",
        "update_ops",
        "variables",
        "while_context",
    }
)
ASSETS = "saved_model_assets"  # where TensorFlow 1 keeps what is now asset_file_def


@dataclass(frozen=True)
class MetaGraphEntities:
    """A meta graph as entities, and which of them are its parts.

    Attributes:
        entities: all of them.
        graph: the nodes and functions.
        signatures: the entity of each signature, by name.
        objects: the entity of each object, in the order of the object graph.
    """

    entities: Entities
    graph: GraphEntities
    signatures: Mapping[str, int]
    objects: Sequence[int]


def meta_graph_digest(meta_graph: Any, checkpoint: Checkpoint, assets: Mapping[str, str]) -> str:
    """Gives the sha256 of a meta graph and all that it reads, in hexadecimal.

    Args:
        meta_graph: a `MetaGraphDef`.
        checkpoint: its tensors; without any, the digest is that of the graph alone.
        assets: the sha256 of each asset file, by name; without any, the same.

    Raises:
        AssetError: a part of the graph hides another, or it would take hours.
    """
    return meta_graph_entities(meta_graph, checkpoint, assets).entities.digest()


def meta_graph_entities(meta_graph: Any, checkpoint: Checkpoint, assets: Mapping[str, str]) -> MetaGraphEntities:
    """Makes the entities of a meta graph; see `meta_graph_digest`.

    Args:
        meta_graph: a `MetaGraphDef`.
        checkpoint: its tensors.
        assets: the sha256 of each asset file, by name.
    """
    entities = Entities()
    graph = GraphEntities(entities, meta_graph, checkpoint)
    files = [_add_file(entities, graph, asset, assets) for asset in meta_graph.asset_file_def]
    objects = add_objects(entities, meta_graph, graph, files, checkpoint)
    signatures = {
        name: _add_signature(entities, graph, name, signature) for name, signature in meta_graph.signature_def.items()
    }
    for name, collection in meta_graph.collection_def.items():
        _add_collection(entities, graph, name, collection, assets)
    _add_saver(entities, graph, meta_graph.saver_def)
    entities.add("tags", *sorted(meta_graph.meta_info_def.tags))
    for function, alias in meta_graph.meta_info_def.function_aliases.items():
        number = graph.function(function)
        if number is not None:
            entities.link(entities.add("alias", alias), "of", number)
    return MetaGraphEntities(entities, graph, signatures, objects)


def _add_file(entities: Entities, graph: GraphEntities, asset: Any, assets: Mapping[str, str]) -> int:
    number = entities.add("file", asset.filename, assets.get(asset.filename, ""))
    _link_tensor(entities, graph, number, "fed to", asset.tensor_info.name)
    return number


def _add_signature(entities: Entities, graph: GraphEntities, name: str, signature: Any) -> int:
    label = message_class("SignatureDef")(method_name=signature.method_name)
    for key, value in signature.defaults.items():
        label.defaults[key].CopyFrom(value)
    number = entities.add("signature", name, label.SerializeToString(deterministic=True))
    for side, tensors in (("input", signature.inputs), ("output", signature.outputs)):
        for key, info in tensors.items():
            entities.link(number, f"{side} {key}", _add_tensor(entities, graph, info))
    return number


def _add_tensor(entities: Entities, graph: GraphEntities, info: Any) -> int:
    """Adds a tensor of a signature; sparse and ragged ones consist of several."""
    label = message_class("TensorInfo")()
    label.CopyFrom(info)
    names = {}
    if info.WhichOneof("encoding") == "coo_sparse":
        for field in ("values_tensor_name", "indices_tensor_name", "dense_shape_tensor_name"):
            names[field] = getattr(info.coo_sparse, field)
            label.coo_sparse.ClearField(field)
    elif info.WhichOneof("encoding") == "name":
        names["name"] = info.name
        label.name = ""
    parts = [_add_tensor(entities, graph, part) for part in info.composite_tensor.components]
    del label.composite_tensor.components[:]
    number = entities.add("tensor", label.SerializeToString(deterministic=True))
    for role, name in names.items():
        _link_tensor(entities, graph, number, role, name)
    for place, part in enumerate(parts):
        entities.link(number, f"part {place}", part)
    return number


def _add_collection(
    entities: Entities, graph: GraphEntities, name: str, collection: Any, assets: Mapping[str, str]
) -> None:
    kind = collection.WhichOneof("kind")
    if kind == "node_list":
        number = entities.add("collection", name)
        for place, reference in enumerate(collection.node_list.value):
            _link_tensor(entities, graph, number, f"node {place}", reference)
    elif name == ASSETS and kind == "any_list":
        for one in collection.any_list.value:
            try:
                asset = parse_message("AssetFileDef", one.value)
            except ValueError:
                entities.add("collection", name, one.value)
            else:
                entities.link(entities.add("collection", name), "file", _add_file(entities, graph, asset, assets))
    elif name not in OF_NAMES:
        entities.add("collection", name, collection.SerializeToString(deterministic=True))


def _add_saver(entities: Entities, graph: GraphEntities, saver: Any) -> None:
    number = entities.add("saver")
    _link_tensor(entities, graph, number, "takes", saver.filename_tensor_name)
    _link_tensor(entities, graph, number, "restores", saver.restore_op_name)


def _link_tensor(entities: Entities, graph: GraphEntities, number: int, role: str, reference: str) -> None:
    found = graph.tensor(reference)
    if found is not None:
        entities.link(number, f"{role} {found[0]}", found[1])
    elif reference:
        entities.link(number, f"{role} of nothing", number)
