"""Adding what was counted before."""

from collections.abc import Sequence

from lexport.corpus.accumulation import Accumulator
from lexport.corpus.engines.scan import Scan

__all__ = ["add_previous"]


def add_previous(scan: Scan, accumulators: Sequence[Accumulator]) -> None:
    """Adds to each accumulator of a scan what was counted before, if anything was."""
    for previous, accumulator in zip(scan.previous, accumulators, strict=False):
        if previous is not None:
            accumulator.add_previous(previous)
