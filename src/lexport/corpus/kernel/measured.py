"""Terms with more than their counts: documents, weights, labels."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.count_job import CountJob
from lexport.corpus.integer_terms import parse_integers
from lexport.corpus.kernel.row_measures import labels_of_rows, weights_of_rows
from lexport.corpus.kernel.row_values import flat_values, rows_of_values
from lexport.corpus.rows import Rows

__all__ = ["measured_counts"]


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
    labels, label_ids = labels_of_rows(rows, job.label) if job.label else (None, np.empty(0, np.int64))
    size = 1 if labels is None else max(len(labels), 1)
    keys = ids if labels is None else ids * size + label_ids[owners]
    distinct, places = np.unique(keys, return_inverse=True)
    columns = {"term": terms.take(pa.array(distinct // size))}
    if labels is not None:
        columns["label"] = labels.take(pa.array(distinct % size))
    columns["count"] = pa.array(np.bincount(places, minlength=len(distinct)).astype(np.int64))
    if job.documents:
        pairs = np.unique(owners * max(len(distinct), 1) + places)
        documents = np.bincount(pairs % max(len(distinct), 1), minlength=len(distinct))
        columns["documents"] = pa.array(documents.astype(np.int64))
    if job.weight:
        sums = np.zeros(len(distinct), np.int64)
        np.add.at(sums, places, weights_of_rows(rows, job.weight)[owners])
        columns["weight"] = pa.array(sums)
    return pa.table(columns)


def _term_ids(rows: Rows, job: CountJob) -> tuple[Any, Any, Any]:
    """Gives the distinct terms, and for each token its term and its row."""
    values, owners = flat_values(rows, job), rows_of_values(rows, job)
    if pa.types.is_int64(values.type) and not job.terms.takes_integers:
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
