"""From any Arrow type to those of `Rows`."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus.readers.aligned import aligned
from lexport.corpus.readers.diagnosis import UnreadableSource

TEXT, LISTS = pa.large_string(), pa.large_list(pa.large_string())


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array(["a", None]), TEXT),
        (pa.array(["a", None], pa.string_view()), TEXT),
        (pa.array([b"a", None], pa.binary_view()), TEXT),
        (pa.array([b"a", None], pa.binary(1)), TEXT),
        (pa.array(["a", None]).dictionary_encode(), TEXT),
        (pa.nulls(2), TEXT),
        (pa.array([1, None], pa.uint8()), pa.int64()),
        (pa.array([1.5, None], pa.float32()), pa.float64()),
        (pa.array([1.5, None], pa.float16()), pa.float64()),
        (pa.array([Decimal("1.5"), None]), pa.float64()),
        (pa.array([True, None]), pa.bool_()),
        (pa.array([["a"], None], pa.list_view(pa.string())), LISTS),
        (pa.array([["a"], None], pa.list_(pa.string(), 1)), LISTS),
        (pa.array([["a"], None], pa.list_(pa.dictionary(pa.int8(), pa.string()))), LISTS),
        (pa.array([[1], None], pa.list_(pa.int16())), pa.large_list(pa.int64())),
        (pa.array([[], None], pa.list_(pa.null())), LISTS),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_types_are_widened_and_values_kept(column: Any, kind: Any) -> None:
    """Each row where it was, nulls too."""
    found = aligned(column)
    assert found.type == kind
    plain = [float(value) if isinstance(value, Decimal) else value for value in column.to_pylist()]
    assert found.to_pylist() == [value.decode() if isinstance(value, bytes) else value for value in plain]
    assert aligned(column[1:]).to_pylist() == found.to_pylist()[1:]


def test_runs_are_their_values() -> None:
    """As Arrow encodes them."""
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", None]))
    assert aligned(runs).to_pylist() == ["a", "a", None]


NESTED = st.lists(st.none() | st.lists(st.none() | st.lists(st.none() | st.sampled_from("ab"))))


@settings(deadline=None)
@given(rows=NESTED, start=st.integers(0, 3))
def test_lists_of_lists_become_lists(rows: list[Any], start: int) -> None:
    """In the order of their elements, without nulls; a row without a list has none."""
    column = pa.array(rows, pa.list_(pa.list_(pa.string())))[start:]
    expected = [
        None if row is None else [value for inner in row if inner for value in inner if value is not None]
        for row in rows[start:]
    ]
    found = aligned(column)
    found.validate(full=True)
    assert (found.type, found.to_pylist()) == (LISTS, expected)


def test_integers_beyond_int64_are_refused() -> None:
    """Rather than wrapped around, in lists too."""
    for column in (pa.array([2**63], pa.uint64()), pa.array([[2**63]], pa.list_(pa.uint64()))):
        with pytest.raises(UnreadableSource, match="does not fit into int64"):
            aligned(column)


@pytest.mark.parametrize(
    "column", [pa.array([{"a": 1}]), pa.array([[{"a": 1}]]), pa.array([[1.5]]), pa.array([1], pa.date32())]
)
def test_other_types_are_refused(column: Any) -> None:
    """The whole type is named."""
    with pytest.raises(UnreadableSource, match=r"it holds (struct|list<.*>|date32)"):
        aligned(column)
