"""`add_counts`: what was counted at several times, as one."""

from typing import Any

import pyarrow as pa

from lexport.corpus.counted import Counted

__all__ = ["add_counts"]


def add_counts(*parts: Counted) -> Counted:
    """Adds up counts of different rows, such as yesterday's and today's: the result is that of counting all rows.

    All of it is in memory meanwhile. Engines, which have a limit, take the tables of `read_counts` for partial ones
    of their own.

    Args:
        *parts: at least one, all counted in the same way.

    Example:
        >>> yesterday, today = (
        ...     Counted([pa.table({"term": pa.array(terms, pa.large_string()), "count": counts})], rows=5)
        ...     for terms, counts in ((["the", "of"], [3, 1]), (["the"], [4]))
        ... )
        >>> both = add_counts(yesterday, today)
        >>> sorted(zip(*next(iter(both.tables)).to_pydict().values())), both.rows
        ([('of', 1), ('the', 7)], 10)
    """
    tables = [table for part in parts for table in part.tables]
    labels = [part.labels for part in parts if part.labels is not None]
    return Counted(
        [_summed(tables, ("term", "label"))] if tables else [],
        rows=sum(part.rows for part in parts),
        labels=_summed(labels, ("label",)) if labels else None,
    )


def _summed(tables: list[Any], keys: tuple[str, ...]) -> Any:
    table = pa.concat_tables(tables)
    by = [name for name in table.column_names if name in keys]
    numbers = [name for name in table.column_names if name not in keys]
    sums = table.group_by(by, use_threads=False).aggregate([(name, "sum") for name in numbers])
    return sums.select([*by, *(f"{name}_sum" for name in numbers)]).rename_columns([*by, *numbers])
