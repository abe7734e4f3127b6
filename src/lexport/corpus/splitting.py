"""From texts to tokens, one list for each text."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Pattern", "split_texts"]


@dataclass(frozen=True)
class Pattern:
    r"""Splits at every match of a regular expression; what is empty between two matches is no token.

    That is what `tensorflow_text.regex_split` does; both use RE2.

    Attributes:
        pattern: a regular expression in the syntax of RE2, which matches at least one character.

    Example:
        >>> split_texts(pa.array(["a, b;c"], pa.large_string()), Pattern("[,;] *")).to_pylist()
        [['a', 'b', 'c']]
    """

    pattern: str


def split_texts(texts: Any, split: str | Pattern | None) -> Any:
    """Splits each text.

    Args:
        texts: an Arrow array of strings (or binary) without nulls.
        split: as `TextTerms` takes it.

    Returns:
        An Arrow array of lists, one for each text; a separator leaves empty tokens, as `tf.strings.split` does.
    """
    if split is None:
        offsets = pa.array(np.arange(len(texts) + 1))
        return pa.LargeListArray.from_arrays(offsets, texts)
    if isinstance(split, Pattern):
        return _without_empty(pc.split_pattern_regex(texts, pattern=split.pattern))
    if split == "whitespace":
        # Arrow has this kernel for strings alone; it looks at bytes of ASCII, whatever the others are.
        return _without_empty(pc.ascii_split_whitespace(texts.view(pa.large_string())))
    if split == "character":
        return _characters(texts)
    return pc.split_pattern(texts, pattern=split)


def _without_empty(lists: Any) -> Any:
    """Arrow gives an empty token before a match at the head of a text, and after one at its end."""
    filled = pc.greater(pc.binary_length(lists.flatten()), 0)
    if pc.all(filled).as_py():
        return lists
    parents = np.asarray(pc.list_parent_indices(lists))[np.asarray(filled)]
    ends = np.searchsorted(parents, np.arange(len(lists) + 1))
    return pa.LargeListArray.from_arrays(pa.array(ends), lists.flatten().filter(filled))


def _characters(texts: Any) -> Any:
    """Cuts the bytes at the first byte of each code point; Arrow has no kernel for this."""
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    text = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]] if len(texts) and data else np.empty(0, np.uint8)
    starts = np.flatnonzero((text & 0xC0) != 0x80)
    cuts = np.append(starts, len(text)).astype(np.int64)
    characters = pa.LargeStringArray.from_buffers(len(starts), pa.py_buffer(cuts), pa.py_buffer(text))
    lists = np.searchsorted(starts, ends - ends[0]) if len(texts) else np.zeros(1, np.int64)
    return pa.LargeListArray.from_arrays(pa.array(lists), characters)
