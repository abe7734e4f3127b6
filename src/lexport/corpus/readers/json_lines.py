"""JSON Lines: an object a line.

Python's parser, not Arrow's: Arrow's has one type for a whole file, fixed by its first block, and ends the
process at a line that says `null`.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lexport.corpus.progress import FileMeter
from lexport.corpus.readers.diagnosis import SHOWN_NAMES, UnreadableSource, missing_columns
from lexport.corpus.readers.line_blocks import line_blocks
from lexport.corpus.readers.typed_rows import typed_rows
from lexport.corpus.rows import Rows
from lexport.corpus.source_file import SourceFile

__all__ = ["read_json_lines"]

# As Python's objects, the lines take some twenty times as much.
BLOCK_SIZE = 2 << 20

# A third faster than `json.loads`, which looks for spaces around the object.
_decode = json.JSONDecoder().raw_decode


def read_json_lines(file: SourceFile, columns: tuple[str, ...], meter: FileMeter) -> Iterator[Rows]:
    """Reads keys in batches; an object without one, or with `null` there, has no value; a blank line is no row.

    Raises:
        UnreadableSource: a line is not a JSON object, a value is nothing that a column of `Rows` can hold, or no
            object of the file has a key.
        UnicodeDecodeError: the text is not UTF-8.
    """
    if not columns:
        raise missing_columns([], [])
    place = f"line {{}} (from byte {file.span.start} on)" if file.span and file.span.start else "line {}"
    keys = _Keys(columns)
    for lines, objects in _blocks(file, meter, place):
        keys.note(objects)
        cells = {name: [fields.get(name) for fields in objects] for name in columns}
        yield from typed_rows(cells, lines, place)
    if file.span is not None and keys.missing:
        _look_elsewhere(file, keys)
    if keys.missing:
        raise missing_columns([name for name in columns if name in keys.missing], keys.names)


class _Keys:
    """Which keys no object had yet, and some of those that they had."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.missing = set(columns)
        self.names: dict[str, None] = {}

    def note(self, objects: list[dict[str, Any]]) -> None:
        for fields in objects:
            if not self.missing:
                return
            self.missing.difference_update(fields)
            if len(self.names) <= SHOWN_NAMES:
                self.names.update(dict.fromkeys(fields))


def _look_elsewhere(file: SourceFile, keys: _Keys) -> None:
    """A part of a file may be without a key that the file has."""
    for _, objects in _blocks(replace(file, span=None), FileMeter(0), "line {}"):
        keys.note(objects)
        if not keys.missing:
            return


def _blocks(file: SourceFile, meter: FileMeter, place: str) -> Iterator[tuple[list[int], list[dict[str, Any]]]]:
    first_line = 1
    for block in line_blocks(file, meter, BLOCK_SIZE):
        lines: list[int] = []
        objects: list[dict[str, Any]] = []
        for line, row in enumerate(block.decode().split("\n"), first_line):
            if row and not row.isspace():
                lines.append(line)
                objects.append(_object(row, place, line))
        first_line += block.count(b"\n")
        yield lines, objects


def _object(row: str, place: str, line: int) -> dict[str, Any]:
    try:
        fields, end = _decode(row)
        if end < len(row):
            fields = _with_spaces(row, place, line)
    except (ValueError, RecursionError):
        fields = _with_spaces(row, place, line)
    if not isinstance(fields, dict):
        raise UnreadableSource(f"{place.format(line)} must be a JSON object; received {row[:60]!r}")
    return fields


def _with_spaces(row: str, place: str, line: int) -> Any:
    try:
        return json.loads(row)
    except (ValueError, RecursionError) as error:
        remedy = "Write one object a line"
        raise UnreadableSource(f"{place.format(line)} is not JSON: {error}", remedy) from None
