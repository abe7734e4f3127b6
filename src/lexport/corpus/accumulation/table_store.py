"""`TableStore`: counted terms with their measures, in memory and on the disk."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lexport.corpus.accumulation.partitions import partition_of_terms, partition_order
from lexport.corpus.accumulation.spill_file import SpillFile
from lexport.corpus.kernel.grouping import group_integers, group_terms

__all__ = ["TableStore", "sum_tables", "with_bytes"]

MEASURES = ("count", "documents", "weight")


class TableStore:
    """How tables of counts are put together, spilled and read back."""

    def combine(self, partials: Sequence[Any]) -> Any:
        """Adds the measures of each term (and label) up."""
        return sum_tables(partials)

    def spill(self, counts: Any, file: Path) -> SpillFile:
        """Writes counts to a file, partition by partition; all labels of a term are in one."""
        whole = counts.combine_chunks()
        order, bounds = partition_order(partition_of_terms(_chunk(whole["term"])))
        batches = whole.take(pa.array(order)).combine_chunks().to_batches()
        batch = batches[0] if batches else pa.RecordBatch.from_pylist([], whole.schema)
        return SpillFile.write(file, {"table": (batch, bounds)})

    def read(self, file: SpillFile, partition: int) -> Any:
        """Reads the counts of a partition back."""
        return file.read("table", partition)

    def of_table(self, table: Any) -> Any:
        """Takes counts from a table such as `tables` gives, with strings or bytes."""
        return with_bytes(table)

    def tables(self, counts: Any) -> Iterator[Any]:
        """Gives counts as tables without a term in common."""
        yield counts


def sum_tables(tables: Sequence[Any], key: str = "term") -> Any:
    """Adds the measures of each term (and label) up.

    Args:
        tables: at least one; all of the same schema, that of `Counted`.
        key: `term`, or `label` where there is no term.

    Example:
        >>> table = pa.table({"term": pa.array(["a", "b"], pa.large_string()), "count": [1, 2]})
        >>> sum_tables([table, table]).to_pydict()
        {'term': ['a', 'b'], 'count': [2, 4]}
    """
    rows = pa.concat_tables(tables)
    groups = group_terms(_chunk(rows[key]))
    if key == "term" and "label" in rows.column_names:
        labels = _chunk(rows["label"]).dictionary_encode()
        groups = group_integers(groups.ids * len(labels.dictionary) + np.asarray(labels.indices))
    places = pa.array(groups.places)
    columns = {name: rows[name].take(places) for name in rows.column_names if name not in MEASURES}
    sums = {name: pa.array(groups.sums(np.asarray(rows[name]))) for name in rows.column_names if name in MEASURES}
    return pa.table(columns | sums)


def with_bytes(table: Any) -> Any:
    """Gives a table whose terms are `large_binary` where they were strings."""
    if pa.types.is_int64(table["term"].type):
        return table
    return table.set_column(table.column_names.index("term"), "term", table["term"].cast(pa.large_binary()))


def _chunk(column: Any) -> Any:
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
