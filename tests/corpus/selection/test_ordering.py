from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus.selection import ordering
from lexport.corpus.selection.ordering import best_first

TEXT = st.text(st.sampled_from("ab\x00é\U00010000"), max_size=12)
LONG = st.builds(lambda text: "commonpr" + text, TEXT)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(TEXT | LONG, st.integers(-2, 2)), unique_by=lambda row: row[0]), data=st.data())
def test_terms_stand_by_measure_and_then_by_bytes(rows: list[tuple[str, int]], data: Any) -> None:
    """Also those that share their first eight bytes, or end with NULs; also in a slice of a larger array."""
    cut = data.draw(st.integers(0, len(rows)))
    terms = pa.array([term for term, _ in rows], pa.large_string()).slice(cut)
    measure = np.array([number for _, number in rows[cut:]], np.int64)
    expected = sorted(range(len(terms)), key=lambda i: (measure[i], rows[cut + i][0].encode()), reverse=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "SMALL", 0)
        patch.setattr(ordering, "AT_ONCE", 3)
        assert best_first(measure, terms).tolist() == expected
    assert best_first(measure, terms).tolist() == expected
    numbers = pa.array(range(len(measure)), pa.int64())
    by_value = sorted(range(len(measure)), key=lambda i: (measure[i], i), reverse=True)
    assert best_first(measure, numbers).tolist() == by_value


def test_the_fast_order_of_many_terms_is_arrows_own() -> None:
    """A hundred thousand, of which most share their count and many their beginning."""
    rng = np.random.default_rng(0)
    numbers = rng.permutation(10**6)[:100_000]
    terms = pa.array([f"https://x/{number}" if number % 3 else str(number) for number in numbers], pa.large_string())
    measure = rng.zipf(1.5, len(terms)).astype(np.int64)
    table = pa.table({"measure": measure, "term": terms})
    expected = table.sort_by([("measure", "descending"), ("term", "descending")])
    assert table.take(pa.array(best_first(measure, terms))).equals(expected)
