"""`Limits`: which counted terms are enough, and how many of them to take."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.counted import WEIGHT_UNIT
from lexport.errors import Problem

__all__ = ["Limits"]

PER_UNIT = round(1 / WEIGHT_UNIT)


@dataclass(frozen=True)
class Limits:
    """Which terms are enough, and how many of them to take.

    Attributes:
        max_terms: how many terms to take at most, the first ones of their order; None takes all.
        min_count: how often a term must have been seen.
        min_documents: how many rows must hold a term.
        min_weight: what the weights of a term must add up to.
        min_score: how much (adjusted) mutual information a term must have, in bits times rows.
        coverage: the share of all tokens to cover, above 0 and at most 1: as many terms are taken, in their order,
            as are needed for it, and no more.
    """

    max_terms: int | None = None
    min_count: int = 1
    min_documents: int = 0
    min_weight: float | None = None
    min_score: float | None = None
    coverage: float | None = None

    @property
    def cuts(self) -> bool:
        """Whether anything can be left out."""
        given = (self.max_terms, self.min_weight, self.min_score, self.coverage)
        return self.min_count > 1 or self.min_documents > 0 or any(value is not None for value in given)

    def limit_problems(self, where: str = "") -> Iterator[Problem]:
        """Finds limits that no vocabulary can keep; `where` goes before their names."""
        if self.max_terms is not None and not _is_count(self.max_terms, 1):
            yield Problem(f"{where}max_terms", f"must be at least 1 or None; received {self.max_terms!r}")
        if not _is_count(self.min_count, 1):
            yield Problem(f"{where}min_count", f"must be at least 1; received {self.min_count!r}")
        if not _is_count(self.min_documents, 0):
            yield Problem(f"{where}min_documents", f"must be at least 0; received {self.min_documents!r}")
        for name in ("min_weight", "min_score"):
            value = getattr(self, name)
            if value is not None and not (_is_number(value) and abs(value) < 2**63 / PER_UNIT):
                yield Problem(f"{where}{name}", f"must be a number or None; received {value!r}")
        if self.coverage is not None and not (_is_number(self.coverage) and 0 < self.coverage <= 1):
            yield Problem(f"{where}coverage", f"must be above 0 and at most 1, or None; received {self.coverage!r}")

    def enough(self, table: Any) -> Any:
        """Gives the rows of an Arrow table that reach the least count, documents, weight and score."""
        least: dict[str, int | None] = {"count": self.min_count, "documents": self.min_documents}
        least |= {"weight": _units(self.min_weight), "score": _units(self.min_score)}
        asked = {name: value for name, value in least.items() if value is not None and name in table.column_names}
        for name, value in asked.items():
            table = table.filter(pc.greater_equal(table[name], pa.scalar(value, pa.int64())))
        return table

    def tokens_to_cover(self, tokens: int) -> int | None:
        """Gives how many of all tokens must be covered; None where that does not matter.

        The share counts as it is written: 0.1 of 30 tokens are 3, although the nearest float is above 0.1.
        """
        return None if self.coverage is None else ceil(Fraction(repr(float(self.coverage))) * tokens)


def _units(value: float | None) -> int | None:
    return None if value is None else round(Fraction(repr(float(value))) * PER_UNIT)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
