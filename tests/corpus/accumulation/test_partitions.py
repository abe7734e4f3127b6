"""Which terms go together on the disk."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.accumulation.partitions import (
    PARTITIONS,
    partition_of_terms,
    partition_order,
)


@given(st.lists(st.binary(max_size=50)), st.lists(st.binary(max_size=50)))
def test_a_term_has_one_partition_wherever_it_stands(before: list[bytes], terms: list[bytes]) -> None:
    """Also where it is read beyond its end, and in a slice of a longer array."""
    whole = partition_of_terms(pa.array([*before, *terms], pa.large_binary()))[len(before) :]
    sliced = partition_of_terms(pa.array([*before, *terms], pa.large_binary()).slice(len(before)))
    alone = [int(partition_of_terms(pa.array([term], pa.large_binary()))[0]) for term in terms]
    assert whole.tolist() == sliced.tolist() == alone


def test_partitions_are_about_equal() -> None:
    """For numbers in a row, and for terms that differ in the middle alone."""
    numbers = pa.array(np.arange(100_000))
    terms = pa.array([f"https://example.org/item/{number:08}/a-page-of-the-site.html" for number in range(100_000)])
    for found in (partition_of_terms(numbers), partition_of_terms(terms.cast(pa.large_string()))):
        sizes = np.bincount(found, minlength=PARTITIONS)
        assert 200 < sizes.min() <= sizes.max() < 700


def test_the_order_brings_partitions_together() -> None:
    """And tells where each begins, the empty ones too."""
    order, bounds = partition_order(np.array([3, 0, 3], np.uint8))
    assert order.tolist() == [1, 0, 2]
    assert bounds[:5].tolist() == [0, 1, 1, 1, 3]
    assert len(bounds) == PARTITIONS + 1
