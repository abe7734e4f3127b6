"""From counted bytes to counted strings."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from lexport.corpus.count_job import CountJob
from lexport.errors import Problem, VocabularyError

__all__ = ["text_tables"]


def text_tables(tables: Iterable[Any], job: CountJob) -> Iterator[Any]:
    """Gives tables whose terms are `large_binary` with terms of `large_string`; those of integers stay.

    Raises:
        VocabularyError: a term is not UTF-8, which no vocabulary file can hold.

    Example:
        >>> from lexport.corpus.text_terms import TextTerms
        >>> table = pa.table({"term": pa.array([b"a"], pa.large_binary()), "count": [1]})
        >>> next(text_tables([table], CountJob("x", None, TextTerms())))["term"].type == pa.large_string()
        True
    """
    for table in tables:
        if pa.types.is_large_binary(table["term"].type):
            yield table.set_column(table.column_names.index("term"), "term", _as_text(table["term"], job.name))
        else:
            yield table


def _as_text(terms: Any, name: str) -> Any:
    try:
        return terms.cast(pa.large_string())
    except pa.ArrowInvalid:
        wrong = next(term for term in terms.to_pylist() if not _is_utf8(term))
        problem = Problem("", f"the term {wrong[:60]!r} is not UTF-8", "Convert the data to UTF-8")
        raise VocabularyError(f"vocabulary {name!r} cannot be built", [problem]) from None


def _is_utf8(term: bytes) -> bool:
    try:
        term.decode()
    except UnicodeDecodeError:
        return False
    return True
