"""What becomes of each byte."""

import pytest

from lexport.corpus.kernel.byte_maps import DROPPED, SEPARATES, byte_map
from lexport.corpus.standardization import STANDARDIZATIONS, byte_translation


@pytest.mark.parametrize("standardize", STANDARDIZATIONS)
def test_bytes_become_what_translation_makes_of_them(standardize: str) -> None:
    """All 256 of them."""
    table, dropped = byte_translation(standardize) or (None, b"")
    found = byte_map(standardize).tolist()
    for byte in range(256):
        kept = bytes([byte]).translate(table, dropped)
        assert found[byte] == (kept[0] if kept else DROPPED)


def test_only_the_white_space_of_ascii_separates() -> None:
    """And a carriage return is dropped where lines are read."""
    found = byte_map(None, words=True).tolist()
    assert [byte for byte, becomes in enumerate(found) if becomes == SEPARATES] == [9, 10, 11, 12, 13, 32]
    assert byte_map(None, words=True, lines=True)[13] == DROPPED


def test_nothing_is_done_where_nothing_is_asked_for() -> None:
    """Then values are counted where they lie."""
    assert byte_map(None) is None


def test_what_is_not_done_byte_by_byte_is_refused() -> None:
    """Such as a standardisation of the user's."""
    with pytest.raises(TypeError, match="'title' is not done byte by byte"):
        byte_map("title")
