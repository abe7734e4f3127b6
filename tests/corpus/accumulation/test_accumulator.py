"""The counts of a job, however they come in and wherever they are kept meanwhile."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus import TextTerms
from lexport.corpus.accumulation import Accumulator
from lexport.corpus.accumulation.partitions import PARTITIONS
from lexport.corpus.count_job import CountJob
from lexport.corpus.kernel import partial_counts, partial_table
from lexport.corpus.rows import Rows

TERMS = st.binary(min_size=1, max_size=40) | st.sampled_from(
    [b"a", b"eight888", b"nine-nine", b"16-16-16-16-16-1", b"\0"]
)
BATCHES = st.lists(st.lists(TERMS, max_size=12), min_size=1, max_size=6)
# What is done after a batch came in: nothing, a run is made, runs are merged, runs go onto the disk.
STEPS = st.lists(st.sampled_from(["", "run", "merge", "spill"]), min_size=6, max_size=6)
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _rows(batch: list[Any], kind: Any) -> Rows:
    labels = pa.array(["pq"[len(str(term)) % 2] for term in batch], pa.large_string())
    return Rows(len(batch), {"x": pa.array(batch, kind), "l": labels})


def _step(accumulator: Accumulator, step: str) -> None:
    if step in ("run", "merge", "spill"):
        accumulator.add_run(accumulator.take_waiting()())
    if step == "merge":
        accumulator.add_run(accumulator.take_runs()())
    if step == "spill":
        accumulator.spill()


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    return folder


@MANY
@given(batches=BATCHES, steps=STEPS)
def test_every_way_gives_the_same_counts(tmp_path: Path, batches: list[list[bytes]], steps: list[str]) -> None:
    """Of strings, through memory, merged runs and files, in any order of those."""
    job = CountJob("x", "x", TextTerms())
    accumulator = Accumulator(job, _folder(tmp_path))
    for batch, step in zip(batches, steps, strict=False):
        accumulator.add(partial_counts(_rows(batch, pa.large_binary()), job))
        _step(accumulator, step)
    found = [row for table in accumulator.tables() for row in table.to_pylist()]
    expected = Counter(term for batch in batches for term in batch)
    assert len(found) == len(expected)
    assert {row["term"]: row["count"] for row in found} == dict(expected)


@MANY
@given(
    batches=st.lists(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=9), min_size=1),
    steps=STEPS,
)
def test_integers_go_the_same_ways(tmp_path: Path, batches: list[list[int]], steps: list[str]) -> None:
    """Negative ones and the extremes of int64 among them."""
    job = CountJob("x", "x", TextTerms(), "int64")
    accumulator = Accumulator(job, _folder(tmp_path))
    for batch, step in zip(batches, [*steps, *[""] * len(batches)], strict=False):
        accumulator.add(partial_counts(_rows(batch, pa.int64()), job))
        _step(accumulator, step)
    found = [row for table in accumulator.tables() for row in table.to_pylist()]
    expected = Counter(term for batch in batches for term in batch)
    assert len(found) == len(expected)
    assert {row["term"]: row["count"] for row in found} == dict(expected)


@MANY
@given(batches=BATCHES, steps=STEPS)
def test_measures_go_the_same_ways(tmp_path: Path, batches: list[list[bytes]], steps: list[str]) -> None:
    """Counts, documents and labels; all labels of a term are in one table."""
    job = CountJob("x", "x", TextTerms(), documents=True, label="l")
    accumulator = Accumulator(job, _folder(tmp_path))
    for batch, step in zip(batches, steps, strict=False):
        accumulator.add(partial_counts(_rows(batch, pa.large_binary()), job))
        _step(accumulator, step)
    tables = list(accumulator.tables())
    found = [row for table in tables for row in table.to_pylist()]
    expected = Counter((term, "pq"[len(str(term)) % 2]) for batch in batches for term in batch)
    assert {(row["term"], row["label"]): row["count"] for row in found} == dict(expected)
    assert all(row["documents"] == row["count"] for row in found)
    terms = [set(table["term"].to_pylist()) for table in tables]
    assert sum(map(len, terms)) == len(set().union(*terms))


def test_what_was_put_onto_the_disk_comes_back_in_partitions(tmp_path: Path) -> None:
    """Each of them small, without a term in common with another."""
    job = CountJob("x", "x", TextTerms())
    accumulator = Accumulator(job, tmp_path)
    for start in (0, 500):
        batch = [f"term number {number}".encode() for number in range(start, start + 1000)]
        accumulator.add(partial_counts(_rows(batch, pa.large_binary()), job))
        accumulator.add_run(accumulator.take_waiting()())
        accumulator.spill()
    assert accumulator.run_bytes == 0
    tables = list(accumulator.tables())
    assert len(tables) == PARTITIONS
    assert max(map(len, tables)) < 40
    assert sum(map(len, tables)) == 1500


@pytest.mark.parametrize("documents", [False, True])
def test_counts_of_another_engine_are_added(tmp_path: Path, documents: bool) -> None:
    """Tables as in `Counted`, of strings or bytes."""
    job = CountJob("x", "x", TextTerms(), documents=documents)
    accumulator = Accumulator(job, tmp_path)
    rows = _rows([b"a", b"b", b"a"], pa.large_binary())
    accumulator.add(partial_counts(rows, job))
    table = partial_table(rows, job)
    accumulator.add_table(table)
    accumulator.add_table(table.set_column(0, "term", table["term"].cast(pa.large_string())))
    found = {row["term"]: row["count"] for result in accumulator.tables() for row in result.to_pylist()}
    assert found == {b"a": 6, b"b": 3}


def test_nothing_counted_gives_no_term(tmp_path: Path) -> None:
    """Neither where nothing came in nor where what came in was empty."""
    job = CountJob("x", "x", TextTerms())
    assert list(Accumulator(job, tmp_path).tables()) == []
    accumulator = Accumulator(job, tmp_path)
    accumulator.add(partial_counts(_rows([], pa.large_binary()), job))
    assert [len(table) for table in accumulator.tables()] == [0]
