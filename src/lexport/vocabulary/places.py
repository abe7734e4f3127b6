"""`Places`: where the terms of one vocabulary stand in another one."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

__all__ = ["Places"]


@dataclass(frozen=True)
class Places:
    """Where the terms of an old vocabulary stand in a new one; all as NumPy arrays of int64.

    Attributes:
        new_of_old: the new index of each old term, -1 where the new vocabulary does not have it.
        size: how many terms the new one has.

    Example:
        >>> import pyarrow as pa
        >>> places = Places.of(pa.array(["a", "b", "c"]), pa.array(["a", "c", "d"]))
        >>> places.new_of_old.tolist(), places.added.tolist(), places.removed.tolist(), places.moved.tolist()
        ([0, -1, 1], [2], [1], [2])
    """

    new_of_old: Any
    size: int

    @classmethod
    def of(cls, old: Any, new: Any) -> Self:
        """Finds the terms of an Arrow array in another one; those of another type are other terms."""
        import numpy as np
        import pyarrow.compute as pc

        if old.type != new.type:
            return cls(np.full(len(old), -1, np.int64), len(new))
        found = pc.index_in(old, value_set=new)
        return cls(pc.fill_null(found, -1).to_numpy().astype(np.int64), len(new))

    @cached_property
    def added(self) -> Any:
        """The new indices of the terms that the old one does not have."""
        import numpy as np

        is_new = np.ones(self.size, bool)
        is_new[self.new_of_old[self.kept]] = False
        return np.flatnonzero(is_new)

    @cached_property
    def removed(self) -> Any:
        """The old indices of the terms that the new one does not have."""
        import numpy as np

        return np.flatnonzero(self.new_of_old < 0)

    @cached_property
    def kept(self) -> Any:
        """The old indices of the terms that both have."""
        import numpy as np

        return np.flatnonzero(self.new_of_old >= 0)

    @cached_property
    def moved(self) -> Any:
        """The old indices of the terms that stand elsewhere in the new one."""
        return self.kept[self.new_of_old[self.kept] != self.kept]
