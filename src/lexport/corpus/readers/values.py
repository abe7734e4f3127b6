"""From a column of `Rows` to the flat values that a vocabulary is made of."""

from typing import Any

import pyarrow as pa

from lexport.corpus.readers.diagnosis import UnreadableSource

__all__ = ["flat_values"]


def flat_values(column: Any) -> Any:
    """Flattens lists and leaves out nulls.

    Args:
        column: an Arrow array of a type that `Rows` may hold.

    Returns:
        An array without nulls, of type `large_string` or `int64`.

    Raises:
        UnreadableSource: the column holds numbers or booleans, which cannot be terms.

    Example:
        >>> flat_values(pa.array([["a"], None, ["b"]], pa.large_list(pa.large_string()))).to_pylist()
        ['a', 'b']
    """
    if pa.types.is_large_list(column.type):
        column = column.flatten()
    if column.type not in (pa.large_string(), pa.int64()):
        raise UnreadableSource(f"the column must hold strings, integers or lists of them; it holds {column.type}")
    return column.drop_null()
