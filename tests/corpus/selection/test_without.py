"""Leaving terms out of a table."""

import pyarrow as pa
import pytest

from lexport.corpus.selection.without import FEW, without

KIND = pa.large_string()


@pytest.mark.parametrize("extra", [0, FEW], ids=["few", "many"])
def test_the_rows_of_other_terms_stay_in_their_order(extra: int) -> None:
    """However many are left out."""
    table = pa.table({"term": pa.array(["a", "", "b", "c"], KIND), "count": [1, 2, 3, 4]})
    left_out = pa.array(["b", ""] + [f"x{number}" for number in range(extra)], KIND)
    assert without(table, left_out).to_pydict() == {"term": ["a", "c"], "count": [1, 4]}
    assert without(table, left_out.slice(2)).equals(table)
