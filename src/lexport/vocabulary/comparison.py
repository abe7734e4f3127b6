"""`Comparison`: two vocabularies side by side, with what was counted for them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from lexport.vocabulary.file_format import Term
from lexport.vocabulary.places import Places
from lexport.vocabulary.statistics import Statistics

__all__ = ["Change", "Comparison"]


class Change(NamedTuple):
    """One term in two vocabularies.

    Attributes:
        term: the term.
        old: its index in the old one, from 0 on; None where it does not have it.
        new: its index in the new one.
        old_count: how often it was seen, where that is known.
        new_count: the same, for the new one.
    """

    term: Term
    old: int | None
    new: int | None
    old_count: int | None
    new_count: int | None


@dataclass(frozen=True)
class Comparison:
    """Two vocabularies side by side. Millions of terms are compared; only those that are asked for become objects.

    Attributes:
        old: an Arrow array of distinct `large_string` or `int64`.
        new: another one.
        old_statistics: what was counted for the old terms, or None.
        new_statistics: what was counted for the new ones, or None.

    Example:
        >>> import pyarrow as pa
        >>> old, new = (pa.array(terms, pa.large_string()) for terms in (["the", "of"], ["of", "the", "cat"]))
        >>> comparison = Comparison(old, new, Statistics(counts=[9, 5]), Statistics(counts=[8, 7, 2]))
        >>> comparison.same, comparison.added(10)
        (False, [Change(term='cat', old=None, new=2, old_count=None, new_count=2)])
        >>> comparison.moved(1), len(comparison.places.moved)
        ([Change(term='the', old=0, new=1, old_count=9, new_count=7)], 2)
        >>> [change.term for change in comparison.changed(2)]
        ['of', 'the']
    """

    old: Any
    new: Any
    old_statistics: Statistics | None = None
    new_statistics: Statistics | None = None

    @cached_property
    def places(self) -> Places:
        """Where the old terms stand among the new ones."""
        return Places.of(self.old, self.new)

    @property
    def same(self) -> bool:
        """Whether both have the same terms in the same order, whatever was counted."""
        return not (len(self.places.added) or len(self.places.removed) or len(self.places.moved))

    def added(self, limit: int) -> list[Change]:
        """The first of the terms that only the new one has: the most frequent, where that is known."""
        import numpy as np

        new = _most_frequent(self.places.added, self._counts[1], limit)
        return self._changes(np.full(len(new), -1, np.int64), new)

    def removed(self, limit: int) -> list[Change]:
        """The first of the terms that only the old one has: the most frequent, where that is known."""
        import numpy as np

        old = _most_frequent(self.places.removed, self._counts[0], limit)
        return self._changes(old, np.full(len(old), -1, np.int64))

    def moved(self, limit: int) -> list[Change]:
        """The first of the terms that stand elsewhere, in the old order."""
        old = self.places.moved[:limit]
        return self._changes(old, self.places.new_of_old[old])

    def changed(self, limit: int) -> list[Change] | None:
        """The terms of both whose count has changed most; None where the counts of one are not known.

        Where it is known how many tokens were counted on both sides, it is the share of them that counts: with
        twice the data every count is twice as large, and nothing has changed.
        """
        import numpy as np

        old_counts, new_counts = self._counts
        if old_counts is None or new_counts is None:
            return None
        old = self.places.kept
        new = self.places.new_of_old[old]
        before, after = self._tokens
        differences = np.abs(new_counts[new] / after - old_counts[old] / before)
        order = np.argsort(-differences, kind="stable")[:limit]
        chosen = old[order[differences[order] > 0]]
        return self._changes(chosen, self.places.new_of_old[chosen])

    @cached_property
    def _counts(self) -> tuple[Any, Any]:
        import numpy as np

        known = [one.counts if one else None for one in (self.old_statistics, self.new_statistics)]
        old, new = (None if counts is None else np.asarray(counts) for counts in known)
        return old, new

    @property
    def _tokens(self) -> tuple[int, int]:
        old, new = (one.tokens if one else None for one in (self.old_statistics, self.new_statistics))
        return (old, new) if old and new else (1, 1)

    def _changes(self, old: Any, new: Any) -> list[Change]:
        """Puts the terms at these indices side by side; -1 where there is none."""
        import pyarrow as pa

        terms = self.new.take(pa.array(new)) if len(new) and (old < 0).all() else self.old.take(pa.array(old))
        old_counts, new_counts = (_at(counts, at) for counts, at in zip(self._counts, (old, new), strict=True))
        indices = ([None if at < 0 else at for at in side.tolist()] for side in (old, new))
        return [Change(*values) for values in zip(terms.to_pylist(), *indices, old_counts, new_counts, strict=True)]


def _at(counts: Any, indices: Any) -> list[int | None]:
    return [None if counts is None or at < 0 else int(counts[at]) for at in indices.tolist()]


def _most_frequent(indices: Any, counts: Any, limit: int) -> Any:
    import numpy as np

    if counts is None:
        return indices[:limit]
    return indices[np.argsort(-counts[indices], kind="stable")[:limit]]
