"""The assets of SavedModels of TensorFlow 1, which stand in a collection instead of a field of their own."""

from typing import Any

from lexport.tfformats.protos import parse_message

__all__ = ["take_collected_assets"]

COLLECTION = "saved_model_assets"
TYPE = "tensorflow.AssetFileDef"


def take_collected_assets(meta_graph: Any) -> None:
    """Fills `asset_file_def` from the collection where it is empty, as every loader does.

    Args:
        meta_graph: a `MetaGraphDef`, changed in place.

    Raises:
        ValueError: the collection holds something that is no `AssetFileDef`.
    """
    if meta_graph.asset_file_def or COLLECTION not in meta_graph.collection_def:
        return
    for packed in meta_graph.collection_def[COLLECTION].any_list.value:
        if packed.type_url.rpartition("/")[2] != TYPE:
            raise ValueError(f"the collection {COLLECTION!r} holds a {packed.type_url[:80]!r}")
        meta_graph.asset_file_def.append(parse_message("AssetFileDef", packed.value))
