"""The values of a column, and the row of each."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.count_job import CountJob
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.rows import Rows

__all__ = ["flat_values", "rows_of_values"]


def flat_values(rows: Rows, job: CountJob) -> Any:
    """Gives the values that a job counts: the elements of lists one by one, and nothing for what is missing.

    Returns:
        An Arrow array without nulls, of `large_string` or `int64`.

    Raises:
        UnreadableSource: the column holds integers, and strings are to be counted; or neither.
    """
    values = rows.values(job.column)
    if pa.types.is_large_list(values.type):
        values = values.flatten()
    _check_type(values.type, job)
    return values.drop_null() if values.null_count else values


def rows_of_values(rows: Rows, job: CountJob) -> Any:
    """Gives the row of each of the `flat_values`, as NumPy's `int64`."""
    values = rows.values(job.column)
    if not pa.types.is_large_list(values.type):
        return np.flatnonzero(np.asarray(values.is_valid()))
    parents, flat = np.asarray(pc.list_parent_indices(values)), values.flatten()
    return parents[np.asarray(flat.is_valid())]


def _check_type(kind: Any, job: CountJob) -> None:
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        return
    if not pa.types.is_int64(kind):
        raise UnreadableSource(f"the column must hold strings, integers or lists of them; it holds {kind}")
    if job.dtype != "int64":
        raise UnreadableSource("a vocabulary of strings cannot be built from integers", 'Give dtype "int64"')
