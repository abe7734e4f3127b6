"""`Source`: the files of a data set, and the column that holds the values."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lexport.corpus.formats import Compression, Format, compression_of, format_of
from lexport.corpus.local_files import find_local
from lexport.corpus.remote_files import find_remote, is_url, local_path, without_secrets
from lexport.corpus.source_file import SourceFile
from lexport.errors import Problem, VocabularyError

__all__ = ["Source", "SourceFile"]

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, init=False)
class Source:
    """The files that a vocabulary is built from.

    Attributes:
        files: paths, URLs (`s3://`, `gs://`, `https://`, `memory://`, `file://`) and globs of both (`**` crosses
            folders). The files that they name are read in the order of their names, each once, whatever names it
            twice.
        column: the column of CSV, TSV, Parquet and Arrow files, the key of JSON Lines, the feature of
            `tf.Example`s; None for text, where each line is a value. A value may be a list (of lists); its
            elements count one by one. Missing values do not count.
        format: `"text"`, `"csv"`, `"tsv"`, `"jsonl"`, `"parquet"`, `"arrow"` (Feather too) or `"tfrecord"`; by
            default what the name of each file says. Names that end in `.gz` or `.zst` are decompressed on the way.

    Example:
        >>> Source("data/*.csv.gz", column="description").files
        ('data/*.csv.gz',)
    """

    files: tuple[str, ...]
    column: str | None
    format: Format | None

    def __init__(
        self,
        files: PathLike | Iterable[PathLike],
        column: str | None = None,
        format: Format | str | None = None,  # noqa: A002 - the name of the key in the config
    ) -> None:
        """Takes note of the names; nothing is read yet.

        Raises:
            VocabularyError: the format is not one of those above.
        """
        names = [files] if isinstance(files, str | os.PathLike) else files
        object.__setattr__(self, "files", tuple(os.fspath(name) for name in names))
        object.__setattr__(self, "column", column)
        object.__setattr__(self, "format", _checked_format(format))

    def find(self) -> tuple[list[SourceFile], list[Problem]]:
        """Finds the files; those at URLs are asked for by their names and sizes only.

        Returns:
            The files in the order of their names, and everything that is wrong with the names.
        """
        problems = [] if self.files else [Problem("files", "at least one is required; received none")]
        sizes: dict[str, int] = {}
        for name in map(local_path, self.files):
            for found in find_remote(name) if is_url(name) else find_local(name):
                if isinstance(found, Problem):
                    problems.append(found)
                else:
                    sizes[found[0]] = found[1]
        files: list[SourceFile] = []
        for path in _distinct(sorted(sizes)):
            file = self._examine(path, sizes[path])
            if isinstance(file, Problem):
                problems.append(file)
            else:
                files.append(file)
        return files, list(dict.fromkeys(problems))

    def _examine(self, path: str, size: int) -> SourceFile | Problem:
        where = without_secrets(path)
        kind = self.format or format_of(path)
        if kind is None:
            accepted = ", ".join(Format)
            return Problem(where, "the name does not say what the file is", f"Give the format: {accepted}")
        compression = compression_of(path)
        return self._misfit(where, kind, compression) or SourceFile(path, kind, compression, size)

    def _misfit(self, where: str, kind: Format, compression: Compression | None) -> Problem | None:
        if kind is Format.TEXT and self.column is not None:
            message = f"a text file has no columns; received column {self.column!r}"
            return Problem(where, message, "Leave the column out, or give the format that the file has")
        if kind in (Format.PARQUET, Format.ARROW) and compression:
            return Problem(where, f"{kind.value.capitalize()} compresses inside the file", "Decompress it")
        return None


def _checked_format(value: Format | str | None) -> Format | None:
    if value is None:
        return None
    try:
        return Format(value)
    except ValueError:
        accepted = ", ".join(Format)
        raise VocabularyError(f"the format of a source must be one of {accepted}; received {value!r}") from None


def _distinct(paths: Iterable[str]) -> Iterator[str]:
    """A file that two names or a link lead to would count twice."""
    seen: set[str] = set()
    for path in paths:
        real = path if is_url(path) else os.path.realpath(path)
        if real not in seen:
            seen.add(real)
            yield path
