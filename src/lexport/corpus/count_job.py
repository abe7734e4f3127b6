"""`CountJob`: what is counted for one vocabulary."""

from dataclasses import dataclass

from lexport.corpus.text_terms import TextTerms
from lexport.vocabulary.file_format import Dtype

__all__ = ["CountJob"]


@dataclass(frozen=True)
class CountJob:
    """What is counted for one vocabulary: the same for every engine.

    Attributes:
        name: of the vocabulary; errors name it.
        column: whose values are counted; None for text.
        terms: how values become terms.
        dtype: `"string"` or `"int64"`.
        documents: whether to count the rows that hold a term, too.
        weight: the column of the weights to add up for each term, or None.
        label: the column of the labels with which terms are counted together, or None.

    Example:
        >>> CountJob("words", "description", TextTerms(), label="section").columns
        ('description', 'section')
    """

    name: str
    column: str | None
    terms: TextTerms
    dtype: Dtype = "string"
    documents: bool = False
    weight: str | None = None
    label: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to read, each once."""
        asked = (self.column, self.weight, self.label)
        return tuple(dict.fromkeys(name for name in asked if name is not None))

    @property
    def plain(self) -> bool:
        """Whether nothing but the terms is counted."""
        return not self.documents and self.weight is None and self.label is None
