"""`coverage`: how much of new data a vocabulary covers."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted
from lexport.corpus.coverage_report import CoverageReport
from lexport.corpus.definition import VocabularyDefinition
from lexport.corpus.engines import Engine, LocalEngine, Scan
from lexport.corpus.known_terms import ANY, KNOWN, KnownTerms
from lexport.corpus.one_array import one_array
from lexport.corpus.progress import Progress
from lexport.corpus.selection.candidates import Candidates
from lexport.corpus.term_lookup import TermLookup
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.arrow_terms import arrow_terms

__all__ = ["coverage"]


def coverage(
    vocabulary: Vocabulary,
    definition: VocabularyDefinition,
    engine: Engine | None = None,
    *,
    worst: int = 20,
    progress: Progress | None = None,
) -> CoverageReport:
    r"""Counts what a vocabulary does not know of some data: whether it still fits, long after training.

    Terms are what the layer will look up; `[UNK]` (or -1) in the data is out of vocabulary there too, unless the
    vocabulary holds it. Empty terms do not count.

    Args:
        vocabulary: whose terms are known.
        definition: the data, and how its values become terms: `source`, `terms` and `dtype`; its selection, weights
            and labels do not matter. For the terms of training, take the definition that the vocabulary was built
            with, and replace its source.
        engine: who counts; by default a `LocalEngine`.
        worst: how many of the terms that are out of vocabulary to name.
        progress: called with the bytes read and the bytes of all files.

    Raises:
        VocabularyError: something is wrong with the definition or the data, or the data hold no term; all problems
            are named.

    Example:
        >>> import pathlib, tempfile
        >>> from lexport.corpus import Source, TextTerms
        >>> words = Vocabulary.from_terms("words", ["the", "cat"])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     size = pathlib.Path(folder, "new.txt").write_text("the dog\nthe cat\na cow\n")
        ...     new = VocabularyDefinition("words", Source(f"{folder}/new.txt"), TextTerms(split="whitespace"))
        ...     report = coverage(words, new)
        >>> report.oov_rate, report.rows_without_known_terms, report.worst
        (0.5, 1, (('dog', 1), ('cow', 1), ('a', 1)))
    """
    scan = _scan(vocabulary, definition)
    with (engine or LocalEngine()).count([scan], progress) as results:
        terms, rows = results[0]
        tally = _Tally(vocabulary, worst)
        for table in terms.tables:
            tally.add(table)
        report = tally.report(*_rows(rows))
    if not report.tokens:
        raise VocabularyError(
            f"the coverage of vocabulary {vocabulary.name!r} cannot be told: the data hold no term in "
            f"{report.rows} rows. Check the column, and how values become terms"
        )
    return report


def _scan(vocabulary: Vocabulary, definition: VocabularyDefinition) -> Scan:
    files, missing = definition.source.find()
    problems = [*definition.problems(), *missing]
    if definition.dtype != vocabulary.dtype:
        message = f"must be {vocabulary.dtype}, as that of vocabulary {vocabulary.name!r}"
        problems.append(Problem("dtype", f"{message}; received {definition.dtype}"))
    if problems:
        raise VocabularyError(f"the coverage of vocabulary {vocabulary.name!r} cannot be told", problems)
    name, column, dtype = definition.name, definition.source.column, definition.dtype
    known = KnownTerms(inner=definition.terms, data=vocabulary.data, dtype=dtype)
    terms = CountJob(name, column, definition.terms, dtype)
    return Scan(tuple(files), (terms, CountJob(f"{name}-rows", column, known, dtype, documents=True)))


def _rows(counted: Counted) -> tuple[int, int, int]:
    """Gives how many rows there are, how many hold a term, and how many a known one."""
    rows = {ANY: 0, KNOWN: 0}
    for table in counted.tables:
        for term, documents in zip(table["term"].to_pylist(), table["documents"].to_pylist(), strict=True):
            rows[str(term)] += documents
    return counted.rows, rows[ANY], rows[KNOWN]


class _Tally:
    """Adds up the tables of counts, which have no term in common."""

    def __init__(self, vocabulary: Vocabulary, worst: int) -> None:
        self._size = len(vocabulary)
        self._lookup = TermLookup(arrow_terms(vocabulary.data, vocabulary.dtype))
        self._worst = Candidates("count", worst)
        self._tokens = self._oov_tokens = self._distinct = self._oov_distinct = 0

    def add(self, table: Any) -> None:
        terms = one_array(table["term"])
        if not pa.types.is_int64(terms.type):
            table = table.filter(pc.greater(pc.binary_length(terms), 0))
            terms = one_array(table["term"])
        counts = one_array(table["count"])
        oov = self._lookup.find(terms) < 0
        unknown = table.select(["term", "count"]).filter(pa.array(oov))
        self._tokens += _sum(counts)
        self._distinct += len(table)
        self._oov_tokens += _sum(unknown["count"])
        self._oov_distinct += len(unknown)
        self._worst.add(unknown)

    def report(self, rows: int, with_terms: int, with_known: int) -> CoverageReport:
        worst = self._worst.ranked().to_pydict() if self._distinct else {"term": [], "count": []}
        return CoverageReport(
            tokens=self._tokens,
            oov_tokens=self._oov_tokens,
            distinct=self._distinct,
            oov_distinct=self._oov_distinct,
            rows=rows,
            rows_without_terms=rows - with_terms,
            rows_without_known_terms=with_terms - with_known,
            vocabulary=self._size,
            unseen=self._size - (self._distinct - self._oov_distinct),
            worst=tuple(zip(worst["term"], worst["count"], strict=True)),
        )


def _sum(counts: Any) -> int:
    return int(pc.sum(counts).as_py() or 0)
