"""`one_array`: the column of a table as one array."""

from typing import Any

import pyarrow as pa

__all__ = ["one_array"]


def one_array(column: Any) -> Any:
    """Gives the column of a table as one Arrow array; copies only where there are several chunks.

    Example:
        >>> one_array(pa.chunked_array([[1], [2]])).to_pylist()
        [1, 2]
    """
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
