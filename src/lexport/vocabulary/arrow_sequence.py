"""`ArrowSequence`: millions of values as a Python sequence, made into Python objects only where somebody looks."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, overload

__all__ = ["ArrowSequence"]

T = TypeVar("T")
AT_ONCE = 1 << 16
SHOWN = 20


class ArrowSequence(Sequence[T]):
    """A sequence over Arrow arrays of the same length; it equals a tuple of the same elements.

    Args:
        *columns: Arrow arrays. Of one the elements are its values, of several they are tuples.

    Attributes:
        columns: the arrays, for those who go on with Arrow or NumPy.

    Example:
        >>> import pyarrow as pa
        >>> moved = ArrowSequence(pa.array(["of", "the"]), pa.array([1, 0]), pa.array([0, 1]))
        >>> len(moved), moved[0], moved == (("of", 1, 0), ("the", 0, 1))
        (2, ('of', 1, 0), True)
    """

    def __init__(self, *columns: Any) -> None:
        self.columns = columns

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> "ArrowSequence[T]": ...
    def __getitem__(self, index: int | slice) -> "T | ArrowSequence[T]":
        if isinstance(index, slice):
            return ArrowSequence(*(column[index] for column in self.columns))
        values = [column[index].as_py() for column in self.columns]
        element: T = values[0] if len(values) == 1 else tuple(values)  # type: ignore[assignment]
        return element

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[T]:
        for start in range(0, len(self), AT_ONCE):
            parts = [column.slice(start, AT_ONCE).to_pylist() for column in self.columns]
            yield from parts[0] if len(parts) == 1 else zip(*parts, strict=True)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ArrowSequence):
            return len(self.columns) == len(other.columns) and all(
                mine.equals(theirs) for mine, theirs in zip(self.columns, other.columns, strict=True)
            )
        if not isinstance(other, tuple):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        if len(self) <= SHOWN:
            return repr(tuple(self))
        return f"<{len(self):,} elements: {', '.join(map(repr, self[:SHOWN]))}, ...>"
