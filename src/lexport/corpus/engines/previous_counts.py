"""Adding what was counted before."""

from lexport.corpus.accumulation import Accumulator
from lexport.corpus.counted import Counted
from lexport.corpus.engines.budget import Budget

__all__ = ["add_previous"]


def add_previous(previous: Counted | None, accumulator: Accumulator, budget: Budget) -> None:
    """Adds the tables, rows and labels of what was counted before, if anything was."""
    for table in previous.tables if previous else ():
        accumulator.add_table(table)
        budget.keep()
    if previous:
        accumulator.add_before(previous)
