"""`ShareCounter`: counts in a worker of a cluster, and hands on few large pieces."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

import pyarrow as pa

from lexport.corpus.accumulation import Counter, new_counter, sum_tables
from lexport.corpus.count_job import CountJob
from lexport.corpus.engines.pieces import Kind, Piece
from lexport.corpus.engines.portable import scans_from_bytes
from lexport.corpus.engines.refusals import UNREADABLE, refusals
from lexport.corpus.engines.returned_memory import return_large_blocks, return_unused
from lexport.corpus.engines.scan import Scan
from lexport.corpus.engines.shares import Part, Share
from lexport.corpus.kernel import label_totals
from lexport.corpus.progress import FileMeter
from lexport.corpus.readers import read
from lexport.corpus.rows import Rows
from lexport.errors import Problem, VocabularyError

__all__ = ["WORKER_MEMORY", "ShareCounter"]

WORKER_MEMORY = 256 << 20


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
        self._counters: dict[tuple[int, int], Counter] = {}
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
        for place in tuple(self._counters):
            yield from self._hand_on(place)
        self._rows, self._labels = {}, {}

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
        if place not in self._counters:
            self._counters[place] = new_counter(job)
        self._counters[place].count(rows)
        if job.label:
            known = [self._labels[place]] if place in self._labels else []
            self._labels[place] = sum_tables([*known, label_totals(rows, job)], "label")

    def _keep(self) -> Iterator[Piece]:
        """Hands on what takes most, so that memory does not run over."""
        sizes = {place: counter.nbytes for place, counter in self._counters.items()}
        if sum(sizes.values()) > self._memory // 2:  # to be handed on, it is copied
            yield from self._hand_on(max(sizes, key=lambda place: sizes[place]))
            return_unused()

    def _hand_on(self, place: tuple[int, int]) -> Iterator[Piece]:
        counter = self._counters.pop(place)
        yield from map(partial(Piece, Kind.TERMS, *place), counter.tables())
        counter.close()


def _problem_piece(part: Part, problems: Iterable[Problem], *, reading: bool) -> Piece:
    """Gives what is wrong with a part of a file as a piece; `reading`: whether the rest of it was not read."""
    rows = [{**asdict(problem), "part": part.number, "reading": reading} for problem in problems]
    return Piece(Kind.PROBLEMS, part.scan, 0, pa.Table.from_pylist(rows))
