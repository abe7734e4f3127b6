"""`ExchangedTerms`: whether new terms are answered as those were whose ids they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lexport.verify.exchange import Answer
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor

__all__ = ["ExchangedTerms", "answered_alike"]


@dataclass(frozen=True)
class ExchangedTerms:
    """Terms that give way to others, asked of one input.

    Attributes:
        vocabulary: its name.
        terms: the new terms, one for each row.
        old: the request of the old terms, row by row.
        new: that of the new ones.
    """

    vocabulary: str
    terms: tuple[bytes, ...]
    old: Request
    new: Request


def answered_alike(
    asked: Sequence[ExchangedTerms],
    before: Mapping[int, Answer],
    after: Mapping[int, Answer],
    exchanged: Mapping[bytes, frozenset[bytes]],
) -> tuple[set[tuple[str, bytes]], set[tuple[str, bytes]]]:
    """Compares the answers to new terms with those of the original to the old terms on the same lines.

    An answer may differ for a good reason, such as a model that looks at the letters of a text, too. Or the layer
    standardizes its text, and the new term is never found: `Katze` where a layer lowers it.

    Args:
        asked: the terms of each input.
        before: the answers of the original, by the `id` of the request.
        after: those of the new one.
        exchanged: the terms that stand where each old term stood; in outputs of strings they are as good.

    Returns:
        The terms that some input answers as the old ones, and those that none does, each with its vocabulary.
    """
    alike: set[tuple[str, bytes]] = set()
    for one in asked:
        old, new = before[id(one.old)].outputs, after[id(one.new)].outputs
        rows = _equal_rows(old, new, len(one.terms), exchanged) if old and new else np.zeros(len(one.terms), bool)
        alike |= {(one.vocabulary, term) for term, equal in zip(one.terms, rows.tolist(), strict=True) if equal}
    return alike, {(one.vocabulary, term) for one in asked for term in one.terms} - alike


def _equal_rows(
    old: Mapping[str, Tensor], new: Mapping[str, Tensor], count: int, exchanged: Mapping[bytes, frozenset[bytes]]
) -> Tensor:
    equal = np.ones(count, bool)
    for name, value in old.items():
        other = new.get(name)
        if other is None or other.shape != value.shape or value.shape[:1] != (count,):
            return np.zeros(count, bool)
        same = _equal_texts(value, other, exchanged) if value.dtype.kind == "O" else _equal_numbers(value, other)
        equal &= np.asarray(same, bool).reshape(count, -1).all(axis=1)
    return equal


def _equal_numbers(value: Tensor, other: Tensor) -> Tensor:
    return np.isclose(value, other, equal_nan=True)


def _equal_texts(value: Tensor, other: Tensor, exchanged: Mapping[bytes, frozenset[bytes]]) -> list[bool]:
    pairs = zip(value.ravel().tolist(), other.ravel().tolist(), strict=True)
    return [new == old or new in exchanged.get(old, ()) for old, new in pairs]
