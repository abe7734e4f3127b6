"""`ShareCounter`: counts in a worker of a cluster, and hands on few large pieces."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from lexport.corpus.accumulation import Accumulator
from lexport.corpus.accumulation.table_store import sum_tables
from lexport.corpus.count_job import CountJob
from lexport.corpus.engines.pieces import Kind, Piece
from lexport.corpus.engines.portable import scans_from_bytes
from lexport.corpus.engines.refusals import UNREADABLE, refusals
from lexport.corpus.engines.returned_memory import return_large_blocks, return_unused
from lexport.corpus.engines.scan import Scan
from lexport.corpus.engines.shares import Part, Share
from lexport.corpus.kernel import label_totals, partial_counts
from lexport.corpus.progress import FileMeter
from lexport.corpus.readers import read
from lexport.corpus.rows import Rows
from lexport.errors import Problem, VocabularyError

__all__ = ["WORKER_MEMORY", "ShareCounter"]

WORKER_MEMORY = 256 << 20
# Shares of it: what waits takes about three times its size while it is counted, and so do runs while they are merged.
WAITING_SHARE = 8
RUNS_SHARE = 4


class ShareCounter:
    """Counts what is in shares, and merges what comes of them before it hands anything on.

    Args:
        scans: what is counted, as `scans_to_bytes` gives it.
        memory: how many bytes may be taken before counts are handed on.
    """

    def __init__(self, scans: bytes, memory: int) -> None:
        return_large_blocks()
        self._scans: tuple[Scan, ...] = ()
        self._refused: tuple[Problem, ...] = ()
        try:
            self._scans = scans_from_bytes(scans)
        except VocabularyError as error:
            self._refused = error.problems
        self._memory = memory
        self._accumulators: dict[tuple[int, int], Accumulator] = {}
        self._labels: dict[tuple[int, int], Any] = {}
        self._rows: dict[int, int] = {}

    def read(self, share: Share) -> Iterator[Piece]:
        """Counts what is in a share, and gives what is too much to be kept, and what is wrong with its files."""
        if self._refused:
            yield _problem_piece(share.parts[0], self._refused, reading=False)
            return
        for part in share.parts:
            try:
                yield from self._read(part)
            except UNREADABLE as error:
                yield _problem_piece(part, refusals(part.file, error), reading=True)

    def finish(self) -> Iterator[Piece]:
        """Gives everything that was kept."""
        for scan, count in self._rows.items():
            yield Piece(Kind.ROWS, scan, 0, pa.table({"count": [count]}))
        for (scan, job), totals in self._labels.items():
            yield Piece(Kind.LABELS, scan, job, totals)
        for place in self._accumulators:
            yield from self._hand_on(place)
        self._rows, self._labels, self._accumulators = {}, {}, {}

    def _read(self, part: Part) -> Iterator[Piece]:
        scan = self._scans[part.scan]
        for rows in read(part.found, scan.columns, FileMeter(part.file.size)):
            self._rows[part.scan] = self._rows.get(part.scan, 0) + rows.number
            for number, job in enumerate(scan.jobs):
                try:
                    self._count(rows, job, (part.scan, number))
                except UNREADABLE as error:
                    yield _problem_piece(part, refusals(part.file, error), reading=False)
            yield from self._keep()

    def _count(self, rows: Rows, job: CountJob, place: tuple[int, int]) -> None:
        if place not in self._accumulators:
            self._accumulators[place] = Accumulator(job, Path())  # which never has to write there
        self._accumulators[place].add(partial_counts(rows, job))
        if job.label:
            known = [self._labels[place]] if place in self._labels else []
            self._labels[place] = sum_tables([*known, label_totals(rows, job)], "label")

    def _keep(self) -> Iterator[Piece]:
        """Combines what waits, merges runs and hands them on, so that memory does not run over."""
        every = self._accumulators
        if sum(one.waiting_bytes for one in every.values()) > self._memory // WAITING_SHARE:
            largest = max(every.values(), key=lambda one: one.waiting_bytes)
            largest.add_run(largest.take_waiting()())
            return_unused()
        if self._run_bytes() > self._memory // RUNS_SHARE:
            place = max(every, key=lambda one: every[one].run_bytes)
            every[place].add_run(every[place].take_runs()())
            if self._run_bytes() > self._memory // RUNS_SHARE // 2:
                yield from self._hand_on(place)

    def _hand_on(self, place: tuple[int, int]) -> Iterator[Piece]:
        yield from map(partial(Piece, Kind.TERMS, *place), self._accumulators[place].tables())

    def _run_bytes(self) -> int:
        return sum(one.run_bytes for one in self._accumulators.values())


def _problem_piece(part: Part, problems: Iterable[Problem], *, reading: bool) -> Piece:
    """Gives what is wrong with a part of a file as a piece; `reading`: whether the rest of it was not read."""
    rows = [{**asdict(problem), "part": part.number, "reading": reading} for problem in problems]
    return Piece(Kind.PROBLEMS, part.scan, 0, pa.Table.from_pylist(rows))
