"""Putting together, in this process, what the workers of a cluster have counted."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lexport.corpus.accumulation import Accumulator, Budget, spill_folder
from lexport.corpus.counted import Counted
from lexport.corpus.engines.limits import counting_limit
from lexport.corpus.engines.pieces import Kind, Piece
from lexport.corpus.engines.previous_counts import add_previous
from lexport.corpus.engines.returned_memory import return_large_blocks
from lexport.corpus.engines.scan import Scan
from lexport.errors import Problem, VocabularyError

__all__ = ["GATHERING_MEMORY", "gathered"]

GATHERING_MEMORY = 768 << 20


@contextmanager
def gathered(
    scans: Sequence[Scan],
    pieces: Iterable[Piece],
    memory_limit: int = GATHERING_MEMORY,
    spill_directory: str | os.PathLike[str] | None = None,
) -> Iterator[tuple[tuple[Counted, ...], ...]]:
    """Adds up the pieces and what was counted before, within a memory limit; see `Engine.count`.

    Args:
        scans: what was counted.
        pieces: what came of it, in any order.
        memory_limit: how many bytes this may add to what the process takes already.
        spill_directory: where counts go that do not fit; by default the system's folder for temporary files.

    Raises:
        VocabularyError: there are problems among the pieces.
    """
    return_large_blocks()
    with spill_folder(spill_directory) as folder:
        budget = Budget(counting_limit(memory_limit, workers=1))
        accumulators = [
            [Accumulator(job, folder / f"{number}", budget) for job in scan.jobs] for number, scan in enumerate(scans)
        ]
        rows = _add(scans, pieces, accumulators)
        budget.settle()
        yield tuple(tuple(one.counted(seen) for one in group) for group, seen in zip(accumulators, rows, strict=True))


def _add(scans: Sequence[Scan], pieces: Iterable[Piece], accumulators: Sequence[Sequence[Accumulator]]) -> list[int]:
    """Fills the accumulators, and gives the number of rows of each scan."""
    rows = [0] * len(scans)
    problems: list[dict[str, Any]] = []
    for kind, scan, job, table in pieces:
        match kind:
            case Kind.PROBLEMS:
                problems += table.to_pylist()
            case Kind.ROWS:
                rows[scan] += sum(table["count"].to_pylist())
            case Kind.LABELS:
                accumulators[scan][job].add_labels(table)
            case Kind.TERMS:
                accumulators[scan][job].add_table(table)
    if problems:
        raise VocabularyError("the source cannot be read", _distinct(problems))
    for one, group in zip(scans, accumulators, strict=True):
        add_previous(one, group)
    return rows


def _distinct(problems: Iterable[dict[str, Any]]) -> list[Problem]:
    """Puts problems into the order of the files; of a file that could not be read, several parts may have said so."""
    found: dict[Problem, None] = {}
    unread: set[str] = set()
    for row in sorted(problems, key=lambda row: row["part"]):
        if row["reading"] and row["where"] in unread:
            continue
        if row["reading"]:
            unread.add(row["where"])
        found[Problem(row["where"], row["message"], row["remedy"])] = None
    return list(found)
