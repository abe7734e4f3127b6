"""From a column of any Arrow type to one that `Rows` may hold, aligned by row."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.readers.diagnosis import UnreadableSource

__all__ = ["aligned"]

_LISTS = (
    pa.types.is_list,
    pa.types.is_large_list,
    pa.types.is_fixed_size_list,
    pa.types.is_list_view,
    pa.types.is_large_list_view,
)
_TEXTS = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)


def aligned(column: Any) -> Any:
    """Gives a column one of the types of `Rows`.

    Args:
        column: an Arrow array of strings, of integers, of lists of those at any depth, of floats, decimals,
            booleans, or of nulls only; also dictionary-encoded. Not trusted.

    Returns:
        An array of the same length: `large_string`, `int64`, `double`, `bool`, or a `large_list` of strings or
        integers, without nulls within the lists.

    Raises:
        UnreadableSource: the type is another one, or an integer does not fit into int64.
        pyarrow.ArrowInvalid: a string is not UTF-8, or the array is damaged.

    Example:
        >>> aligned(pa.array([[["a"], [None]], None, [["b", "c"]]])).to_pylist()
        [['a'], None, ['b', 'c']]
    """
    column.validate(full=True)
    column = _plain(column)
    return _flat_lists(column) if _is_list(column.type) else _scalars(column, column.type)


def _flat_lists(column: Any) -> Any:
    nulls = column.is_null()
    lengths = _lengths(column)
    values = _plain(column.flatten())
    while _is_list(values.type):
        ends = np.append(0, np.cumsum(_lengths(values)))
        lengths = np.diff(ends[np.append(0, np.cumsum(lengths))])
        values = _plain(values.flatten())
    kind = values.type
    if not (pa.types.is_null(kind) or pa.types.is_integer(kind) or _is_text(kind)):
        raise _refusal(column.type)
    values = _scalars(values, column.type)
    offsets = np.append(0, np.cumsum(lengths))
    if values.null_count:
        offsets = np.append(0, np.cumsum(values.is_valid().to_numpy(zero_copy_only=False)))[offsets]
        values = values.drop_null()
    return pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), values, mask=nulls)


def _lengths(column: Any) -> Any:
    return pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)


def _scalars(column: Any, shown: Any) -> Any:
    kind = column.type
    if pa.types.is_null(kind) or _is_text(kind):
        return column.cast(pa.large_string())
    if pa.types.is_integer(kind):
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid as error:
            raise UnreadableSource(f"an integer does not fit into int64: {error}") from None
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_boolean(kind):
        return column
    raise _refusal(shown)


def _plain(column: Any) -> Any:
    """Without what only says how the values are stored."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(column.storage)
    if pa.types.is_dictionary(kind):
        return _plain(column.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return _plain(pc.run_end_decode(column))
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return column.cast(pa.large_list(kind.value_type))
    return column


def _is_list(kind: Any) -> bool:
    return any(test(kind) for test in _LISTS)


def _is_text(kind: Any) -> bool:
    return any(test(kind) for test in _TEXTS)


def _refusal(kind: Any) -> UnreadableSource:
    return UnreadableSource(f"a column must hold strings, integers, lists of them, or numbers; it holds {kind}")
