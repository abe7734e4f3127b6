"""`TermLookup`: finds terms in a vocabulary, batch after batch."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.vocabulary.term_hashes import term_hashes

__all__ = ["TermLookup"]


class TermLookup:
    """Finds terms by their hashes, which are sorted once; Arrow's own look-up would hash the vocabulary every time.

    A term that has the hash of another one is still told from it: what is found is compared.

    Args:
        terms: an Arrow array of distinct terms, `large_string` or `int64`.

    Example:
        >>> lookup = TermLookup(pa.array(["the", "of"], pa.large_string()))
        >>> lookup.find(pa.array(["of", "cat"], pa.large_string())).tolist()
        [1, -1]
    """

    def __init__(self, terms: Any) -> None:
        self._terms = terms
        hashes = term_hashes(terms)
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]
        same = self._hashes[1:] == self._hashes[:-1]
        twins = np.union1d(np.flatnonzero(same), np.flatnonzero(same) + 1)
        self._twins = self._order[twins]

    def find(self, terms: Any) -> Any:
        """Gives the place of each term in the vocabulary, -1 where it has none.

        Args:
            terms: an Arrow array of the type of the vocabulary, without nulls.

        Returns:
            A NumPy array of int64.
        """
        places = np.full(len(terms), -1, np.int64)
        if not len(self._terms):
            return places
        hashes = term_hashes(terms)
        # In the order of the hashes, so that the search walks through memory in one direction.
        order = np.argsort(hashes)
        at = np.minimum(np.searchsorted(self._hashes, hashes[order]), len(self._hashes) - 1)
        hit = self._hashes[at] == hashes[order]
        asked, found = order[hit], self._order[at[hit]]
        same = pc.equal(terms.take(pa.array(asked)), self._terms.take(pa.array(found))).to_numpy(zero_copy_only=False)
        places[asked[same]] = found[same]
        self._find_twins(terms, asked[~same], places)
        return places

    def _find_twins(self, terms: Any, asked: Any, places: Any) -> None:
        """Looks further where several terms of the vocabulary have the same hash."""
        if not len(asked) or not len(self._twins):
            return
        twins = self._terms.take(pa.array(self._twins))
        at = pc.fill_null(pc.index_in(terms.take(pa.array(asked)), value_set=twins), -1).to_numpy()
        places[asked[at >= 0]] = self._twins[at[at >= 0]]
