"""`Counted`: what came of counting."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["WEIGHT_UNIT", "Counted"]

# Weights are added up in whole units of this size, so that sums are exact and every order of adding gives the same.
WEIGHT_UNIT = 1e-6


@dataclass(frozen=True)
class Counted:
    """The counts of all terms of one vocabulary, before any of them is chosen.

    Attributes:
        tables: Arrow tables without a term in common, to be read once. Their columns: `term` (`large_string` or
            `int64`), distinct where there is no label; `count` (`int64`); where it was asked for `documents`
            (`int64`, the rows that hold the term), `weight` (`int64`, in units of `WEIGHT_UNIT`), and `label`
            (`large_string`): then there is a row for each pair of term and label.
        rows: how many rows were read.
        labels: with a label, how often each was seen, row by row, whatever terms the row holds: an Arrow table of
            `label` (null for the rows without one), `count` (`int64`, rows) and, with a weight, `weight` (`int64`,
            the weights of those rows added up, in units of `WEIGHT_UNIT`). The counts of terms cannot give it, as a
            row holds several terms, or none.
    """

    tables: Iterable[Any]
    rows: int
    labels: Any = None
