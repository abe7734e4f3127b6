"""The full table of counts as a file, so that tomorrow's data can be added to what was counted today."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import WEIGHT_UNIT, Counted
from lexport.corpus.one_array import one_array
from lexport.corpus.selection.ordering import best_first
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.atomic_files import atomic_files

__all__ = ["counting_definition", "counts_file", "read_counts", "write_counts", "write_counts_into"]

FORMAT = 1
METADATA = b"lexport.counts"
ROW_GROUP = 1 << 20
LARGEST_ROW_GROUP = 1 << 26  # of pyarrow's writer


def counting_definition(job: CountJob) -> dict[str, Any]:
    """Says how terms were counted, as JSON values: everything that changes a count, and not the name.

    A function is named by its module and qualified name: what it does is beyond what can be compared.

    Example:
        >>> from lexport.corpus import TextTerms
        >>> definition = counting_definition(CountJob("words", "text", TextTerms(split="whitespace")))
        >>> definition["column"], definition["terms"]["split"]
        ('text', 'whitespace')
    """
    definition = {field.name: _plain(getattr(job, field.name)) for field in fields(job) if field.name != "name"}
    return {**definition, "weight_unit": WEIGHT_UNIT}


def write_counts(path: str | os.PathLike[str], counted: Counted, job: CountJob) -> Iterator[Any]:
    """Writes everything that was counted to a Parquet file, table by table, and hands each table on.

    So one pass over the counts both writes them and chooses terms. The file takes its place whole once the last
    table was taken; where the consumer stops before, nothing is written.

    Args:
        path: the file; an existing one is replaced, also where it is the one that the counts were added to.
        counted: what was counted, all terms, also those that no vocabulary will have.
        job: how it was counted.

    Yields:
        The tables of `counted`.

    Raises:
        VocabularyError: the file cannot be written.

    Example:
        >>> from lexport.corpus import TextTerms
        >>> job = CountJob("words", None, TextTerms())
        >>> table = pa.table({"term": pa.array(["the"], pa.large_string()), "count": [90]})
        >>> len(list(write_counts("words.counts.parquet", Counted([table], rows=50), job)))
        1
        >>> read_counts("words.counts.parquet", job).rows
        50
    """
    with counts_file(path) as file:
        yield from write_counts_into(file, counted, job)


@contextmanager
def counts_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Opens a file of counts, which takes its place when the block ends without an error.

    Args:
        path: the file; an existing one is replaced.

    Raises:
        VocabularyError: the file cannot be written; the old one is there then.
    """
    within = False
    try:
        with atomic_files(path) as (file,):
            within = True
            yield file
            within = False
    except OSError as error:
        if within:
            raise  # of the block, which may do more than to write this file
        raise VocabularyError(f"cannot write counts to {os.fspath(path)}: {error.strerror}") from error


def write_counts_into(file: IO[bytes], counted: Counted, job: CountJob) -> Iterator[Any]:
    """Does what `write_counts` does, into a file that somebody else has opened.

    Args:
        file: as `counts_file` gives it.
        counted: what was counted.
        job: how it was counted.

    Yields:
        The tables of `counted`.

    Raises:
        VocabularyError: the file cannot be written.
    """
    facts = {
        "format": FORMAT,
        "rows": counted.rows,
        "definition": counting_definition(job),
        "labels": None if counted.labels is None else counted.labels.to_pydict(),
    }
    try:
        yield from _written(file, counted.tables, job, facts)
    except OSError as error:
        raise VocabularyError(f"cannot write the counts of {job.name!r}: {error.strerror}") from error


def read_counts(path: str | os.PathLike[str], job: CountJob) -> Counted:
    """Opens a file of counts; its tables are read one after the other, when they are asked for.

    They are partial tables as an engine makes them: merged with those of new data they give what counting all of it
    would give.

    Args:
        path: the file that `write_counts` wrote.
        job: how the new data is counted; the file must have been counted in the same way.

    Raises:
        VocabularyError: the file is missing, damaged or no such file, or was counted in another way; each difference
            is named.
    """
    where = os.fspath(path)
    with _opened(where) as file:
        facts = _facts(where, file.schema_arrow)
        differences = list(_differences(facts["definition"], counting_definition(job)))
        if differences:
            raise VocabularyError(f"{where} was counted in another way, and cannot be added to", differences)
        _check_columns(where, file.schema_arrow, job)
    return Counted(_Tables(where), rows=facts["rows"], labels=_labels(facts["labels"]))


