"""`NewRows`: from which row of an old matrix each row of a new one comes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lexport.errors import VocabularyError
from lexport.warmstart.ids import Ids

__all__ = ["NewRows", "new_rows"]


@dataclass(frozen=True)
class NewRows:
    """The rows of a new matrix.

    Attributes:
        source: int64 of shape `(new rows,)`, the row of the old matrix; -1 where there is none.
        special: how many rows stand before the terms.
        kept: how many terms are in both vocabularies.
        dropped: how many are in the old one alone.
        spare: how many rows stand behind the terms.
        spare_dropped: how many rows behind the old terms have no place in the new matrix.
    """

    source: Any
    special: int
    kept: int
    dropped: int
    spare: int
    spare_dropped: int = 0

    @property
    def new(self) -> int:
        """How many terms have no source."""
        return int((self.source[: len(self.source) - self.spare] < 0).sum())

    def __str__(self) -> str:
        parts = [f"{self.kept:,} terms kept", f"{self.new:,} new", f"{self.dropped:,} dropped"]
        parts += [f"{self.special:,} special"] * bool(self.special) + [f"{self.spare:,} spare"] * bool(self.spare)
        parts += [f"{self.spare_dropped:,} spare dropped"] * bool(self.spare_dropped)
        return ", ".join(parts)


def new_rows(old: Ids, new: Ids, rows: int, special_rows: int | None = None, new_size: int | None = None) -> NewRows:
    """Finds where the rows of the surviving terms are.

    Args:
        old: what the rows of the old matrix stand for.
        new: what those of the new one are to stand for.
        rows: how many rows the old matrix has.
        special_rows: how many of them stand before the terms; by default what the layers say, or all that are more
            than the terms.
        new_size: how many rows the new matrix has; by default as many behind the terms as the old one.

    Raises:
        VocabularyError: there are fewer rows than ids, the special ids are others, or one vocabulary has strings
            and the other integers.
    """
    special = _special(old, new, rows, special_rows)
    spare = rows - special - len(old)
    if special < 0 or spare < 0:
        ids = len(old) + max(special, 0)
        raise VocabularyError(f"the old matrix must have a row for each of the {ids:,} ids; received {rows:,} rows")
    new_ids = special + len(new)
    room = spare if new_size is None else new_size - new_ids
    if room < 0:
        raise VocabularyError(
            f"the new matrix must have a row for each of the {new_ids:,} ids; received {new_size:,} rows"
        )
    found = _places(old, new)
    terms = np.where(found >= 0, found + special, -1)
    # Ids that no term has are not told apart, so rows behind the terms stay in their order, as many as there is room.
    behind = np.full(room, -1)
    behind[:spare] = np.arange(rows - spare, rows)[:room]
    kept = int((found >= 0).sum())
    source = np.concatenate([np.arange(special), terms, behind])
    return NewRows(source, special, kept, len(old) - kept, room, max(spare - room, 0))


def _special(old: Ids, new: Ids, rows: int, asked: int | None) -> int:
    if old.special is not None and new.special is not None and old.special != new.special:
        raise VocabularyError(
            f"{old.owner} and {new.owner} must give the same special ids before their terms, as an id for what is out "
            f"of the vocabulary stands for another set of words where there are more or fewer of them; received "
            f"{_told(old)} and {_told(new)}"
        )
    known = old.special if old.special is not None else new.special
    if known is not None and asked not in (None, len(known)):
        raise VocabularyError(f"special_rows must be {len(known)}, as the layers say; received {asked}")
    if known is not None:
        return len(known)
    return rows - len(old) if asked is None else asked


def _told(ids: Ids) -> str:
    return f"({', '.join(ids.special or ())})"


def _places(old: Ids, new: Ids) -> Any:
    import pyarrow.compute as pc

    if old.terms.type != new.terms.type:
        raise VocabularyError(
            f"{old.owner} and {new.owner} must both have strings, or both integers; received {old.terms.type} and "
            f"{new.terms.type}"
        )
    return pc.fill_null(pc.index_in(new.terms, value_set=old.terms), -1).to_numpy().astype(np.int64)
