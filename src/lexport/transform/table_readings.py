"""How the graph of a Transform output reads a vocabulary file."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lexport.savedmodel.dataflow import Dataflow
from lexport.savedmodel.ops import TEXT_INITIALIZERS
from lexport.savedmodel.saved_model_file import check_directory, read_saved_model
from lexport.savedmodel.tables import ContentKind, read_tables
from lexport.savedmodel.tree import TreeFile
from lexport.vocabulary.file_format import Dtype

__all__ = ["TableReading", "read_table_readings"]

WHOLE_LINE, LINE_NUMBER = -2, -1


@dataclass
class TableReading:
    """What the tables of the graph say about a file.

    Attributes:
        dtypes: of the keys of its tables; empty where no table reads it.
        whole_lines: whether a table takes whole lines for terms; a text file alone tells it.
        second_column: whether a table takes what stands after the first space, and before the second.
    """

    dtypes: set[Dtype] = field(default_factory=set)
    whole_lines: bool = False
    second_column: bool = False


def read_table_readings(saved_model: Path, files: tuple[TreeFile, ...]) -> dict[str, TableReading]:
    """Reads the tables of every graph, those of TensorFlow 1 as well as those of TensorFlow 2.

    Args:
        saved_model: the directory `transform_fn`.
        files: what `read_tree` found in it.

    Returns:
        What is known by the name of the file in `assets/`; empty for a file that no table reads.

    Raises:
        AssetError: it is no SavedModel, or a damaged one.
    """
    check_directory(saved_model)
    readings: dict[str, TableReading] = defaultdict(TableReading)
    for meta_graph in read_saved_model(saved_model, files).meta_graphs:
        flow = Dataflow(meta_graph)
        for table in read_tables(flow, [asset.filename for asset in meta_graph.asset_file_def]):
            for content in table.content:
                if content.kind is ContentKind.ASSET and content.asset:
                    _add(readings[content.asset], table.key_dtype, flow, content.place)
    return readings


def _add(reading: TableReading, key_dtype: str, flow: Dataflow, place: Any) -> None:
    reading.dtypes.add("string" if key_dtype == "string" else "int64")
    if place.op not in TEXT_INITIALIZERS:
        return
    attributes = flow.bodies[place.function].nodes[place.node].attr
    if attributes["value_index"].i == LINE_NUMBER:
        reading.whole_lines |= attributes["key_index"].i == WHOLE_LINE
        reading.second_column |= attributes["key_index"].i == 1 and attributes["delimiter"].s == b" "
