"""`LineSample`: some of many lines, chosen by their numbers."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["LineSample"]


class LineSample:
    """Keeps at most a number of lines, evenly drawn from all that are added, in their order.

    Each line has a random key that is computed from its number; the lines of the smallest keys stay. So the sample
    is the same in every run, and no more than about twice the limit are in memory.

    Args:
        limit: how many lines to keep; None for all.

    Example:
        >>> sample = LineSample(3)
        >>> sample.add(pa.array(["a", "b", "", "c", "d"], pa.large_string()))
        >>> sample.lines()
        ['a', 'b', 'd']
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._number = 0
        self._bound = np.uint64(2**64 - 1)
        self._kept: list[tuple[Any, Any, Any]] = []
        self._waiting = 0

    def add(self, values: Any) -> None:
        """Takes an Arrow array of strings without nulls; the empty ones are left out, but have a number."""
        numbers = np.arange(self._number, self._number + len(values), dtype=np.uint64)
        self._number += len(values)
        keys = _mixed(numbers)
        wanted = pc.greater(pc.binary_length(values), 0).to_numpy(zero_copy_only=False) & (keys <= self._bound)
        self._kept.append((numbers[wanted], keys[wanted], values.filter(pa.array(wanted))))
        self._waiting += int(wanted.sum())
        if self._limit is not None and self._waiting > 2 * self._limit:
            self._prune(self._limit)

    def lines(self) -> list[str]:
        """Gives the lines of the sample."""
        if self._limit is not None:
            self._prune(self._limit)
        return [line for _, _, values in self._kept for line in values.to_pylist()]

    def _prune(self, limit: int) -> None:
        if self._waiting <= limit:
            return
        numbers, keys = (np.concatenate([kept[index] for kept in self._kept]) for index in (0, 1))
        values = pa.concat_arrays([kept[2] for kept in self._kept])
        stay = np.sort(np.argpartition(keys, limit)[:limit])
        self._bound = keys[stay].max()
        self._kept = [(numbers[stay], keys[stay], values.take(pa.array(stay)))]
        self._waiting = limit


def _mixed(numbers: Any) -> Any:
    """The mixing function of SplitMix64: a permutation of all 64-bit numbers without a visible pattern."""
    mixed = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
