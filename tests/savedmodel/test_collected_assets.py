"""Assets of TensorFlow 1 stand in a collection; every loader takes them from there where there are no others."""

import pytest

from lexport.savedmodel.collected_assets import take_collected_assets
from lexport.tfformats.protos import message_class


def _meta_graph(type_url: str = "type.googleapis.com/tensorflow.AssetFileDef", value: bytes | None = None):
    asset = message_class("AssetFileDef")()
    asset.filename = "words.txt"
    graph = message_class("MetaGraphDef")()
    packed = graph.collection_def["saved_model_assets"].any_list.value.add()
    packed.type_url = type_url
    packed.value = asset.SerializeToString() if value is None else value
    return graph


def test_the_collection_is_taken_where_there_is_nothing_else() -> None:
    """And only there: a loader looks at one of the two."""
    graph = _meta_graph()
    take_collected_assets(graph)
    take_collected_assets(graph)
    assert [asset.filename for asset in graph.asset_file_def] == ["words.txt"]
    other = _meta_graph()
    other.asset_file_def.add(filename="labels.txt")
    take_collected_assets(other)
    assert [asset.filename for asset in other.asset_file_def] == ["labels.txt"]


@pytest.mark.parametrize("wrong", [{"type_url": "type.googleapis.com/tensorflow.NodeDef"}, {"value": b"\xff"}])
def test_a_collection_of_anything_else_is_an_error(wrong: dict[str, str]) -> None:
    """It is not passed over: it would hide an asset."""
    with pytest.raises(ValueError, match=r"NodeDef|AssetFileDef"):
        take_collected_assets(_meta_graph(**wrong))
