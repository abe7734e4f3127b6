"""The counts of a job, however they come in and wherever they are kept meanwhile."""

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus import TextTerms
from lexport.corpus.accumulation import Accumulator, Budget
from lexport.corpus.accumulation.partitions import PARTITIONS
from lexport.corpus.accumulation.spill_error import SpillError
from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted
from lexport.corpus.engines.refusals import UNREADABLE
from lexport.corpus.rows import Rows
from lexport.errors import VocabularyError

TERMS = st.binary(min_size=1, max_size=40) | st.sampled_from(
    [b"a", b"eight888", b"nine-nine", b"16-16-16-16-16-1", b"\0"]
)
BATCHES = st.lists(st.lists(TERMS, max_size=12), min_size=1, max_size=6)
INTEGERS = st.lists(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=9), min_size=1, max_size=6)
# In memory as a whole, on the disk after every batch, and what is left in memory at the end on the disk, too.
LIMITS = st.sampled_from([1 << 30, 0, 40_000])
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STRINGS = CountJob("x", "x", TextTerms())
PLENTY = 1 << 30


def _rows(batch: list[Any], kind: Any = None) -> Rows:
    labels = pa.array(["pq"[len(str(term)) % 2] for term in batch], pa.large_string())
    return Rows(len(batch), {"x": pa.array(batch, kind or pa.large_binary()), "l": labels})


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    return folder


def _found(accumulator: Accumulator) -> dict[Any, int]:
    rows = [row for table in accumulator.tables() for row in table.to_pylist()]
    assert len({row["term"] for row in rows}) == len(rows)
    return {row["term"]: row["count"] for row in rows}


@MANY
@given(batches=BATCHES, limit=LIMITS)
def test_strings_are_counted_within_every_limit(tmp_path: Path, batches: list[list[bytes]], limit: int) -> None:
    """In memory, and in files that are read back."""
    accumulator = Accumulator(STRINGS, _folder(tmp_path), budget := Budget(limit))
    for batch in batches:
        accumulator.count(_rows(batch))
    budget.settle()
    assert _found(accumulator) == dict(Counter(term for batch in batches for term in batch))


@MANY
@given(batches=INTEGERS, limit=LIMITS)
def test_integers_are_counted_within_every_limit(tmp_path: Path, batches: list[list[int]], limit: int) -> None:
    """Negative ones and the extremes of int64 among them."""
    accumulator = Accumulator(CountJob("x", "x", TextTerms(), "int64"), _folder(tmp_path), budget := Budget(limit))
    for batch in batches:
        accumulator.count(_rows(batch, pa.int64()))
    budget.settle()
    assert _found(accumulator) == dict(Counter(term for batch in batches for term in batch))


@MANY
@given(batches=BATCHES, limit=LIMITS)
def test_measures_are_counted_within_every_limit(tmp_path: Path, batches: list[list[bytes]], limit: int) -> None:
    """Counts, documents and labels; all labels of a term are in one table."""
    job = CountJob("x", "x", TextTerms(), documents=True, label="l")
    accumulator = Accumulator(job, _folder(tmp_path), budget := Budget(limit))
    for batch in batches:
        accumulator.count(_rows(batch))
    budget.settle()
    tables = list(accumulator.tables())
    found = [row for table in tables for row in table.to_pylist()]
    expected = Counter((term, "pq"[len(str(term)) % 2]) for batch in batches for term in batch)
    assert {(row["term"], row["label"]): row["count"] for row in found} == dict(expected)
    assert all(row["documents"] == row["count"] for row in found)
    terms = [set(table["term"].to_pylist()) for table in tables]
    assert sum(map(len, terms)) == len(set().union(*terms))
    labels = accumulator.counted(0).labels
    assert Counter(dict(zip(*labels.select(["label", "count"]).to_pydict().values(), strict=True))) == Counter(
        "pq"[len(str(term)) % 2] for batch in batches for term in batch
    )


