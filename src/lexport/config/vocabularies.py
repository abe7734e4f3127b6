"""`VocabularyConfig`: where a vocabulary comes from, data or a file, and which terms it has."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from lexport.config.digests import Digest
from lexport.config.increments import CountsConfig, UpdateConfig
from lexport.config.messages import refusal
from lexport.config.paths import ExistingFile
from lexport.config.section import BrokenRule, exactly_one, one_of_schema, only_beside
from lexport.config.selection_rules import selection_rules
from lexport.config.sentencepiece_rules import is_sentencepiece, sentencepiece_rules
from lexport.config.sources import SourceConfig
from lexport.config.subword import SubwordConfig, subword_rules
from lexport.config.term_limits import LIMITS, GroupsConfig, TermLimits
from lexport.config.terms import TermsConfig

__all__ = ["VocabularyConfig"]

SELECTION = (
    "documents",
    "weight",
    "label",
    "rank",
    "order",
    "min_difference",
    "reserved",
    "groups",
    "update",
    "counts",
)


def _term(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise refusal("be a string or an integer", remedy="Put it in quotes where it is text")
    if value == "" or (isinstance(value, str) and set(value) & set("\n\r\0")):
        raise refusal("be a term that a vocabulary file can hold: not empty, without line ends and NUL")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise refusal("fit into int64")
    return value


Term = Annotated[
    Any,
    AfterValidator(_term),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer"}]}),
]


class VocabularyConfig(TermLimits):
    """Where a vocabulary comes from: it is built from a source, or read from a file.

    Example:
        >>> VocabularyConfig(source=SourceConfig(files=[__file__], format="text"), max_terms=100).min_count
        1
    """

    model_config = ConfigDict(json_schema_extra=one_of_schema("source", "file"))

    source: SourceConfig | None = Field(default=None, description="The data that the vocabulary is built from.")
    terms: TermsConfig = Field(default_factory=TermsConfig, description="How the values of the source become terms.")
    documents: bool | None = Field(
        default=None,
        description="Whether to count the rows that hold each term too, for idf weights; on where min_documents or "
        "label need it.",
    )
    weight: str | None = Field(default=None, min_length=1, description="The column of weights to add up for terms.")
    label: str | None = Field(default=None, min_length=1, description="The column that terms are to tell about.")
    rank: Literal["count", "weight", "mutual_information", "adjusted_mutual_information"] | None = Field(
        default=None,
        description="What ranks terms; left out, mutual_information beside a label, else weight beside a weight, else "
        "count.",
    )
    order: Literal["rank", "fingerprint"] = Field(
        default="rank", description="How the chosen terms are ordered; fingerprint spreads frequent ones evenly."
    )
    min_difference: float | None = Field(
        default=None,
        ge=0,
        description="How far from chance a term and a label must occur together to count as information; left out, "
        "from 2 to 25 by the number of rows.",
    )
    reserved: list[Term] = Field(default_factory=list, description="Terms that come first, in this order, seen or not.")
    groups: GroupsConfig | None = Field(
        default=None, description="Groups of terms, and what is taken of each besides what is taken of all."
    )
    update: UpdateConfig | None = Field(
        default=None, description="The vocabulary of before, whose terms keep their ids."
    )
    counts: CountsConfig | None = Field(
        default=None, description="Files of full counts, with which data is counted once and added to later."
    )
    subword: SubwordConfig | None = Field(
        default=None, description="Learn pieces of words from the source; left out, its terms are the vocabulary."
    )
    file: ExistingFile | None = Field(
        default=None,
        description="A vocabulary file, one term a line; one that is called .model is a SentencePiece model.",
    )
    statistics: ExistingFile | None = Field(
        default=None, description="The statistics that were written with the file: counts, idf weights."
    )
    sha256: Digest | None = Field(
        default=None, description="The digest that the file must have; any edit of it is then an error."
    )
    allow: list[Literal["blank-term", "special-token"]] = Field(
        default_factory=list, description="Lint rules that the file may break."
    )
    dtype: Literal["string", "int64"] = Field(
        default="string", description="Whether the terms are strings or integers."
    )

    @property
    def is_sentencepiece(self) -> bool:
        """Whether it is a SentencePiece model, and no list of terms."""
        kind = self.subword.kind if self.subword else None
        return is_sentencepiece({"file": self.file, "subword": {"kind": kind}})

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires exactly one of source and file, beside each only what belongs to it, and what keys need."""
        yield from exactly_one(given, "source", "file")
        yield from only_beside(given, "source", "file", ("terms", *LIMITS, *SELECTION, "subword"))
        yield from only_beside(given, "file", "source", ("statistics", "sha256", "allow"))
        yield from selection_rules(given)
        yield from subword_rules(given, ("terms", *LIMITS, *SELECTION))
        yield from sentencepiece_rules(given)
