"""The engine that counts on this machine, file by file, batch by batch."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from lexport.corpus.integer_terms import parse_integers
from lexport.corpus.progress import Progress, ProgressMeter
from lexport.corpus.readers import read
from lexport.corpus.readers.diagnosis import UnreadableSource, diagnose
from lexport.corpus.readers.values import flat_values
from lexport.corpus.source_file import SourceFile
from lexport.corpus.term_counts import TermCounts
from lexport.corpus.text_terms import TextTerms
from lexport.errors import VocabularyError
from lexport.vocabulary.file_format import Dtype

__all__ = ["count_terms"]


def count_terms(
    files: Sequence[SourceFile],
    column: str | None,
    terms: TextTerms,
    dtype: Dtype,
    progress: Progress | None = None,
) -> Any:
    """Counts the terms of all files.

    Args:
        files: what to read.
        column: the column or key; None for text.
        terms: from values to terms.
        dtype: `"string"` or `"int64"`.
        progress: called after each batch.

    Returns:
        An Arrow table: `term`, distinct, `large_string` or `int64`, in no order; `count`, int64.

    Raises:
        VocabularyError: files cannot be read, or hold what is not of the dtype; all such files are named.
    """
    counts = _Counts(terms, dtype)
    meter = ProgressMeter(progress, [file.size for file in files])
    problems = []
    columns = () if column is None else (column,)
    for index, file in enumerate(files):
        try:
            for rows in read(file, columns, meter.of(index)):
                counts.add(flat_values(rows.values(column)))
                meter.report()
        except (UnreadableSource, OSError, UnicodeError, pa.ArrowException) as error:
            problems.append(diagnose(file.path, error))
    if problems:
        raise VocabularyError("the source cannot be read", problems)
    meter.finish()
    return counts.table()


class _Counts:
    """Raw tokens and integers apart, until the distinct tokens are standardised."""

    def __init__(self, terms: TextTerms, dtype: Dtype) -> None:
        self._terms = terms
        self._dtype = dtype
        self._tokens = TermCounts(pa.large_string())
        self._integers = TermCounts(pa.int64())

    def add(self, values: Any) -> None:
        if pa.types.is_large_string(values.type):
            self._tokens.add(self._terms.tokens(values))
        elif self._dtype == "int64":
            self._integers.add(values)
        else:
            message = "a vocabulary of strings cannot be built from integers"
            raise UnreadableSource(message, 'Give dtype "int64"')

    def table(self) -> Any:
        tokens = self._tokens.table()
        if self._dtype == "int64":
            parsed = parse_integers(tokens)
            self._integers.add_counts(parsed["term"], parsed["count"])
            return self._integers.table()
        counts = TermCounts(pa.large_string())
        counts.add_counts(self._terms.standardized(tokens["term"]), tokens["count"])
        return counts.table()
