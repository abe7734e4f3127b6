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
    """

    tables: Iterable[Any]
    rows: int
