"""`Rows`: some rows of a file, as a reader hands them on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Rows"]


@dataclass(frozen=True)
class Rows:
    r"""Some rows of a file: the columns that were asked for, aligned by row.

    Attributes:
        number: how many rows.
        columns: an Arrow array of `number` elements by the name of each column: `large_string`, `int64`, `double`,
            `bool`, or `large_list` of strings or integers; null where a row has no value. Empty for text.
        text: for text, the lines as they stand in the file: UTF-8, each ended by `\n`, the last one perhaps not.

    Example:
        >>> Rows(2, text=b"the cat\r\nthe dog\n").values(None).to_pylist()
        ['the cat', 'the dog']
    """

    number: int
    columns: Mapping[str, Any] = field(default_factory=dict)
    text: bytes | None = None

    def values(self, column: str | None) -> Any:
        r"""Gives a column, or the lines of text, as `tf.data.TextLineDataset` reads them: without any `\r`."""
        if self.text is None or column is not None:
            return self.columns[column or ""]
        text = pa.array([self.text.replace(b"\r", b"").removesuffix(b"\n")], pa.large_string())
        return pc.split_pattern(text, pattern="\n").flatten()
