"""Some of many lines, chosen by their numbers."""

from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.subword.line_sample import LineSample


def sampled(batches: list[list[str]], limit: int | None) -> list[str]:
    """The sample of lines that arrive in batches."""
    sample = LineSample(limit)
    for batch in batches:
        sample.add(pa.array(batch, pa.large_string()))
    return sample.lines()


@given(
    lines=st.lists(st.sampled_from(["", "a", "b", "é c"])),
    cuts=st.lists(st.integers(0, 50)),
    limit=st.integers(1, 20),
)
def test_a_sample_does_not_hang_on_the_batches(lines: list[str], cuts: list[int], limit: int) -> None:
    """Readers may cut a file wherever they like."""
    places = sorted({min(cut, len(lines)) for cut in cuts} | {0, len(lines)})
    batches = [lines[begin:end] for begin, end in pairwise(places)]
    expected = sampled([lines], limit)
    assert sampled(batches, limit) == expected
    assert len(expected) == min(limit, len([line for line in lines if line]))


def test_without_a_limit_every_line_is_taken() -> None:
    """In order; an empty one teaches nothing."""
    assert sampled([["b", ""], ["a", "b"]], None) == ["b", "a", "b"]


def test_a_sample_is_drawn_evenly_and_keeps_the_order() -> None:
    """No part of a source is favoured, neither its beginning nor its end."""
    numbers = [int(line) for line in sampled([[str(number) for number in range(100_000)]], 10_000)]
    assert numbers == sorted(numbers)
    tenths = [sum(number // 10_000 == tenth for number in numbers) for tenth in range(10)]
    assert sum(tenths) == 10_000
    assert all(900 < size < 1100 for size in tenths)
