"""Hashes of many terms at once."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.vocabulary import term_hashes as module
from lexport.vocabulary.term_hashes import term_hashes

TERMS = st.lists(st.binary(max_size=30), max_size=20)


@given(before=TERMS, terms=TERMS)
def test_the_hash_of_a_term_does_not_depend_on_its_place(before: list[bytes], terms: list[bytes]) -> None:
    """In a slice, behind others, alone, or as a string."""
    kind = pa.large_binary()
    array = pa.array([*before, *terms], kind).slice(len(before))
    alone = [int(term_hashes(pa.array([term], kind))[0]) for term in terms]
    assert term_hashes(array).tolist() == alone
    distinct = dict(zip(terms, alone, strict=True))
    assert len(set(distinct.values())) == len(distinct)


@pytest.mark.parametrize(
    "terms",
    [
        pa.array(np.arange(200_000)),
        pa.array([f"{'x' * (number % 40)}{number}" for number in range(200_000)], pa.large_string()),
        pa.array([b"\0" * number for number in range(2_000)], pa.large_binary()),
    ],
    ids=["integers", "strings", "zeros"],
)
def test_different_terms_have_different_hashes(terms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over parts that are hashed one after the other; the upper and the lower bits alone differ enough, too."""
    monkeypatch.setattr(module, "HASHED_AT_ONCE", 1000)
    hashes = term_hashes(terms)
    assert len(np.unique(hashes)) == len(terms)
    for bits in (hashes >> np.uint64(56), hashes & np.uint64(255)):
        sizes = np.bincount(bits.astype(np.int64), minlength=256)
        assert sizes.max() < 4 * len(terms) / 256 + 10
