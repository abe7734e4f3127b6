"""`typed_rows`: from values as Python has them, row by row, to `Rows` of one type a column."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.rows import Rows

__all__ = ["typed_rows"]

NONE = type(None)
_KINDS = {str: pa.large_string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), bytes: pa.large_string()}
_LISTED = (str, int, bytes)


def typed_rows(cells: Mapping[str, Sequence[Any]], numbers: Sequence[int], place: str) -> Iterator[Rows]:
    """Makes `Rows` of some rows; each of the rows is in one of them.

    JSON Lines and `tf.Example` have no type for a whole column. Where a column has strings in one row and integers
    in another, the rows come apart, by the types of all their columns.

    Args:
        cells: the values of each column: None, `str`, `bytes` of UTF-8, `int`, `float`, `bool`, or lists, at any
            depth, of strings or of integers.
        numbers: of the rows, by which an error names them.
        place: what an error calls a row, such as `line {}`.

    Raises:
        UnreadableSource: a value is something else, a list has both strings and integers, an integer does not fit
            into int64, or text is not UTF-8.

    Example:
        >>> for rows in typed_rows({"x": ["a", 1, None], "w": [0.5, 2.0, 1.0]}, [1, 2, 3], "line {}"):
        ...     print(rows.number, rows.columns["x"].to_pylist(), rows.columns["w"].to_pylist())
        1 ['a'] [0.5]
        1 [1] [2.0]
        1 [None] [1.0]
    """
    if not numbers:
        return
    rows = _Places(numbers, place)
    kinds = {name: _common_kind(values) for name, values in cells.items()}
    if all(kinds.values()):
        yield _rows(cells, kinds, rows)
        return
    flat = {name: [_flat(value, rows, row) for row, value in enumerate(values)] for name, values in cells.items()}
    yield from _apart(flat, rows)


def _common_kind(values: Sequence[Any]) -> type | None:
    """The one type of all values, or of all elements of their lists; None where it takes a closer look."""
    found = {*map(type, values)} - {NONE}
    if found == {list}:
        found = {*map(type, chain.from_iterable(value for value in values if value))}
        return next(iter(found), str) if len(found) < 2 and found <= {*_LISTED} else None
    return next(iter(found), str) if len(found) < 2 and found <= _KINDS.keys() else None


class _Places:
    """What errors call the rows; written only for those that have one."""

    def __init__(self, numbers: Sequence[int], place: str) -> None:
        self.numbers = numbers
        self._place = place

    def __getitem__(self, row: int) -> str:
        return self._place.format(self.numbers[row])

    def take(self, rows: Sequence[int]) -> "_Places":
        return _Places([self.numbers[row] for row in rows], self._place)


def _apart(flat: Mapping[str, Sequence[Any]], places: _Places) -> Iterator[Rows]:
    kinds = {name: [_kind(value, places, row) for row, value in enumerate(values)] for name, values in flat.items()}
    if all(len({*found} - {NONE}) < 2 for found in kinds.values()):
        yield _rows(flat, {name: next(iter({*found} - {NONE}), str) for name, found in kinds.items()}, places)
        return
    groups: dict[tuple[type, ...], list[int]] = {}
    for row, found in enumerate(zip(*kinds.values(), strict=True)):
        groups.setdefault(found, []).append(row)
    for group, chosen in groups.items():
        cells = {name: [values[row] for row in chosen] for name, values in flat.items()}
        yield _rows(cells, dict(zip(flat, group, strict=True)), places.take(chosen))


def _flat(value: Any, places: _Places, row: int) -> Any:
    """A list of lists becomes one list; whatever has no place in a column is refused."""
    if value is None or type(value) in _KINDS:
        return value
    if type(value) is not list:
        raise _refusal(value, places[row])
    values: list[Any] = []
    waiting: list[Any] = [value]
    while waiting:
        element = waiting.pop()
        if isinstance(element, list):
            waiting.extend(reversed(element))
        elif type(element) in _LISTED:
            values.append(element)
        elif element is not None:
            raise _refusal(element, places[row])
    return values


def _kind(value: Any, places: _Places, row: int) -> type:
    if type(value) is not list:
        return type(value)
    kinds = {*map(type, value)}
    if len(kinds) > 1:
        raise UnreadableSource(f"{places[row]} has strings and integers in one list: {str(value)[:60]}")
    return next(iter(kinds), NONE)


def _rows(cells: Mapping[str, Sequence[Any]], kinds: Mapping[str, type | None], places: _Places) -> Rows:
    return Rows(len(places.numbers), {name: _array(cells[name], kinds[name], places) for name in cells})


def _array(values: Sequence[Any], kind: type | None, places: _Places) -> Any:
    wanted = _KINDS.get(kind or str, pa.large_string())
    if any(type(value) is list for value in values):
        values = [value if value is None or type(value) is list else [value] for value in values]
        wanted = pa.large_list(wanted)
    try:
        return _encoded(values, wanted) if kind is bytes else pa.array(values, wanted)
    except UnicodeEncodeError as error:
        raise UnreadableSource(f"{error.object!r} cannot be written as UTF-8") from None
    except (OverflowError, pa.ArrowInvalid):
        raise _unfit(values, places) from None


def _encoded(values: Sequence[Any], wanted: Any) -> Any:
    raw = pa.large_list(pa.large_binary()) if pa.types.is_large_list(wanted) else pa.large_binary()
    return pa.array(values, raw).cast(wanted)


def _unfit(values: Sequence[Any], places: _Places) -> UnreadableSource:
    """Names the first value that Arrow cannot hold."""
    for row, value in enumerate(values):
        for element in value if type(value) is list else [value]:
            if type(element) is int and not -(2**63) <= element < 2**63:
                return UnreadableSource(f"{places[row]}: the integer {element} does not fit into int64")
            if type(element) is bytes:
                try:
                    element.decode()
                except UnicodeDecodeError:
                    remedy = "Only UTF-8 can be a term"
                    return UnreadableSource(f"{places[row]} holds bytes that are not UTF-8: {element[:60]!r}", remedy)
    raise AssertionError("Arrow and Python disagree about what fits")


def _refusal(value: Any, place: str) -> UnreadableSource:
    accepted = "a string, a number, a boolean, or a list of strings or of integers"
    return UnreadableSource(f"{place} must hold {accepted}; received {str(value)[:60]}")
