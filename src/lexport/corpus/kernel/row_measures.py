"""The label and the weight of each row."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.counted import WEIGHT_UNIT
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.rows import Rows

__all__ = ["labels_of_rows", "weights_of_rows"]

LARGEST_WEIGHT = 2**62 * WEIGHT_UNIT


def labels_of_rows(rows: Rows, name: str) -> tuple[Any, Any]:
    """Gives the distinct labels of a column as text, and for each row the place of its label among them.

    Raises:
        UnreadableSource: a row has no label, or several.
    """
    column = rows.values(name)
    if column.null_count or pa.types.is_large_list(column.type):
        raise UnreadableSource(f"each row must have one label in the column {name!r}; received none or a list")
    encoded = column.cast(pa.large_string()).dictionary_encode()
    return encoded.dictionary, np.asarray(encoded.indices).astype(np.int64)


def weights_of_rows(rows: Rows, name: str) -> Any:
    """Gives the weight of each row in whole units of `WEIGHT_UNIT`: sums of integers are the same in every order.

    Raises:
        UnreadableSource: a row has no finite weight, or one with which a sum could run over.
    """
    column = _numbers(rows.values(name), name)
    if not (pa.types.is_floating(column.type) or pa.types.is_int64(column.type)):
        raise UnreadableSource(f"the column {name!r} must hold the weights, as numbers; it holds {column.type}")
    weights = np.asarray(column.cast(pa.float64()))  # null becomes NaN
    wrong = ~(np.abs(weights) * max(len(weights), 1) < LARGEST_WEIGHT)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        received = column[row].as_py()
        raise UnreadableSource(f"each row must have a finite weight in the column {name!r}; received {received!r}")
    return np.rint(weights / WEIGHT_UNIT).astype(np.int64)


def _numbers(column: Any, name: str) -> Any:
    """CSV has nothing but text."""
    if not pa.types.is_large_string(column.type):
        return column
    try:
        return pc.ascii_trim_whitespace(column).cast(pa.float64())
    except pa.ArrowInvalid as error:
        raise UnreadableSource(f"each row must have a finite weight in the column {name!r}: {error}") from None
