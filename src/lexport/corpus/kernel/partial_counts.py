"""`partial_counts`: what a job counts in some rows."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.count_job import CountJob
from lexport.corpus.integer_terms import parse_integers
from lexport.corpus.kernel.lane_counts import LaneCounts, count_packed, merge_counts
from lexport.corpus.kernel.measured import measured_counts
from lexport.corpus.kernel.packed import Packed, concat_packed, lanes_of, no_tokens, pack
from lexport.corpus.kernel.row_values import flat_values
from lexport.corpus.kernel.tokens import tokens_of_array, tokens_of_text
from lexport.corpus.kernel.unpack import counts_of_table, counts_table
from lexport.corpus.rows import Rows
from lexport.corpus.standardization import byte_translation

__all__ = ["Partial", "partial_counts", "partial_table"]

PIECE = 256 << 10  # of text; all that is made of it stays in the processor's cache

Partial = Packed | LaneCounts | Any  # an Arrow table


def partial_counts(rows: Rows, job: CountJob) -> Partial:
    """Finds the terms of some rows, and counts them where that has to be done at once.

    Args:
        rows: with the columns of the job.
        job: what to count.

    Returns:
        For a plain job tokens, counted or not; otherwise an Arrow table as in `Counted`, with terms of `large_binary`
        or `int64`.

    Raises:
        UnreadableSource: a column does not hold what the job counts.
        VocabularyError: text is no integer, where integers are counted.
    """
    if not job.plain:
        return measured_counts(rows, job)
    translation = byte_translation(job.terms.standardize)
    if job.terms.split == "whitespace" and translation and not job.terms.widths and job.dtype == "string":
        return _words(_text(rows, job), translation, is_file=rows.text is not None)
    values = flat_values(rows, job)
    if pa.types.is_int64(values.type):
        return no_tokens()._replace(short=np.asarray(values).view(np.uint64))
    tokens = job.terms.lists(values).flatten()
    if job.dtype == "string" and (job.terms.standardize is None or not job.terms.standardizes_distinct):
        return _packed(tokens)
    return _distinct_counts(tokens, job)


def partial_table(rows: Rows, job: CountJob) -> Any:
    """Gives the same, counted, as an Arrow table whose terms are distinct (for each label)."""
    partial = partial_counts(rows, job)
    if isinstance(partial, Packed):
        partial = count_packed([partial])
    if isinstance(partial, LaneCounts):
        return counts_table(merge_counts([partial]), job.dtype)
    return partial


def _text(rows: Rows, job: CountJob) -> bytes:
    """The values as one text; the ends of lines between them are white space, as good as any."""
    if rows.text is not None and job.column is None:
        return rows.text
    values = flat_values(rows, job)
    offsets = pa.array([0, len(values)], pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, values), pa.scalar("\n", values.type))
    return bytes(joined[0].as_buffer())


def _words(text: bytes, translation: tuple[bytes | None, bytes], *, is_file: bool) -> Packed:
    if is_file:  # as `tf.data.TextLineDataset`
        translation = (translation[0], translation[1] + b"\r")
    found = (tokens_of_text(piece, translation) for piece in _pieces(text))
    return concat_packed([pack(tokens, lanes_of(tokens)) for tokens in found])


def _pieces(text: bytes) -> Iterator[bytes]:
    r"""Cuts a text at ends of lines, which stand between words."""
    start = 0
    while start < len(text):
        end = text.rfind(b"\n", start, start + PIECE) + 1 or text.find(b"\n", start + PIECE) + 1 or len(text)
        yield text[start:end]
        start = end


def _packed(values: Any) -> Packed:
    tokens = tokens_of_array(values)
    return pack(tokens, lanes_of(tokens))


def _distinct_counts(tokens: Any, job: CountJob) -> LaneCounts:
    """Counts first, so that only the distinct tokens have to be standardised or read as integers."""
    seen = pc.value_counts(tokens)
    table = pa.table({"term": job.terms.standardized(seen.field("values")), "count": seen.field("counts")})
    return counts_of_table(parse_integers(table) if job.dtype == "int64" else table)
