"""Adds nodes and functions to a graph that was loaded."""

from collections.abc import Mapping
from typing import Any

from lexport.verify.c_api.library import Output
from lexport.verify.c_api.status import checked_status

__all__ = ["import_graph"]


def import_graph(library: Any, graph: int, data: bytes, inputs: Mapping[str, Output]) -> None:
    """Adds what a `GraphDef` holds; the next run of a session of this graph knows it.

    Args:
        library: TensorFlow's.
        graph: a `TF_Graph`.
        data: the serialized `GraphDef`; none of its nodes has the name of one that is there.
        inputs: the tensors of the graph that its nodes take, by their names, such as `word:0`.

    Raises:
        StatusError: it cannot be added.
    """
    options = library.TF_NewImportGraphDefOptions()
    buffer = library.TF_NewBufferFromString(data, len(data))
    try:
        for name, tensor in inputs.items():
            node, _, output = name.partition(":")
            library.TF_ImportGraphDefOptionsAddInputMapping(options, node.encode(), int(output or 0), tensor)
        with checked_status(library) as status:
            library.TF_GraphImportGraphDef(graph, buffer, options, status)
    finally:
        library.TF_DeleteBuffer(buffer)
        library.TF_DeleteImportGraphDefOptions(options)
