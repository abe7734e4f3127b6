"""How far the reading of a source has come."""

from concurrent.futures import ThreadPoolExecutor

from lexport.corpus.progress import ProgressMeter


def test_a_file_never_counts_for_more_than_its_size() -> None:
    """Headers are read twice, and lines beyond the end of a part."""
    calls: list[tuple[int, int]] = []
    meter = ProgressMeter(lambda done, total: calls.append((done, total)), [10, 20])
    meter.of(0).read(15)
    meter.report()
    meter.of(1).read(5)
    meter.report()
    meter.finish()
    assert calls == [(10, 30), (15, 30), (30, 30)]


def test_files_may_be_read_at_once() -> None:
    """Nothing is lost between threads."""
    calls: list[tuple[int, int]] = []
    meter = ProgressMeter(lambda done, total: calls.append((done, total)), [20_000] * 4)

    def work(index: int) -> None:
        file = meter.of(index)
        for _ in range(20_000):
            file.read(1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    meter.report()
    assert calls == [(80_000, 80_000)]


def test_rows_count_as_their_share_of_the_bytes() -> None:
    """Where only some of the bytes are read."""
    calls: list[int] = []
    meter = ProgressMeter(lambda done, _: calls.append(done), [100])
    file = meter.of(0)
    for part in (1, 2, 3):
        file.reach(part, 3)
        meter.report()
    assert calls == [33, 66, 100]
