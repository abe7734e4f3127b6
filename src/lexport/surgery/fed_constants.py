"""`fed_constants`: what TensorFlow 1 keeps of the path from which it read an asset, which loaders replace."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["FedConstant", "fed_constants"]

STRING = 7  # of the enum DataType


@dataclass(frozen=True)
class FedConstant:
    """A constant whose value loaders replace by the path of an asset while they fill tables.

    Attributes:
        node: its name, in the graph itself.
        value: the path on the machine that wrote the model.
        asset: the file name of the asset.
    """

    node: str
    value: bytes
    asset: str


def fed_constants(meta_graph: Any) -> Iterator[FedConstant]:
    """Finds the constants that hold a path and that a meta graph's own assets name; none of another meta graph.

    Args:
        meta_graph: a `MetaGraphDef`.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> graph = message_class("MetaGraphDef")()
        >>> graph.asset_file_def.add(filename="words.txt").tensor_info.name = "path:0"
        >>> tensor = graph.graph_def.node.add(name="path", op="Const").attr["value"].tensor
        >>> tensor.dtype, tensor.string_val[:] = 7, [b"/home/ann/words.txt"]
        >>> list(fed_constants(graph))
        [FedConstant(node='path', value=b'/home/ann/words.txt', asset='words.txt')]
    """
    fed: dict[str, str] = {}
    for asset in meta_graph.asset_file_def:
        fed.setdefault(asset.tensor_info.name.split(":")[0], asset.filename)
    for node in meta_graph.graph_def.node:
        tensor = node.attr["value"].tensor if node.op == "Const" and node.name in fed else None
        if tensor is not None and tensor.dtype == STRING and len(tensor.string_val) == 1:
            value = tensor.string_val[0]
            if b"/" in value or b"\\" in value:
                yield FedConstant(node.name, value, fed[node.name])
