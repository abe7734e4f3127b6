"""What becomes of each byte of a text while its terms are counted."""

from functools import cache
from typing import Any

import numpy as np

from lexport.corpus.standardization import byte_translation

__all__ = ["byte_map"]

DROPPED = 256  # BYTE_DROPPED and BYTE_SEPARATES of `term_table.h`
SEPARATES = 544
WHITE_SPACE = (9, 10, 11, 12, 13, 32)  # of ASCII, as `tf.strings.split` has it


@cache
def byte_map(standardize: str | None, *, words: bool = False, lines: bool = False) -> Any:
    r"""Gives for each byte its replacement, or that it is dropped, or separates words.

    Args:
        standardize: one of Keras's standardisations, or None.
        words: whether white space separates.
        lines: whether each `\r` is dropped, as `tf.data.TextLineDataset` does.

    Returns:
        A NumPy array of 256 `uint16`; None for values that stay as they are.

    Raises:
        TypeError: the standardisation is not done byte by byte.

    Example:
        >>> byte_map("lower_and_strip_punctuation", words=True)[list(b"Ab!. ")].tolist()
        [97, 98, 256, 256, 544]
    """
    if standardize is None and not words:
        return None
    translation = byte_translation(standardize)
    if translation is None:
        raise TypeError(f"{standardize!r} is not done byte by byte")
    table, dropped = translation
    found = np.arange(256, dtype=np.uint16) if table is None else np.frombuffer(table, np.uint8).astype(np.uint16)
    found[list(dropped)] = DROPPED
    if words:
        found[list(WHITE_SPACE)] = SEPARATES
    if lines:
        found[13] = DROPPED
    found.flags.writeable = False
    return found
