"""`bert_words`: the words that tensorflow-text's `BertTokenizer` cuts into pieces."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.subword.bert_characters import BLOCK, BertCharacters, bert_characters

__all__ = ["bert_words"]

_LINE_FEED = 10


def bert_words(texts: Any, *, lower_case: bool) -> tuple[Any, Any]:
    """Splits texts into words, just as `BertTokenizer` does before it looks for pieces.

    Control characters become spaces. With `lower_case`, the text is case-folded, compatibility characters become
    plain ones, and marks such as accents vanish. It is split at white space, around punctuation and around Chinese
    characters; white space vanishes.

    Args:
        texts: an Arrow array of `large_string` without nulls.
        lower_case: what `BertTokenizer` is told.

    Returns:
        The words, a `large_string` array, and for each of them the index of the text it was in, int64.

    Example:
        >>> words, owners = bert_words(pa.array(["Déjà-vu!", "東京 OK"], pa.large_string()), lower_case=True)
        >>> words.to_pylist(), owners.tolist()
        (['deja', '-', 'vu', '!', '東', '京', 'ok'], [0, 0, 0, 0, 1, 1, 1])
    """
    characters = bert_characters()
    sizes = pc.utf8_length(texts).to_numpy(zero_copy_only=False).astype(np.int64)
    points = np.frombuffer(_joined(texts).encode("utf-32-le"), np.uint32)
    owners = np.repeat(np.arange(len(texts)), sizes)
    if lower_case:
        points, owners = _lower_case(points, owners, characters)
    return _split(points, owners, characters)


def _joined(texts: Any) -> str:
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return ""
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return str(memoryview(data)[ends[0] : ends[-1]], "utf-8")


def _lower_case(points: Any, owners: Any, characters: BertCharacters) -> tuple[Any, Any]:
    sizes = characters.sizes[points].astype(np.int64)
    origin = np.repeat(np.arange(len(points)), sizes)
    within = np.arange(len(origin)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    points, owners = characters.folded[characters.places[points[origin]] + within], owners[origin]
    points = _reorder(points, owners, characters)
    stays = points != BLOCK
    return points[stays], owners[stays]


def _reorder(points: Any, owners: Any, characters: BertCharacters) -> Any:
    """Puts neighbouring marks of a text in the order of their classes, as every normal form of Unicode has them."""
    order = characters.order[points]
    if not np.any((order[1:] > 0) & (order[:-1] > order[1:])):
        return points
    new_text = np.diff(owners, prepend=-1) > 0
    runs = np.cumsum((order == 0) | new_text)
    return points[np.lexsort((order, runs))]  # it is stable, and a run begins with what has no class


def _split(points: Any, owners: Any, characters: BertCharacters) -> tuple[Any, Any]:
    visible = ~characters.space[points]
    alone = characters.alone[points]
    follows = np.zeros(len(points), bool)
    follows[1:] = visible[:-1] & ~alone[:-1] & (owners[1:] == owners[:-1])
    first = visible & (alone | ~follows)
    kept, begins = points[visible], first[visible]
    if not len(kept):
        return pa.array([], pa.large_string()), np.empty(0, np.int64)
    # A line feed, which is a space and so stands in no word, between each two of them.
    text = np.insert(kept, np.flatnonzero(begins)[1:], _LINE_FEED).tobytes().decode("utf-32-le")
    return pc.split_pattern(pa.array([text], pa.large_string()), pattern="\n").flatten(), owners[first]
