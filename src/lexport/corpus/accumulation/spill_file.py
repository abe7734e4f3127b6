"""`SpillFile`: counts on the disk, from which each partition is read by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

__all__ = ["SpillFile"]


@dataclass(frozen=True)
class SpillFile:
    """Counts on the disk; each of its parts is an Arrow file with a record batch for each partition.

    Attributes:
        path: the beginning of the names of its files.
    """

    path: Path

    @classmethod
    def write(cls, path: Path, parts: Mapping[str, tuple[Any, Any]]) -> "SpillFile":
        """Writes a file.

        Args:
            path: the beginning of the names of its files.
            parts: by name a record batch whose rows are in the order of their partitions, and where in it each
                partition begins and the last one ends.
        """
        for name, (batch, bounds) in parts.items():
            with pa.OSFile(f"{path}.{name}", "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
                for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
                    writer.write_batch(batch.slice(begin, end - begin))
        return cls(path)

    def read(self, name: str, partition: int) -> Any:
        """Reads the rows of a partition as an Arrow table."""
        with pa.OSFile(f"{self.path}.{name}", "rb") as source:
            return pa.Table.from_batches([pa.ipc.open_file(source).get_batch(partition)])
