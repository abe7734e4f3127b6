"""Working ahead."""

import threading
from collections.abc import Iterator

import pytest

from lexport.corpus.readers.ahead import MOST_THREADS, run_ahead


def test_results_come_in_the_order_of_the_items() -> None:
    """Though a later one is done first."""
    second_done = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            second_done.wait(10)
        elif item == 1:
            second_done.set()
        return item * 2

    assert list(run_ahead(work, range(50))) == [item * 2 for item in range(50)]


def test_it_does_not_run_far_ahead() -> None:
    """Each result takes memory."""
    taken = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = run_ahead(str, items())
    next(results)
    assert len(taken) <= MOST_THREADS + 2


def test_what_is_raised_is_raised_in_its_turn() -> None:
    """After the results before it."""
    results = run_ahead(lambda item: 1 // item, [1, 1, 0, 1])
    assert [next(results), next(results)] == [1, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_whoever_stops_early_leaves_no_threads() -> None:
    """Nor work that nobody waits for."""
    before = threading.active_count()
    results = run_ahead(str, range(100))
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
