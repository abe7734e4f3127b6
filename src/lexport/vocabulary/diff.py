"""What changed between two vocabularies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lexport.vocabulary.arrow_sequence import ArrowSequence
from lexport.vocabulary.file_format import Dtype, Term, decode_terms
from lexport.vocabulary.places import Places

__all__ = ["VocabularyDiff", "diff_arrow", "diff_bytes", "diff_terms"]

# Up to so many bytes Python is done before Arrow is imported.
SMALL = 1 << 18


@dataclass(frozen=True)
class VocabularyDiff:
    """The difference of two vocabularies, by term.

    Each attribute is a tuple, or, between large vocabularies, a sequence over Arrow arrays that equals such a tuple:
    there are no Python objects for millions of terms until somebody asks for them.

    Attributes:
        added: terms that only the new one has, in its order.
        removed: terms that only the old one has, in its order.
        moved: terms that both have, with the old and the new index, in the old order.

    Example:
        >>> difference = VocabularyDiff(added=("gnu",), removed=(), moved=(("of", 1, 2),))
        >>> bool(difference), str(difference)
        (True, '1 added, 0 removed, 1 moved')
    """

    added: Sequence[Term]
    removed: Sequence[Term]
    moved: Sequence[tuple[Term, int, int]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)

    def __str__(self) -> str:
        return f"{len(self.added)} added, {len(self.removed)} removed, {len(self.moved)} moved"


def diff_bytes(old: bytes, old_dtype: Dtype, new: bytes, new_dtype: Dtype) -> VocabularyDiff:
    r"""Compares the canonical bytes of two vocabularies.

    Example:
        >>> str(diff_bytes(b"a\nb\n", "string", b"b\n", "string"))
        '0 added, 1 removed, 1 moved'
    """
    if len(old) + len(new) <= SMALL:
        return diff_terms(decode_terms(old, old_dtype), decode_terms(new, new_dtype))
    from lexport.vocabulary.arrow_terms import arrow_terms

    return diff_arrow(arrow_terms(old, old_dtype), arrow_terms(new, new_dtype))


def diff_terms(old: tuple[Term, ...], new: tuple[Term, ...]) -> VocabularyDiff:
    """Compares two tuples of distinct terms.

    Example:
        >>> diff_terms(("a", "b", "c"), ("a", "c", "d"))
        VocabularyDiff(added=('d',), removed=('b',), moved=(('c', 2, 1),))
    """
    old_index = {term: index for index, term in enumerate(old)}
    new_index = {term: index for index, term in enumerate(new)}
    return VocabularyDiff(
        added=tuple(term for term in new if term not in old_index),
        removed=tuple(term for term in old if term not in new_index),
        moved=tuple(
            (term, index, new_index[term]) for term, index in old_index.items() if new_index.get(term, index) != index
        ),
    )


def diff_arrow(old: Any, new: Any) -> VocabularyDiff:
    """Compares two Arrow arrays of distinct terms; ten million take seconds.

    Args:
        old: of `large_string` or `int64`, without nulls.
        new: of either type; where it is another one than that of `old`, no term is in both.

    Example:
        >>> import pyarrow as pa
        >>> diff_arrow(pa.array(["a", "b", "c"]), pa.array(["a", "c", "d"]))
        VocabularyDiff(added=('d',), removed=('b',), moved=(('c', 2, 1),))
    """
    import pyarrow as pa

    places = Places.of(old, new)
    moved = pa.array(places.moved)
    return VocabularyDiff(
        ArrowSequence(new.take(pa.array(places.added))),
        ArrowSequence(old.take(pa.array(places.removed))),
        ArrowSequence(old.take(moved), moved, pa.array(places.new_of_old[places.moved])),
    )
