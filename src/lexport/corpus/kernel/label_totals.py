"""How often each label was seen, whatever terms its rows hold."""

from typing import Any

import numpy as np
import pyarrow as pa

from lexport.corpus.count_job import CountJob
from lexport.corpus.kernel.row_measures import labels_of_rows, weights_of_rows
from lexport.corpus.rows import Rows

__all__ = ["label_totals"]


def label_totals(rows: Rows, job: CountJob) -> Any:
    """Counts the rows of each label of a job that has labels.

    Returns:
        An Arrow table as in `Counted.labels`: `label`, `count`, and `weight` where the job has one.

    Raises:
        UnreadableSource: a row has no label or no weight.

    Example:
        >>> from lexport.corpus.text_terms import TextTerms
        >>> rows = Rows(3, {"l": pa.array(["p", "q", "p"], pa.large_string())})
        >>> label_totals(rows, CountJob("x", "x", TextTerms(), label="l")).to_pydict()
        {'label': ['p', 'q'], 'count': [2, 1]}
    """
    labels, ids = labels_of_rows(rows, job.label or "")
    columns = {"label": labels, "count": pa.array(np.bincount(ids, minlength=len(labels)).astype(np.int64))}
    if job.weight:
        sums = np.zeros(len(labels), np.int64)
        np.add.at(sums, ids, weights_of_rows(rows, job.weight))
        columns["weight"] = pa.array(sums)
    return pa.table(columns)
