"""Adding tables of counts up."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from lexport.corpus.kernel.grouping import group_integers, group_terms
from lexport.corpus.one_array import one_array

__all__ = ["sum_tables", "with_bytes"]

MEASURES = ("count", "documents", "weight")


def sum_tables(tables: Sequence[Any], key: str = "term") -> Any:
    """Adds the measures of each term (and label) up.

    Args:
        tables: at least one; all of the same schema, that of `Counted`.
        key: `term`, or `label` where there is no term.

    Example:
        >>> table = pa.table({"term": pa.array(["a", "b"], pa.large_string()), "count": [1, 2]})
        >>> sum_tables([table, table]).sort_by("term").to_pydict()
        {'term': ['a', 'b'], 'count': [2, 4]}
    """
    rows = pa.concat_tables(tables)
    groups = group_terms(one_array(rows[key]))
    if key == "term" and "label" in rows.column_names:
        labels = one_array(rows["label"]).dictionary_encode()
        groups = group_integers(groups.ids * len(labels.dictionary) + np.asarray(labels.indices))
    places = pa.array(groups.places)
    columns = {name: rows[name].take(places) for name in rows.column_names if name not in MEASURES}
    sums = {name: pa.array(groups.sums(np.asarray(rows[name]))) for name in rows.column_names if name in MEASURES}
    return pa.table(columns | sums)


def with_bytes(table: Any) -> Any:
    """Gives a table whose terms are `large_binary` where they were strings."""
    if pa.types.is_int64(table["term"].type):
        return table
    return table.set_column(table.column_names.index("term"), "term", table["term"].cast(pa.large_binary()))
