from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from lexport.errors import AssetError, VocabularyError
from lexport.savedmodel.tree import read_tree
from lexport.transform import TransformOutput
from lexport.transform.table_readings import TableReading, read_table_readings

WHOLE_LINE, LINE_NUMBER = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER


class Tables(tf.Module):
    """Tables that read one file, as functions of `lookup_fn` may make them."""

    def __init__(self, file: Path, *readings: tuple[Any, int, int, str]) -> None:
        super().__init__()
        self.asset = tf.saved_model.Asset(str(file))
        self.tables = []
        for dtype, key, value, delimiter in readings:
            filled = tf.lookup.TextFileInitializer(
                self.asset.asset_path, dtype, key, tf.int64, value, delimiter=delimiter
            )
            self.tables.append(tf.lookup.StaticHashTable(filled, -1))

    @tf.function(input_signature=[tf.TensorSpec([], tf.string)])
    def sizes(self, asked: Any) -> dict[str, Any]:
        return {"asked": asked, **{f"size_{index}": table.size() for index, table in enumerate(self.tables)}}


def saved(folder: Path, *readings: tuple[Any, int, int, str]) -> Path:
    """An output of one file, `terms`."""
    (folder / "terms").write_text("3 7\n2 5\n" if readings and readings[0][1] != WHOLE_LINE else "7\n5\n")
    tf.saved_model.save(Tables(folder / "terms", *readings), str(folder / "output" / "transform_fn"))
    return folder / "output"


def both_saved(folder: Path) -> Path:
    """An output with two graphs: TensorFlow makes no tables of both kinds of one file in one process."""
    one, other = ((dtype, WHOLE_LINE, LINE_NUMBER, "\t") for dtype in (tf.string, tf.int64))
    (folder / "other").mkdir()
    graphs = [saved_model_pb2.SavedModel(), saved_model_pb2.SavedModel()]
    for graph, output in zip(graphs, [saved(folder, one), saved(folder / "other", other)], strict=True):
        graph.ParseFromString((output / "transform_fn" / "saved_model.pb").read_bytes())
    graphs[0].meta_graphs.extend(graphs[1].meta_graphs)
    (folder / "output" / "transform_fn" / "saved_model.pb").write_bytes(graphs[0].SerializeToString())
    return folder / "output"


def read(output: Path) -> dict[str, TableReading]:
    return read_table_readings(output / "transform_fn", read_tree(output / "transform_fn"))


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([(tf.string, WHOLE_LINE, LINE_NUMBER, "\t")], TableReading({"string"}, whole_lines=True)),
        ([(tf.int64, WHOLE_LINE, LINE_NUMBER, "\t")], TableReading({"int64"}, whole_lines=True)),
        ([(tf.string, 1, LINE_NUMBER, " ")], TableReading({"string"}, second_column=True)),
        ([(tf.int64, 1, LINE_NUMBER, " ")], TableReading({"int64"}, second_column=True)),
        ([(tf.string, 1, 0, " ")], TableReading({"string"})),
    ],
    ids=["whole lines", "integers", "a column", "a column of integers", "values in a column"],
)
def test_the_columns_of_a_table_are_seen(
    readings: list[tuple[Any, int, int, str]], expected: TableReading, tmp_path: Path
) -> None:
    """Only where the id is the number of the line: a table of something else says nothing of the terms."""
    assert read(saved(tmp_path, *readings)) == {"terms": expected}


def test_a_file_that_no_table_reads_is_in_no_reading(tmp_path: Path) -> None:
    """`tft.vocabulary` without `tft.apply_vocabulary` leaves an asset alone."""
    assert read(saved(tmp_path)) == {}


def test_tables_of_strings_and_of_integers_leave_the_choice_to_the_user(tmp_path: Path) -> None:
    """One vocabulary may be looked up in by both, and a layer is one or the other."""
    output = TransformOutput(both_saved(tmp_path))
    with pytest.raises(VocabularyError, match="tables read it as strings and as integers"):
        output.vocabulary("terms")
    assert output.vocabulary("terms", dtype="int64").terms == (7, 5)


def test_what_is_no_savedmodel_is_told(tmp_path: Path) -> None:
    """Without its graph nobody knows what the tables look up."""
    (tmp_path / "transform_fn").mkdir()
    with pytest.raises(AssetError, match=r"it has no saved_model.pb"):
        read(tmp_path)
