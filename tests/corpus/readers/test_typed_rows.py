"""From Python's values to `Rows`."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.readers.typed_rows import typed_rows

SCALAR = st.none() | st.text("ab") | st.integers(-3, 3) | st.sampled_from([0.5, True, b"a"])
LIST = st.one_of(st.lists(st.text("ab") | st.none()), st.lists(st.integers(-3, 3)), st.lists(st.lists(st.text("ab"))))


def _flat(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [element for inner in value for element in _flat(inner)]
    return [] if value is None else [value.decode() if isinstance(value, bytes) else value]


@settings(deadline=None)
@given(cells=st.lists(st.tuples(SCALAR | LIST, SCALAR), max_size=8))
def test_each_row_comes_once_with_all_of_its_values(cells: list[tuple[Any, Any]]) -> None:
    """Whatever types are mixed in a column; no batch has two."""
    columns = {"n": range(len(cells)), "x": [x for x, _ in cells], "y": [y for _, y in cells]}
    read = {}
    for rows in typed_rows(columns, range(len(cells)), "row {}"):
        assert {len(values) for values in rows.columns.values()} == {rows.number}
        for number, x, y in zip(*(values.to_pylist() for values in rows.columns.values()), strict=True):
            read[number] = ([type(value) for value in _flat(x)], _flat(x), _flat(y))
    assert read == {
        number: ([type(value) for value in _flat(x)], _flat(x), _flat(y)) for number, (x, y) in enumerate(cells)
    }


def test_no_row_gives_nothing() -> None:
    """A block may hold nothing but blank lines."""
    assert list(typed_rows({"x": []}, [], "row {}")) == []


def test_a_column_without_a_value_is_text() -> None:
    """Some type it must have."""
    (rows,) = typed_rows({"x": [None, None], "y": [[], None]}, [1, 2], "row {}")
    assert [values.type for values in rows.columns.values()] == [pa.large_string(), pa.large_list(pa.large_string())]


@pytest.mark.parametrize("value", [{"a": 1}, [{"a": 1}], [0.5], [True], ["a", 0.5], object(), ["a", 1]])
def test_what_no_column_can_hold_is_refused(value: Any) -> None:
    """The row is named."""
    with pytest.raises(UnreadableSource, match=r"row 7 (must hold a string|has strings and integers in one list)"):
        list(typed_rows({"x": ["a", value]}, [5, 7], "row {}"))
