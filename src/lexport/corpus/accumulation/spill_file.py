"""`SpillFile`: counts on the disk, from which each partition is read by itself."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from lexport.corpus.accumulation.spill_error import SpillError

__all__ = ["SpillFile"]


@dataclass(frozen=True)
class SpillFile:
    """An Arrow file with a record batch for each partition.

    Attributes:
        path: where it is; None where nothing was put into it.
    """

    path: Path | None

    @classmethod
    def write(cls, path: Path, partitions: Iterable[Any]) -> "SpillFile":
        """Writes a file.

        Args:
            path: where to.
            partitions: a table for each, all of one schema.

        Raises:
            OSError: it cannot be written.
        """
        tables = iter(partitions)
        first = next(tables, None)
        if first is None:
            return cls(None)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, first.schema) as writer:
            for table in chain([first], tables):
                batches = table.combine_chunks().to_batches()
                writer.write_batch(batches[0] if batches else pa.RecordBatch.from_pylist([], first.schema))
        return cls(path)

    @contextmanager
    def opened(self) -> Iterator[Callable[[int], list[Any]]]:
        """Gives a function that reads a partition, as one Arrow table or none.

        Raises:
            SpillError: the file cannot be read.
        """
        if self.path is None:
            yield lambda _: []
            return
        try:
            with pa.memory_map(str(self.path)) as source:
                reader = pa.ipc.open_file(source)
                yield lambda partition: [pa.Table.from_batches([reader.get_batch(partition)])]
        except OSError as error:
            raise SpillError.about(self.path, error) from error
