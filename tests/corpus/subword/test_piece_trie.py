"""Which pieces a text begins with."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lexport.corpus.subword.piece_trie import PieceTrie

PIECES = st.lists(st.text("abc", min_size=2, max_size=6), unique=True).map(lambda pieces: sorted(pieces, key=len))


@given(pieces=PIECES, text=st.text("abcd", min_size=1, max_size=30), data=st.data())
def test_the_longest_piece_of_any_subset_is_found(pieces: list[str], text: str, data: st.DataObject) -> None:
    """As comparing the text with every piece would find it, from every place on."""
    kept = data.draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
    joined = "".join(pieces) + text
    lengths = np.array([len(piece) for piece in pieces], np.int64)
    codes = np.array([ord(character) - ord("a") for character in joined])
    trie = PieceTrie(codes, 4, np.cumsum(lengths) - lengths, lengths)
    places = np.arange(len(joined) - len(text), len(joined))
    every = trie.longest(codes, places, len(joined) - places)
    found = trie.within(np.array(kept, bool))[every]
    for index, place in enumerate(places.tolist()):
        matching = [
            piece for piece, keep in zip(pieces, kept, strict=True) if keep and joined[place:].startswith(piece)
        ]
        assert (pieces[found[index]] if found[index] >= 0 else "") == max(matching, key=len, default="")
        assert trie.lengths[found[index]] == max(map(len, matching), default=1)
