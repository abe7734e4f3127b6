"""`count_terms`: counts the terms of rows where nothing but the terms is counted."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.count_job import CountJob
from lexport.corpus.integer_terms import parse_integers
from lexport.corpus.kernel.byte_maps import byte_map
from lexport.corpus.kernel.row_values import flat_values
from lexport.corpus.kernel.term_table import TermTable
from lexport.corpus.one_array import one_array
from lexport.corpus.rows import Rows

__all__ = ["count_terms"]

SLICE = 128 << 10  # bytes of values


def count_terms(rows: Rows, job: CountJob, table: TermTable) -> None:
    r"""Counts the terms of some rows.

    Args:
        rows: with the columns of the job.
        job: what to count; a plain one.
        table: of the job's dtype, to which the counts are added.

    Raises:
        UnreadableSource: a column does not hold what the job counts.
        VocabularyError: text is no integer, where integers are counted.

    Example:
        >>> from lexport.corpus.text_terms import TextTerms
        >>> table = TermTable("string")
        >>> count_terms(Rows(1, text=b"The cat\n"), CountJob("x", None, TextTerms("lower", "whitespace")), table)
        >>> table.counts()["term"].to_pylist()
        [b'the', b'cat']
    """
    terms = job.terms
    by_byte = job.dtype == "string" and terms.standardizes_distinct
    if rows.text is not None and job.column is None and by_byte and terms.split == "whitespace":
        table.add_words(rows.text, byte_map(terms.standardize, words=True, lines=True))
        return
    values = flat_values(rows, job)
    if pa.types.is_int64(values.type):
        table.add(values)
    elif by_byte and terms.split == "whitespace":
        table.add_words(_joined(values), byte_map(terms.standardize, words=True))
    elif by_byte and terms.split is None:
        table.add(values, byte_map=byte_map(terms.standardize))
    else:
        _count_lists(values, job, table)


def _joined(values: Any) -> bytes:
    """The values as one text; a line end between them is white space, as good as any."""
    offsets = pa.array([0, len(values)], pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, values), pa.scalar("\n", values.type))
    return bytes(joined[0].as_buffer())


def _count_lists(values: Any, job: CountJob, table: TermTable) -> None:
    """Counts tokens first, so that only the distinct ones have to be standardised or read as integers."""
    distinct = TermTable("string")
    for part in _slices(values):
        tokens = job.terms.lists(part).flatten()
        distinct.add(tokens.cast(pa.large_binary()))
    seen = distinct.counts()
    distinct.close()
    terms = job.terms.standardized(one_array(seen["term"]).view(_large(tokens.type)))
    if job.dtype == "int64":
        parsed = parse_integers(pa.table({"term": terms, "count": seen["count"]}))
        table.add(one_array(parsed["term"]), parsed["count"].to_numpy())
    else:
        table.add(terms, seen["count"].to_numpy())


def _slices(values: Any) -> Iterator[Any]:
    """Cuts values so that what is made of each part is small: runs of characters take many times the text."""
    rows = max(1, len(values) * SLICE // max(values.nbytes, SLICE))
    return (values.slice(start, rows) for start in range(0, max(len(values), 1), rows))


def _large(kind: Any) -> Any:
    return pa.large_string() if pa.types.is_string(kind) or pa.types.is_large_string(kind) else pa.large_binary()
