"""From lanes back to terms."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.kernel.lane_counts import LaneCounts
from lexport.corpus.kernel.packed import Packed, lanes_of, no_tokens, pack
from lexport.corpus.kernel.tokens import tokens_of_array
from lexport.vocabulary.file_format import Dtype

__all__ = ["counts_of_table", "counts_table", "terms_of"]


def counts_table(counts: LaneCounts, dtype: Dtype) -> Any:
    """Gives an Arrow table of `term` (`large_binary` or `int64`) and `count`."""
    sums = np.concatenate([counts.short, counts.medium, counts.long])
    terms = terms_of(counts.tokens) if dtype == "string" else pa.array(counts.tokens.short.view(np.int64))
    return pa.table({"term": terms, "count": pa.array(sums)})


def counts_of_table(table: Any) -> LaneCounts:
    """Takes an Arrow table of `term` (strings, bytes or `int64`) and `count` apart; the inverse of `counts_table`."""
    counts, terms = np.asarray(table["count"]).astype(np.int64), table["term"].combine_chunks()
    terms = terms.chunk(0) if isinstance(terms, pa.ChunkedArray) else terms
    none = np.empty(0, np.int64)
    if pa.types.is_int64(terms.type):
        return LaneCounts(no_tokens()._replace(short=np.asarray(terms).view(np.uint64)), counts, none, none)
    terms = terms.cast(pa.large_binary())
    counts = counts[np.asarray(pc.greater(pc.binary_length(terms), 0))]
    tokens = tokens_of_array(terms)
    lanes = lanes_of(tokens)
    return LaneCounts(pack(tokens, lanes), *(counts[lane] for lane in lanes))


def terms_of(tokens: Packed) -> Any:
    """Gives the terms of the three lanes, one after the other, as an Arrow array of `large_binary`.

    Example:
        >>> import pyarrow as pa
        >>> long = pa.array([b"b"], pa.large_binary())
        >>> terms_of(no_tokens()._replace(short=np.array([24929], np.uint64), long=long)).to_pylist()
        [b'aa', b'b']
    """
    lanes = (_unpadded(tokens.short.reshape(-1, 1)), _unpadded(tokens.medium), tokens.long)
    return pa.concat_arrays([lane for lane in lanes if len(lane)] or [tokens.long])


def _unpadded(words: Any) -> Any:
    """Cuts off the zeros behind each token; no token in these lanes holds one."""
    text = np.ascontiguousarray(words).view(np.uint8)
    filled = text != 0
    offsets = np.zeros(len(words) + 1, np.int64)
    np.cumsum(np.count_nonzero(filled, axis=1), out=offsets[1:])
    return pa.Array.from_buffers(
        pa.large_binary(), len(words), [None, pa.py_buffer(offsets), pa.py_buffer(text[filled])]
    )