@dataclass(frozen=True)
class _Tables:
    """The row groups of a file, read anew by each iteration."""

    where: str

    def __iter__(self) -> Iterator[Any]:
        with _opened(self.where) as file:
            for index in range(file.num_row_groups):
                try:
                    table = file.read_row_group(index).replace_schema_metadata(None)
                    empty = [name for name in table.column_names if table[name].null_count and name != "label"]
                    if empty:
                        raise VocabularyError(f"{self.where} is damaged: there are rows without a {empty[0]}")
                    yield table
                except (OSError, pa.ArrowException) as error:
                    raise VocabularyError(f"{self.where} is damaged: {error}") from error


def _written(file: Any, tables: Iterable[Any], job: CountJob, facts: Mapping[str, Any]) -> Iterator[Any]:
    schema = _schema(job).with_metadata({METADATA: json.dumps(facts)})
    with pq.ParquetWriter(file, schema, compression="zstd", compression_level=1) as writer:
        for table in tables:
            # With labels a term has several rows, which belong into one table: so there each table is a row group.
            size = ROW_GROUP if job.label is None else max(1, len(table))
            if size > LARGEST_ROW_GROUP:
                raise VocabularyError(f"a table of counts must have at most {LARGEST_ROW_GROUP} rows; received {size}")
            writer.write_table(_in_order(table.select(schema.names).cast(_schema(job))), row_group_size=size)
            yield table


def _in_order(table: Any) -> Any:
    """By terms and labels: in which order threads have counted them is nobody's business."""
    if "label" in table.column_names:
        return table.sort_by([("term", "ascending"), ("label", "ascending")])
    order = best_first(np.zeros(len(table), np.int64), one_array(table["term"]))
    return table.take(pa.array(order[::-1]))


def _schema(job: CountJob) -> Any:
    names = ["count"]
    names += ["documents"] if job.documents else []
    names += ["weight"] if job.weight is not None else []
    term = pa.field("term", pa.large_string() if job.dtype == "string" else pa.int64())
    label = [] if job.label is None else [pa.field("label", pa.large_string())]
    return pa.schema([term, *label, *(pa.field(name, pa.int64()) for name in names)])


def _opened(where: str) -> Any:
    try:
        return pq.ParquetFile(where)
    except OSError as error:
        reason = error.strerror or str(error).split(". Detail", 1)[0]
        raise VocabularyError(f"cannot read counts from {where}: {reason}") from error
    except pa.ArrowException as error:
        raise VocabularyError(f"{where} is no Parquet file, or a damaged one: {error}") from error


def _facts(where: str, schema: Any) -> Mapping[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((schema.metadata or {})[METADATA])
        sound = facts["format"] == FORMAT and isinstance(facts["rows"], int) and "labels" in facts
        sound = sound and isinstance(facts["definition"], dict)
    except (KeyError, TypeError, ValueError):
        sound = False
    if not sound:
        raise VocabularyError(f"{where} holds no counts that this version of lexport can read")
    return facts


def _check_columns(where: str, schema: Any, job: CountJob) -> None:
    if schema.remove_metadata() != _schema(job):
        received = ", ".join(f"{field.name} ({field.type})" for field in schema)
        required = ", ".join(f"{field.name} ({field.type})" for field in _schema(job))
        raise VocabularyError(f"{where}: must have the columns {required}; received {received}")


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> Iterator[Problem]:
    for key in dict.fromkeys([*old, *new]):
        before, now = old.get(key), new.get(key)
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            yield from _differences(before, now, f"{path}{key}.")
        elif before != now:
            yield Problem(f"{path}{key}", f"was {before!r} then, and is {now!r} now", "Count all of the data anew")


def _labels(columns: Mapping[str, Any] | None) -> Any:
    if columns is None:
        return None
    kinds = {name: pa.large_string() if name == "label" else pa.int64() for name in columns}
    return pa.table({name: pa.array(values, kinds[name]) for name, values in columns.items()})


def _plain(value: Any) -> Any:
    """Gives a value as JSON would give it back."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if callable(value):
        return f"{value.__module__}:{value.__qualname__}"
    return value if isinstance(value, str | int | float | bool | None) else repr(value)
