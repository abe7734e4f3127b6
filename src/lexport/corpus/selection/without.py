"""`without`: leaving terms out of a table."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["without"]

FEW = 4


def without(table: Any, terms: Sequence[Any]) -> Any:
    """Gives the rows whose terms are not among others.

    Args:
        table: an Arrow table with a column `term`.
        terms: an Arrow array, or a list of Arrow scalars.

    Example:
        >>> without(pa.table({"term": ["a", "b"]}), [pa.scalar("b")])["term"].to_pylist()
        ['a']
    """
    if len(terms) > FEW:
        found = pc.is_in(table["term"], value_set=terms)
    else:  # to compare with each is many times as fast as to build a hash table
        found = reduce(pc.or_, (pc.equal(table["term"], term) for term in terms), pa.scalar(False))
    return table.filter(pc.invert(found)) if pc.any(found).as_py() else table
