"""`VocabularyDefinition`: all that decides what a vocabulary is, whoever counts."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from lexport.corpus.count_job import CountJob
from lexport.corpus.selection import Selection
from lexport.corpus.source import Source
from lexport.corpus.text_terms import TextTerms
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.checks import check_name
from lexport.vocabulary.file_format import Dtype

__all__ = ["VocabularyDefinition"]


@dataclass(frozen=True)
class VocabularyDefinition:
    """All that decides what a vocabulary is: every engine builds the same from it, byte for byte.

    Attributes:
        name: letters, digits, `_`, `-` and `.`; the asset file is called `<name>.txt`.
        source: the files and the column.
        terms: how values become terms.
        selection: which terms, and in which order.
        dtype: `"string"`, or `"int64"` for columns of integers and text that holds integers.
        documents: whether to count the rows that hold a term, for idf weights.
        weight: the column of weights, one for each row, or None.
        label: the column of labels, one for each row, or None.
        counts_from: a file of full counts, to which those of the source are added, or None.
        counts_to: where to write the full counts, for the next time, or None; may be the same file.

    Example:
        >>> words = VocabularyDefinition("words", Source("data/*.txt"), TextTerms(split="whitespace"))
        >>> words.job.column is None, list(words.problems())
        (True, [])
    """

    name: str
    source: Source
    terms: TextTerms = field(default_factory=TextTerms)
    selection: Selection = field(default_factory=Selection)
    dtype: Dtype = "string"
    documents: bool = False
    weight: str | None = None
    label: str | None = None
    counts_from: str | os.PathLike[str] | None = None
    counts_to: str | os.PathLike[str] | None = None

    @property
    def job(self) -> CountJob:
        """What is counted for it."""
        documents = self.documents or "documents" in self.selection.needs
        return CountJob(
            self.name, self.source.column, self.terms, self.dtype, documents, weight=self.weight, label=self.label
        )

    def problems(self) -> Iterator[Problem]:
        """Finds what is wrong with it before any file is looked at."""
        try:
            check_name(self.name)
        except VocabularyError as error:
            yield Problem("name", error.summary)
        if self.dtype not in ("string", "int64"):
            yield Problem("dtype", f"must be string or int64; received {self.dtype!r}")
        if self.dtype == "int64" and self.terms.standardize is not None:
            yield Problem("standardize", f"must be None where terms are integers; received {self.terms.standardize!r}")
        if self.dtype == "int64" and self.terms.widths:
            yield Problem("ngrams", f"must be None where terms are integers; received {self.terms.ngrams!r}")
        for needed in sorted(self.selection.needs & {"weight", "label"}):
            if getattr(self, needed) is None:
                yield Problem(needed, "must name a column, as the selection needs it; received None")
