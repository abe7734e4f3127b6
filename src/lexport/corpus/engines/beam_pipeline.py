"""The pipeline of the Beam engine: what runs in its workers. It is imported only where Beam is used.

Beam costs some microseconds of Python for each element, wherever it goes. So its elements are few and large: each
bundle is counted and merged first, and its counts go on as tables, one for each partition of the terms.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
from apache_beam.transforms.window import GlobalWindows

from lexport.corpus.accumulation.partitions import partition_of_terms
from lexport.corpus.engines.pieces import Kind, Piece, combine_tables, table_of_bytes, table_to_bytes
from lexport.corpus.engines.portable import from_bytes, to_bytes
from lexport.corpus.engines.result_files import ResultFiles
from lexport.corpus.engines.share_counter import ShareCounter
from lexport.corpus.engines.shares import Share
from lexport.corpus.one_array import one_array

__all__ = ["build_pipeline"]

Key = tuple[int, int, int, int]  # kind, scan, job, partition

# Of the terms of each job: as many workers can add up at the same time.
PARTITIONS = 32
# How many bytes of tables of one key are added up at once.
TOGETHER = 64 << 20


def build_pipeline(pipeline: Any, shares: Iterable[Share], scans: bytes, memory: int, files: ResultFiles) -> None:
    """Adds the steps to a pipeline: count, bring the tables of each key together, add them up, write them.

    Args:
        pipeline: Beam's, without steps.
        shares: what is to be read.
        scans: what is counted, as `scans_to_bytes` gives it.
        memory: how many bytes a worker may take before it hands its counts on.
        files: where the results go.
    """
    (
        pipeline
        | "Shares" >> beam.Create([to_bytes(share) for share in shares])
        | "Spread" >> beam.Reshuffle()
        | "Count" >> beam.ParDo(CountShares(scans, memory, files)).with_output_types(tuple[Key, bytes])
        | "BringTogether" >> beam.GroupByKey()
        | "AddUp" >> beam.ParDo(AddUp(files)).with_output_types(bytes)
        | "Gather" >> beam.combiners.ToList()
        | "List" >> beam.ParDo(WriteList(files))
    )


class CountShares(beam.DoFn):
    """Counts shares; what comes of a bundle is merged before it goes on."""

    def __init__(self, scans: bytes, memory: int, files: ResultFiles) -> None:
        self._scans = scans
        self._memory = memory
        self._files = files
        self._counter: Any = None

    def start_bundle(self) -> None:
        """Begins with nothing counted."""
        self._counter = ShareCounter(self._scans, self._memory)

    def process(self, share: bytes) -> Iterator[tuple[Key, bytes]]:
        """Counts a share, and hands on what is too much to be kept until the bundle ends."""
        known: Share = from_bytes(share)
        for piece in self._counter.read(known):
            yield from _keyed(piece)
        self._files.mark_read(known.number)

    def finish_bundle(self) -> Iterator[Any]:
        """Hands on all that was counted."""
        for piece in self._counter.finish():
            yield from map(GlobalWindows.windowed_value, _keyed(piece))


class AddUp(beam.DoFn):
    """Makes one table of all those of a key, and writes it."""

    def __init__(self, files: ResultFiles) -> None:
        self._files = files

    def process(self, keyed: tuple[Key, Iterable[bytes]]) -> Iterator[bytes]:
        """Gives the line of the list."""
        (number, scan, job, _), values = keyed
        kind = Kind(number)
        waiting: list[Any] = []
        for value in values:
            waiting.append(table_of_bytes(value))
            if len(waiting) > 1 and sum(table.nbytes for table in waiting) > TOGETHER:
                waiting = [combine_tables(kind, waiting)]
        yield to_bytes(self._files.write(Piece(kind, scan, job, combine_tables(kind, waiting))))


class WriteList(beam.DoFn):
    """Writes the list of all files."""

    def __init__(self, files: ResultFiles) -> None:
        self._files = files

    def process(self, lines: list[bytes]) -> None:
        """Gives nothing on."""
        self._files.write_list(map(from_bytes, lines))


def _keyed(piece: Piece) -> Iterator[tuple[Key, bytes]]:
    if piece.kind is not Kind.TERMS:
        yield (int(piece.kind), piece.scan, piece.job, 0), table_to_bytes(piece.table)
        return
    table = piece.table.combine_chunks()
    partitions = partition_of_terms(one_array(table["term"])) % PARTITIONS
    order = np.argsort(partitions, kind="stable")
    bounds = np.searchsorted(partitions[order], np.arange(PARTITIONS + 1)).tolist()
    ordered = table.take(pa.array(order))
    for partition in range(PARTITIONS):
        begin, end = bounds[partition : partition + 2]
        if begin < end:
            yield (int(piece.kind), piece.scan, piece.job, partition), table_to_bytes(ordered.slice(begin, end - begin))
