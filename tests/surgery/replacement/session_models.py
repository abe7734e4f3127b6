"""A SavedModel as TensorFlow 1 saved it, written without TensorFlow."""

from pathlib import Path
from typing import Any

from lexport.tfformats.protos import message_class

TERMS = b"the\nof\ncat\ndog\n"
STRING, INT64 = 7, 9  # of the enum DataType


def session_model(
    folder: Path, *, path: str = "/home/ann/words.txt", tags: tuple[str, ...] = ("serve",), dtype: int = STRING
) -> Path:
    """Writes one meta graph for each tag: a table that is filled from `assets/words.txt`, and a signature that asks it.

    The constant that loaders feed holds `path`, and so does the name of the table, whose terms are of `dtype`.
    """
    message = message_class("SavedModel")()
    for tag in tags:
        _fill(message.meta_graphs.add(), path, tag, dtype)
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "words.txt").write_bytes(TERMS)
    (folder / "saved_model.pb").write_bytes(message.SerializeToString())
    return folder


def _fill(meta_graph: Any, path: str, tag: str, dtype: int) -> None:
    meta_graph.meta_info_def.tags.append(tag)
    meta_graph.asset_file_def.add(filename="words.txt").tensor_info.name = "path:0"
    graph = meta_graph.graph_def
    tensor = graph.node.add(name="path", op="Const").attr["value"].tensor
    tensor.dtype, tensor.string_val[:] = STRING, [path.encode()]
    table = graph.node.add(name="table", op="HashTableV2")
    table.attr["shared_name"].s = f"hash_table_{path}_-2_-1".encode()
    table.attr["key_dtype"].type, table.attr["value_dtype"].type = dtype, INT64
    fill = graph.node.add(name="fill", op="InitializeTableFromTextFileV2", input=["table", "path"])
    fill.attr["key_index"].i, fill.attr["value_index"].i, fill.attr["vocab_size"].i = -2, -1, -1
    graph.node.add(name="word", op="Placeholder").attr["dtype"].type = dtype
    graph.node.add(name="default", op="Const").attr["value"].tensor.dtype = INT64
    graph.node.add(name="find", op="LookupTableFindV2", input=["table", "word", "default"])
    meta_graph.signature_def["__saved_model_init_op"].outputs["__saved_model_init_op"].name = "fill"
    served = meta_graph.signature_def["serving_default"]
    for side, name, held in ((served.inputs, "word", dtype), (served.outputs, "find", INT64)):
        side[name].name, side[name].dtype = f"{name}:0", held
        side[name].tensor_shape.dim.add(size=-1)