@pytest.mark.parametrize("limit", [PLENTY, 0, 100_000])
@pytest.mark.parametrize("documents", [False, True])
def test_threads_count_side_by_side(tmp_path: Path, limit: int, documents: bool) -> None:
    """Each with a counter of its own, of which some go onto the disk."""
    accumulator = Accumulator(CountJob("x", "x", TextTerms(), documents=documents), tmp_path, budget := Budget(limit))
    batches = [[b"%d" % (number % 700) for number in range(start, start + 1000)] for start in range(0, 8000, 500)]

    def count(mine: list[list[bytes]]) -> None:
        for batch in mine:
            accumulator.count(_rows(batch))

    threads = [threading.Thread(target=count, args=(batches[first::4],)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    budget.settle()
    assert _found(accumulator) == dict(Counter(term for batch in batches for term in batch))


def test_what_was_put_onto_the_disk_comes_back_in_partitions(tmp_path: Path) -> None:
    """Each of them small, without a term in common with another."""
    accumulator = Accumulator(STRINGS, tmp_path, Budget(0))
    for start in (0, 500):
        accumulator.count(_rows([f"term number {number}".encode() for number in range(start, start + 1000)]))
    assert len(list(tmp_path.iterdir())) == 2
    tables = list(accumulator.tables())
    assert len(tables) == PARTITIONS
    assert max(map(len, tables)) < 40
    assert sum(map(len, tables)) == 1500


def test_a_small_counter_stays_in_memory_beside_a_large_one(tmp_path: Path) -> None:
    """What goes onto the disk is worth it."""
    budget = Budget(60_000)
    small, large = (Accumulator(STRINGS, tmp_path / name, budget) for name in ("small", "large"))
    for start in range(0, 4000, 1000):
        small.count(_rows([b"a", b"b"]))
        large.count(_rows([b"%d" % number for number in range(start, start + 1000)]))
    budget.settle()
    assert not (tmp_path / "small").exists()
    assert list((tmp_path / "large").iterdir())
    assert _found(small) == {b"a": 4, b"b": 4}
    assert len(_found(large)) == 4000


@pytest.mark.parametrize("documents", [False, True])
def test_counts_of_another_engine_are_added(tmp_path: Path, documents: bool) -> None:
    """Tables as in `Counted`, of strings or bytes."""
    job = CountJob("x", "x", TextTerms(), documents=documents)
    rows = _rows([b"a", b"b", b"a"])
    first = Accumulator(job, tmp_path, Budget(PLENTY))
    first.count(rows)
    [table] = first.tables()
    accumulator = Accumulator(job, tmp_path, Budget(PLENTY))
    accumulator.count(rows)
    accumulator.add_table(table)
    accumulator.add_table(table.set_column(0, "term", table["term"].cast(pa.large_string())))
    assert _found(accumulator) == {b"a": 6, b"b": 3}


def test_what_was_counted_before_is_added(tmp_path: Path) -> None:
    """Terms, rows and labels."""
    job = CountJob("x", "x", TextTerms(), label="l")
    kind = pa.large_string()
    table = pa.table({"term": pa.array(["a"], kind), "label": pa.array(["q"], kind), "count": [5]})
    labels = pa.table({"label": pa.array(["q"], kind), "count": [4]})
    accumulator = Accumulator(job, tmp_path, Budget(PLENTY))
    accumulator.count(_rows([b"a"]))
    accumulator.add_previous(Counted([table], 4, labels))
    counted = accumulator.counted(1)
    assert counted.rows == 5
    assert sum(row["count"] for one in counted.tables for row in one.to_pylist()) == 6
    assert sum(counted.labels["count"].to_pylist()) == 5


def test_nothing_counted_gives_no_term(tmp_path: Path) -> None:
    """Neither where nothing came in nor where what came in was empty."""
    assert list(Accumulator(STRINGS, tmp_path, Budget(PLENTY)).tables()) == []
    accumulator = Accumulator(STRINGS, tmp_path, Budget(PLENTY))
    accumulator.count(_rows([]))
    assert [len(table) for table in accumulator.tables()] == [0]


def test_after_an_error_others_go_on(tmp_path: Path) -> None:
    """What was wrong is said once for each file; the counter that met it is not used again."""
    accumulator = Accumulator(CountJob("x", "x", TextTerms(), "int64"), tmp_path, Budget(PLENTY))
    with pytest.raises(VocabularyError, match="'a' is no integer"):
        accumulator.count(Rows(1, {"x": pa.array(["a"], pa.large_string())}))
    accumulator.count(Rows(1, {"x": pa.array(["7"], pa.large_string())}))
    assert _found(accumulator) == {7: 1}


def test_a_disk_that_takes_nothing_is_not_blamed_on_the_data(tmp_path: Path) -> None:
    """The error names the folder and what to do; engines do not take it for one of a file."""
    (tmp_path / "file").touch()
    accumulator = Accumulator(STRINGS, tmp_path / "file" / "0", Budget(0))
    with pytest.raises(SpillError, match=f"{tmp_path}/file/0: Not a directory. Give a larger memory_limit"):
        accumulator.count(_rows([b"a"]))
    assert not issubclass(SpillError, UNREADABLE)


def test_what_goes_wrong_leaves_the_budget_as_it_was(tmp_path: Path) -> None:
    """Otherwise later counters would be put onto the disk for nothing."""
    budget = Budget(20_000)
    accumulator = Accumulator(CountJob("x", "x", TextTerms(), "int64"), tmp_path, budget)
    for _ in range(20):
        with pytest.raises(VocabularyError):
            accumulator.count(Rows(1, {"x": pa.array(["a"], pa.large_string())}))
    accumulator.count(Rows(1, {"x": pa.array(["7"], pa.large_string())}))
    assert not budget.is_over
    assert list(tmp_path.iterdir()) == []


def test_a_large_counter_that_nobody_uses_makes_room_for_others(tmp_path: Path) -> None:
    """As of a vocabulary whose data came first: all together stay within the budget."""
    budget = Budget(400_000)
    first, second = (Accumulator(STRINGS, tmp_path / name, budget) for name in ("first", "second"))
    for accumulator in (first, second):
        for start in range(0, 6000, 500):
            accumulator.count(_rows([b"%d" % number for number in range(start, start + 500)]))
            assert not budget.is_over
    assert list((tmp_path / "first").iterdir())
    budget.settle()
    assert len(_found(first)) == len(_found(second)) == 6000


def test_thousands_of_small_tables_are_added_up_on_the_way(tmp_path: Path) -> None:
    """What each takes besides its rows counts as well."""
    accumulator = Accumulator(CountJob("x", "x", TextTerms(), documents=True), tmp_path, Budget(PLENTY))
    for number in range(1500):
        accumulator.count(_rows([b"%d" % (number % 7)]))
    [counter] = accumulator._counters
    assert len(counter._tables) < 600
    assert sum(_found(accumulator).values()) == 1500
