"""Equal terms come together, whatever their hashes are."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus.kernel import grouping
from lexport.corpus.kernel.grouping import Groups, group_integers, group_terms

TERMS = st.lists(st.binary(max_size=3) | st.sampled_from([b"a-long-term-of-many-bytes", b""]), max_size=40)


def _check(groups: Groups, values: list[Any]) -> None:
    """Each group holds the copies of one value, all of them, and no value has two groups."""
    assert sorted(groups.order.tolist()) == list(range(len(values)))
    found = {values[place]: int(size) for place, size in zip(groups.places, groups.sizes, strict=True)}
    assert len(found) == len(groups.first)
    assert found == dict(Counter(values))
    ids = groups.ids.tolist()
    assert len({(ids[place], value) for place, value in enumerate(values)}) == len(found)
    weights = np.arange(1, len(values) + 1)
    sums = dict(zip([values[place] for place in groups.places], groups.sums(weights).tolist(), strict=True))
    assert sums == {
        value: sum(w for w, one in zip(weights.tolist(), values, strict=True) if one == value) for value in found
    }


@pytest.fixture(params=["good", "few", "one"])
def hashed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Hash functions that tell all apart, hardly any, and none."""
    bits = {"few": np.uint64(62), "one": np.uint64(63)}.get(request.param)
    if bits is not None:
        worse = _worse(grouping.term_hashes, bits, constant=request.param == "one")
        monkeypatch.setattr(grouping, "term_hashes", worse)
    return str(request.param)


def _worse(hashes_of: Callable[[Any], Any], bits: Any, *, constant: bool) -> Callable[[Any], Any]:
    def hashes(values: Any) -> Any:
        found = hashes_of(values) >> bits << bits
        return np.zeros_like(found) if constant else found

    return hashes


# The fixture is the same for every example.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_value_has_one_group(hashed: str, data: st.DataObject) -> None:
    """Also where different values have the same hash, and alternate."""
    integers = data.draw(st.lists(st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), max_size=40))
    _check(group_integers(np.array(integers, np.int64)), integers)
    terms = data.draw(TERMS)
    _check(group_terms(pa.array([b"before", *terms], pa.large_binary()).slice(1)), terms)
