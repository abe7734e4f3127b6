"""`VocabularyContent`: the terms of a table, wherever they stand."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel import ContentKind, Inventory, Table
from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.graph import Place, constant_size, dtype_name
from lexport.savedmodel.tensor_values import tensor_values
from lexport.savedmodel.tree import open_inside

__all__ = ["VocabularyContent", "read_vocabularies"]

LINE_END = b"\n"


@dataclass(frozen=True)
class VocabularyContent:
    """The terms of one or more tables.

    Attributes:
        name: the asset file; for constants, the node of the table that they fill.
        inlined: whether the terms are constants in the graph.
        sha256: of the terms, one a line, or of the file.
        read: gives the terms as an Arrow array of `large_binary`, in the order of their lines.
    """

    name: str
    inlined: bool
    sha256: str
    read: Callable[[], Any]


def read_vocabularies(inventory: Inventory, meta_graph: Any) -> dict[str, VocabularyContent]:
    """Finds the vocabularies of a SavedModel: files that fill tables, and constants that do.

    Args:
        inventory: the SavedModel.
        meta_graph: the `MetaGraphDef` in which constants are looked up.
    """
    found: dict[str, VocabularyContent] = {}
    flow = Dataflow(meta_graph)
    for table in inventory.tables:
        for content in table.content:
            asset = inventory.asset(content.asset) if content.kind is ContentKind.ASSET and content.asset else None
            if asset and asset.content:
                found[asset.name] = _of_asset(inventory, asset.name, asset.content.sha256)
            elif content.kind is ContentKind.INLINED:
                inlined = _of_constants(table, content.constants, flow)
                found |= {inlined.name: inlined} if inlined else {}
    return dict(sorted(found.items()))


def _of_asset(inventory: Inventory, name: str, sha256: str) -> VocabularyContent:
    def read() -> Any:
        with open_inside(inventory.directory, f"assets/{name}") as file:
            return _lines(file.read())

    return VocabularyContent(name, inlined=False, sha256=sha256, read=read)


def _of_constants(table: Table, constants: tuple[Place, ...], flow: Dataflow) -> VocabularyContent | None:
    """The keys are the constant with the dtype of the table's keys, and as many of them as there are entries."""
    tensors = [flow.tensor(place) for place in constants if _is_known(place, flow)]
    keys = [tensor for tensor in tensors if dtype_name(tensor.dtype) == table.key_dtype]
    if not keys:
        return None
    terms = tensor_values(max(keys, key=lambda tensor: constant_size(tensor)[0]))
    data = LINE_END.join(terms) + LINE_END
    if data.count(LINE_END) != len(terms):
        data = b"".join(term.replace(LINE_END, b"\\n") + LINE_END for term in terms)
    digest = hashlib.sha256(data).hexdigest()
    return VocabularyContent(table.places[0].node, inlined=True, sha256=digest, read=lambda: _lines(data))


def _is_known(place: Place, flow: Dataflow) -> bool:
    body = flow.bodies.get(place.function)
    return body is not None and place.node in body.nodes


def _lines(data: bytes) -> Any:
    """Splits as TensorFlow's file reader does: at line feeds alone, without any carriage return."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    data = data.replace(b"\r", b"")
    data += b"" if not data or data.endswith(LINE_END) else LINE_END
    if not data:
        return pa.array([], pa.large_binary())
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord(LINE_END)) + 1
    offsets = np.concatenate([np.zeros(1, np.int64), ends.astype(np.int64)])
    lines = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    return pc.binary_slice(lines, 0, -1)
