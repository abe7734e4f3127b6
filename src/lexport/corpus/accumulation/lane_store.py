"""`LaneStore`: counted tokens in lanes, in memory and on the disk."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lexport.corpus.accumulation.partitions import partition_of_terms, partition_of_words, partition_order
from lexport.corpus.accumulation.spill_file import SpillFile
from lexport.corpus.kernel.lane_counts import LaneCounts, count_packed, merge_counts
from lexport.corpus.kernel.packed import Packed, no_tokens
from lexport.corpus.kernel.unpack import counts_of_table, counts_table
from lexport.vocabulary.file_format import Dtype

__all__ = ["LaneStore"]


class LaneStore:
    """How the counts of a plain job are put together, spilled and read back.

    Args:
        dtype: `"string"` or `"int64"`.
    """

    def __init__(self, dtype: Dtype) -> None:
        self._dtype: Dtype = dtype

    def combine(self, partials: Sequence[Any]) -> LaneCounts:
        """Counts what was not counted yet, and adds all up."""
        raw = [partial for partial in partials if isinstance(partial, Packed)]
        counted = [partial for partial in partials if isinstance(partial, LaneCounts)]
        if raw:
            counted.append(count_packed(raw))
        return merge_counts(counted or [count_packed([no_tokens()])])

    def spill(self, counts: LaneCounts, file: Path) -> SpillFile:
        """Writes counts to a file, partition by partition."""
        short, medium, long = counts.tokens
        lanes = {
            "short": (partition_of_words(short.reshape(-1, 1)), {"a": short, "count": counts.short}),
            "medium": (partition_of_words(medium), {"a": medium[:, 0], "b": medium[:, 1], "count": counts.medium}),
            "long": (partition_of_terms(long), {"a": long, "count": counts.long}),
        }
        parts = {}
        for lane, (partitions, columns) in lanes.items():
            order, bounds = partition_order(partitions)
            batch = pa.record_batch({name: pa.array(values) for name, values in columns.items()})
            parts[lane] = batch.take(pa.array(order)), bounds
        return SpillFile.write(file, parts)

    def read(self, file: SpillFile, partition: int) -> LaneCounts:
        """Reads the counts of a partition back."""
        short, medium, long = (file.read(lane, partition) for lane in ("short", "medium", "long"))
        pairs = np.stack([np.asarray(medium["a"]), np.asarray(medium["b"])], axis=1)
        tokens = Packed(np.asarray(short["a"]), pairs, long["a"].combine_chunks())
        return LaneCounts(tokens, *(np.asarray(lane["count"]) for lane in (short, medium, long)))

    def of_table(self, table: Any) -> LaneCounts:
        """Takes counts from a table such as `tables` gives, with strings or bytes."""
        return counts_of_table(table)

    def tables(self, counts: LaneCounts) -> Iterator[Any]:
        """Gives counts as tables without a term in common."""
        yield counts_table(counts, self._dtype)
