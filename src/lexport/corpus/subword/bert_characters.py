"""`bert_characters`: what tensorflow-text's `BertTokenizer` does with each character, as arrays by code point.

It lower-cases and normalises with the Unicode tables of one library, and splits with those of another; both are
compiled into its wheel, and neither is of the Unicode version of the running Python. So what it does is listed in
`bert_characters.txt`, which `tests/corpus/subword/probe_bert_characters.py` wrote by asking it:

- `space`: the character splits words and vanishes; `alone`: it is a word of its own.
- `fold`: what it becomes where text is lower-cased: another character, or several. A range becomes a range.
- `drop`: it vanishes then; `block`: so it does, but keeps marks on its two sides from changing places.
- `class`: the canonical combining class of a mark that stays: of neighbouring marks, those of lower class come first.

Hangul syllables fall apart by arithmetic. A test compares all of Unicode with the installed tensorflow-text.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["BLOCK", "BertCharacters", "bert_characters"]

POINTS = 0x110000
# No character: what stands for a character that blocks, until the marks around it are in order.
BLOCK = POINTS


@dataclass(frozen=True)
class BertCharacters:
    """What becomes of each code point.

    Attributes:
        space: whether it splits words and vanishes; bool, shape `(0x110001,)`.
        alone: whether it is a word of its own; bool, shape `(0x110001,)`.
        sizes: how many code points it becomes where text is lower-cased; int8, shape `(0x110000,)`.
        places: where those begin in `folded`; int32, shape `(0x110000,)`.
        folded: what code points become, one behind the other; uint32.
        order: the combining class of a mark that stays, 0 for all else; uint8, shape `(0x110001,)`.
    """

    space: Any
    alone: Any
    sizes: Any
    places: Any
    folded: Any
    order: Any


@cache
def bert_characters() -> BertCharacters:
    """Reads the list, once.

    Example:
        >>> characters = bert_characters()
        >>> bool(characters.alone[ord(",")]), int(characters.sizes[ord("Ä")]), int(characters.sizes[0x300])
        (True, 1, 0)
    """
    text = files("lexport.corpus.subword").joinpath("bert_characters.txt").read_text(encoding="ascii")
    space, alone, order = (np.zeros(POINTS + 1, kind) for kind in (bool, bool, np.uint8))
    folds = _hangul()
    for line in text.splitlines()[1:]:
        kind, place, *values = line.split(" ")
        begin, _, end = place.partition("-")
        points = range(int(begin, 16), int(end or begin, 16) + 1)
        span = slice(points.start, points.stop)
        match kind:
            case "space":
                space[span] = True
            case "alone":
                alone[span] = True
            case "class":
                order[span] = int(values[0])
            case "drop":
                folds |= dict.fromkeys(points, ())
            case "block":
                folds |= dict.fromkeys(points, (BLOCK,))
            case "fold":
                folds |= _shifted(points, [int(value, 16) for value in values])
            case _:
                raise AssertionError(f"bert_characters.txt: {line}")
    return BertCharacters(space, alone, *_flat(folds), order)


def _shifted(points: range, values: list[int]) -> dict[int, tuple[int, ...]]:
    if len(values) > 1:
        return {points[0]: tuple(values)}
    return {point: (values[0] + point - points[0],) for point in points}


def _hangul() -> dict[int, tuple[int, ...]]:
    """Takes syllables apart into their letters, as chapter 3.12 of the Unicode standard has it."""
    folds: dict[int, tuple[int, ...]] = {}
    for index in range(19 * 21 * 28):
        lead, vowel, tail = index // 588, index % 588 // 28, index % 28
        letters = (0x1100 + lead, 0x1161 + vowel, 0x11A7 + tail)
        folds[0xAC00 + index] = letters if tail else letters[:2]
    return folds


def _flat(folds: dict[int, tuple[int, ...]]) -> tuple[Any, Any, Any]:
    """Lays out what code points become: at first each is itself."""
    sizes, places = np.ones(POINTS, np.int8), np.arange(POINTS, dtype=np.int32)
    points = np.fromiter(folds, np.int64, len(folds))
    lengths = np.fromiter(map(len, folds.values()), np.int64, len(folds))
    sizes[points] = lengths
    places[points] = POINTS + np.cumsum(lengths) - lengths
    tail = np.fromiter((value for fold in folds.values() for value in fold), np.uint32, int(lengths.sum()))
    return sizes, places, np.concatenate([np.arange(POINTS, dtype=np.uint32), tail])
