"""n-grams: runs of tokens of one text, joined by a space."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["ngrams_of"]


def ngrams_of(lists: Any, widths: Sequence[int]) -> Any:
    """Gives the n-grams of each list of tokens, as `tf.strings.ngrams` joins them.

    Args:
        lists: an Arrow array of lists of tokens.
        widths: the numbers of tokens in a run; a list that is shorter has no such run.

    Returns:
        An Arrow array of lists of n-grams, the shorter runs of a list first.

    Example:
        >>> lists = pa.array([["new", "york", "city"], ["a"]], pa.large_list(pa.large_string()))
        >>> ngrams_of(lists, (1, 2)).to_pylist()
        [['new', 'york', 'city', 'new york', 'york city'], ['a']]
    """
    tokens = lists.flatten()
    parents = np.asarray(pc.list_parent_indices(lists))
    runs, owners = [], []
    for width in widths:
        count = max(len(tokens) - width + 1, 0)
        whole = np.flatnonzero(parents[:count] == parents[width - 1 : width - 1 + count])
        parts = [tokens.take(pa.array(whole + place)) for place in range(width)]
        runs.append(pc.binary_join_element_wise(*parts, pa.scalar(" ", tokens.type)) if width > 1 else parts[0])
        owners.append(parents[whole])
    joined, owner = pa.concat_arrays(runs), np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(lists) + 1))
    return pa.LargeListArray.from_arrays(pa.array(ends), joined.take(pa.array(order)))
