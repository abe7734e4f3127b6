"""Tokens in lanes, and back."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.kernel.packed import lanes_of, pack
from lexport.corpus.kernel.tokens import tokens_of_array
from lexport.corpus.kernel.unpack import terms_of


@given(
    st.lists(st.binary(max_size=24) | st.sampled_from([b"\0", b"a\0", b"\0a", b"12345678", b"123456789", b"1" * 16]))
)
def test_every_token_comes_back_as_it_was(values: list[bytes]) -> None:
    """All but the empty ones, whatever bytes they hold, at the borders of the lanes too."""
    tokens = tokens_of_array(pa.array([b"before", *values], pa.large_binary()).slice(1))
    packed = pack(tokens, lanes_of(tokens))
    assert sorted(terms_of(packed).to_pylist()) == sorted(value for value in values if value)


def test_the_lane_is_that_of_the_length_unless_there_is_a_nul() -> None:
    """Zeros behind a short token are its padding, so a NUL within could not be told from them."""
    values = [b"a" * 8, b"a" * 9, b"a" * 16, b"a" * 17, b"a\0", b"a"]
    tokens = tokens_of_array(pa.array(values, pa.large_binary()))
    assert [lane.tolist() for lane in lanes_of(tokens)] == [[0, 5], [1, 2], [3, 4]]
