"""`Statistics`: what was counted for the terms of a vocabulary, and its file."""

import json
import os
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import IO, Any

from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.atomic_files import atomic_files

__all__ = ["Statistics"]

_COLUMNS = ("counts", "document_counts", "weights", "scores")
_METADATA = b"lexport.statistics"
_FORMAT = 1


@dataclass(frozen=True)
class Statistics:
    """What was counted for the terms of a vocabulary, one number a term, in the order of the terms.

    Every sequence of integers that fit into int64 is taken, and copied; each comes out as a read-only `memoryview`
    of int64, which NumPy takes without copying it.

    Attributes:
        counts: how often each term was seen, or None.
        document_counts: in how many documents (rows of the data) each term was seen, or None.
        weights: the weights of each term added up, in millionths, or None.
        scores: the measure that ranked the terms, such as mutual information, in millionths, or None.
        documents: how many documents there were, those without any of the terms included, or None.
        tokens: how many tokens were counted, those of terms that were cut included, or None.
        vocabulary: the sha256 of the vocabulary; empty until a vocabulary takes the statistics.

    Example:
        >>> statistics = Statistics(counts=[90, 61], document_counts=[40, 35], documents=50)
        >>> list(statistics.counts), statistics.documents
        ([90, 61], 50)
    """

    counts: Sequence[int] | None = None
    document_counts: Sequence[int] | None = None
    weights: Sequence[int] | None = None
    scores: Sequence[int] | None = None
    documents: int | None = None
    tokens: int | None = None
    vocabulary: str = ""

    def __post_init__(self) -> None:
        for name in _COLUMNS:
            values = getattr(self, name)
            if values is not None:
                object.__setattr__(self, name, _frozen(name, values))

    def __reduce__(self) -> tuple[Any, ...]:
        # A memoryview cannot be pickled.
        values = [getattr(self, field.name) for field in fields(self)]
        return (Statistics, tuple(array("q", value) if isinstance(value, memoryview) else value for value in values))

    def misfits(self, name: str, size: int) -> Iterator[Problem]:
        """Finds columns that have not one number for each of `size` terms of vocabulary `name`."""
        for column in _COLUMNS:
            values = getattr(self, column)
            if values is not None and len(values) != size:
                message = f"vocabulary {name!r} has {size} terms; {column} must have as many, received {len(values)}"
                yield Problem("", message)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes a Parquet file with a row for each term; an existing file is replaced whole or not at all.

        The file holds the digest of the vocabulary, and is of no use beside another one.

        Raises:
            VocabularyError: the file cannot be written.

        Example:
            >>> Statistics(counts=[90, 61], tokens=200).write("words.parquet")
            >>> Statistics.read("words.parquet").tokens
            200
        """
        try:
            with atomic_files(path) as (file,):
                self.write_to(file)
        except OSError as error:
            raise VocabularyError(f"cannot write statistics to {os.fspath(path)}: {error.strerror}") from error

    def write_to(self, file: IO[bytes]) -> None:
        """Writes the Parquet file into an open file."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {name: getattr(self, name) for name in _COLUMNS}
        table = pa.table({name: _arrow(values) for name, values in columns.items() if values is not None})
        facts = {"format": _FORMAT, "vocabulary": self.vocabulary, "documents": self.documents, "tokens": self.tokens}
        pq.write_table(table.replace_schema_metadata({_METADATA: json.dumps(facts)}), file, compression="zstd")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> "Statistics":
        """Reads what `write` wrote.

        Raises:
            VocabularyError: the file is missing, damaged, or no such file.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        where = os.fspath(path)
        try:
            table = pq.read_table(where, partitioning=None)
        except OSError as error:
            reason = error.strerror or str(error).split(". Detail", 1)[0]
            raise VocabularyError(f"cannot read statistics from {where}: {reason}") from error
        except pa.ArrowException as error:
            raise VocabularyError(f"{where} is no Parquet file, or a damaged one: {error}") from error
        facts = _facts(where, table)
        columns = {name: table[name].to_numpy() for name in table.column_names}
        return cls(**columns, **{key: facts[key] for key in ("documents", "tokens", "vocabulary")})


def _frozen(name: str, values: Any) -> memoryview:
    try:
        return memoryview(_copied(values)).toreadonly()
    except (OverflowError, TypeError, ValueError) as error:
        raise VocabularyError(f"{name} must be integers that fit into int64: {error}") from error


def _copied(values: Any) -> "array[int]":
    try:
        view = memoryview(values)
    except TypeError:
        return array("q", map(int, values))
    if view.itemsize == 8 and view.format in ("q", "l") and view.ndim == 1:
        copy = array("q")
        copy.frombytes(view.tobytes())
        return copy
    return array("q", map(int, view))


def _arrow(values: Any) -> Any:
    import numpy as np
    import pyarrow as pa

    return pa.array(np.asarray(values, dtype=np.int64))


def _facts(where: str, table: Any) -> Mapping[str, Any]:
    """Reads and checks what the file says about itself."""
    import pyarrow as pa

    facts: dict[str, Any] = {}
    try:
        facts = json.loads((table.schema.metadata or {})[_METADATA])
        sound = facts["format"] == _FORMAT and set(facts) == {"format", "vocabulary", "documents", "tokens"}
    except (KeyError, TypeError, ValueError):
        sound = False
    if not sound:
        raise VocabularyError(
            f"{where} holds no statistics of a vocabulary that this version of lexport can read. Write them with "
            "Vocabulary.write(path, statistics=...)"
        )
    wrong = [field.name for field in table.schema if field.name not in _COLUMNS or field.type != pa.int64()] + [
        name for name in table.column_names if table[name].null_count
    ]
    if wrong:
        raise VocabularyError(f"{where}: must have columns of int64 among {', '.join(_COLUMNS)}; received {wrong}")
    return facts
