"""What a failure to read says about the file."""

import os
from collections.abc import Iterable, Sequence

from lexport.corpus.remote_files import without_secrets
from lexport.errors import Problem

__all__ = ["UnreadableSource", "check_columns", "diagnose", "missing_columns"]

SHOWN_NAMES = 20

_UTF8 = ("the text is not UTF-8", "Convert the file: iconv -f LATIN1 -t UTF-8, or whatever it was written in")
_SYMPTOMS = {
    "Truncated compressed stream": ("the compressed stream is cut off", "Copy or write the file again, whole"),
    "inflate failed": ("the file is not gzip, or is damaged", "Name it after what it is, or write it again"),
    "decompress failed": ("the file is not zstd, or is damaged", "Name it after what it is, or write it again"),
    "invalid UTF8": _UTF8,
    "Invalid UTF8": _UTF8,
    "not a utf8 string": _UTF8,
    "Empty CSV file": ("the file is empty, or has no complete line", ""),
    "Parquet magic bytes": ("the file is not Parquet, or is cut off", "Copy or write the file again, whole"),
    "Parquet file size is": ("the file is not Parquet, or is cut off", "Copy or write the file again, whole"),
}


class UnreadableSource(Exception):  # noqa: N818 - a condition of the data, turned into a Problem by the engine
    """A file does not hold what was asked for.

    Args:
        message: what was required and what was received.
        remedy: what to do about it.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


def check_columns(columns: Sequence[str], names: Sequence[str]) -> None:
    """Checks that each column is there, once.

    Raises:
        UnreadableSource: one is not.

    Example:
        >>> check_columns(("word",), ["word", "tags"])
    """
    missing = [name for name in columns if name not in names]
    if missing or not columns:
        raise missing_columns(missing, names)
    for name in columns:
        if names.count(name) > 1:
            raise UnreadableSource(f"{names.count(name)} columns are called {name!r}", "Rename all but one")


def missing_columns(missing: Sequence[str], names: Iterable[str]) -> UnreadableSource:
    """Gives the error of columns that are not there; it names those that are.

    Example:
        >>> print(missing_columns(["word"], ["words", "tags"]))
        there is no column 'word'; the file has 'words', 'tags'
    """
    names = list(names)
    shown = ", ".join(map(repr, names[:SHOWN_NAMES])) or "none"
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    asked = f"there is no column {' and no column '.join(map(repr, missing))}" if missing else "a column is required"
    return UnreadableSource(f"{asked}; the file has {shown}{more}", "Name one of these" if names else "")


def diagnose(file: str | os.PathLike[str], error: Exception) -> Problem:
    """Turns whatever a reader raised into a problem of the file.

    Example:
        >>> print(diagnose("a.csv.gz", OSError("Truncated compressed stream")))
        a.csv.gz: the compressed stream is cut off. Copy or write the file again, whole
    """
    where = without_secrets(os.fspath(file))
    if isinstance(error, UnreadableSource):
        return Problem(where, str(error), error.remedy)
    if isinstance(error, UnicodeError):
        return Problem(where, *_UTF8)
    if isinstance(error, OSError) and error.strerror and error.filename:
        return Problem(where, f"cannot be read: {error.strerror}")
    text = " ".join(str(error).split())
    for symptom, (message, remedy) in _SYMPTOMS.items():
        if symptom in text:
            return Problem(where, message, remedy)
    return Problem(where, f"cannot be read: {text[:300]}")
