"""Terms with more than their counts: documents, weights, labels."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import WEIGHT_UNIT
from lexport.corpus.integer_terms import parse_integers
from lexport.corpus.kernel.row_values import flat_values, rows_of_values
from lexport.corpus.readers.diagnosis import UnreadableSource
from lexport.corpus.rows import Rows

__all__ = ["measured_counts"]

LARGEST_WEIGHT = 2**62 * WEIGHT_UNIT


def measured_counts(rows: Rows, job: CountJob) -> Any:
    """Counts the terms of some rows, with all that the job asks for.

    Returns:
        An Arrow table: `term` (`large_binary` or `int64`), `label` where there is one, `count`, and of `documents`
        and `weight` what was asked for; a row for each term (and label).

    Raises:
        UnreadableSource: a column does not hold what the job counts, or a row has no weight or no label.
        VocabularyError: text is no integer, where integers are counted.
    """
    terms, ids, owners = _term_ids(rows, job)
    labels, label_ids = _labels(rows, job)
    keys = ids * len(labels) + label_ids[owners] if job.label else ids
    distinct, places = np.unique(keys, return_inverse=True)
    columns = {"term": terms.take(pa.array(distinct // len(labels) if job.label else distinct))}
    if job.label:
        columns["label"] = labels.take(pa.array(distinct % len(labels)))
    columns["count"] = pa.array(np.bincount(places, minlength=len(distinct)).astype(np.int64))
    if job.documents:
        pairs = np.unique(owners * max(len(distinct), 1) + places)
        documents = np.bincount(pairs % max(len(distinct), 1), minlength=len(distinct))
        columns["documents"] = pa.array(documents.astype(np.int64))
    if job.weight:
        sums = np.zeros(len(distinct), np.int64)
        np.add.at(sums, places, _weights(rows, job.weight)[owners])
        columns["weight"] = pa.array(sums)
    return pa.table(columns)


def _term_ids(rows: Rows, job: CountJob) -> tuple[Any, Any, Any]:
    """Gives the distinct terms, and for each token its term and its row."""
    values, owners = flat_values(rows, job), rows_of_values(rows, job)
    if pa.types.is_int64(values.type):
        encoded = values.dictionary_encode()
        return encoded.dictionary, np.asarray(encoded.indices).astype(np.int64), owners
    lists = job.terms.lists(values)
    owners = owners[np.asarray(pc.list_parent_indices(lists))]
    encoded = lists.flatten().dictionary_encode()
    known, term_of = _standardized(encoded.dictionary, job)
    ids = term_of[np.asarray(encoded.indices)]
    kept = ids >= 0
    return known, ids[kept], owners[kept]


def _standardized(tokens: Any, job: CountJob) -> tuple[Any, Any]:
    """Gives the distinct terms of distinct tokens, and the term of each; -1 for what becomes empty."""
    terms = job.terms.standardized(tokens)
    if job.dtype == "int64":
        numbered = pa.table({"term": terms, "count": np.arange(len(terms))})
        parsed = parse_integers(numbered)
        encoded, kept = parsed["term"].combine_chunks().dictionary_encode(), np.asarray(parsed["count"])
    else:
        kept = np.flatnonzero(np.asarray(pc.greater(pc.binary_length(terms), 0)))
        encoded = terms.cast(pa.large_binary()).take(pa.array(kept)).dictionary_encode()
    term_of = np.full(len(tokens), -1, np.int64)
    term_of[kept] = np.asarray(encoded.indices)
    return encoded.dictionary, term_of


def _labels(rows: Rows, job: CountJob) -> tuple[Any, Any]:
    if job.label is None:
        return pa.array([""]), np.empty(0, np.int64)
    column = rows.values(job.label)
    if column.null_count or pa.types.is_large_list(column.type):
        raise UnreadableSource(f"each row must have one label in the column {job.label!r}; received none or a list")
    encoded = column.cast(pa.large_string()).dictionary_encode()
    return encoded.dictionary, np.asarray(encoded.indices).astype(np.int64)


def _weights(rows: Rows, name: str) -> Any:
    """Gives the weight of each row in whole units: sums of integers are the same in every order."""
    column = rows.values(name)
    if not (pa.types.is_floating(column.type) or pa.types.is_int64(column.type)):
        raise UnreadableSource(f"the column {name!r} must hold the weights, as numbers; it holds {column.type}")
    weights = np.asarray(column.cast(pa.float64()))  # null becomes NaN
    wrong = ~(np.abs(weights) * max(len(weights), 1) < LARGEST_WEIGHT)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        received = column[row].as_py()
        raise UnreadableSource(f"each row must have a finite weight in the column {name!r}; received {received!r}")
    return np.rint(weights / WEIGHT_UNIT).astype(np.int64)
