"""`VocabularyConfig`: where a vocabulary comes from, data or a file."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from lexport.config.messages import refusal
from lexport.config.paths import ExistingFile
from lexport.config.section import BrokenRule, Section, exactly_one, one_of_schema, only_beside
from lexport.config.sources import SourceConfig, TermsConfig
from lexport.config.subword import SubwordConfig

__all__ = ["VocabularyConfig"]

DIGEST = r"^[0-9a-fA-F]{64}$"


def _digest(digest: str) -> str:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdefABCDEF"):
        raise refusal("be a sha256, 64 hexadecimal digits")
    return digest.lower()


Digest = Annotated[str, AfterValidator(_digest), Field(json_schema_extra={"pattern": DIGEST})]


class VocabularyConfig(Section):
    """Where a vocabulary comes from: it is built from a source, or read from a file.

    Example:
        >>> VocabularyConfig(source=SourceConfig(files=[__file__], format="text"), max_terms=100).min_count
        1
    """

    model_config = ConfigDict(json_schema_extra=one_of_schema("source", "file"))

    source: SourceConfig | None = Field(default=None, description="The data that the vocabulary is built from.")
    terms: TermsConfig = Field(default_factory=TermsConfig, description="How the values of the source become terms.")
    max_terms: int | None = Field(
        default=None, ge=1, description="How many terms to keep, the most frequent ones; left out, all."
    )
    min_count: int = Field(default=1, ge=1, description="How often a term must occur in the source to be kept.")
    subword: SubwordConfig | None = Field(
        default=None, description="Learn pieces of words from the source; left out, its terms are the vocabulary."
    )
    file: ExistingFile | None = Field(default=None, description="A vocabulary file, one term a line.")
    sha256: Digest | None = Field(
        default=None, description="The digest that the file must have; any edit of it is then an error."
    )
    allow: list[Literal["blank-term", "special-token"]] = Field(
        default_factory=list, description="Lint rules that the file may break."
    )
    dtype: Literal["string", "int64"] = Field(
        default="string", description="Whether the terms are strings or integers."
    )

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires exactly one of source and file, and beside each only what belongs to it."""
        yield from exactly_one(given, "source", "file")
        yield from only_beside(given, "source", "file", ("terms", "max_terms", "min_count", "subword"))
        yield from only_beside(given, "file", "source", ("sha256", "allow"))
        yield from _subword_rules(given)


def _subword_rules(given: Mapping[str, Any]) -> Iterator[BrokenRule]:
    """Requires that nothing stands beside subword that it would ignore."""
    if "subword" not in given:
        return
    for key in ("terms", "max_terms", "min_count"):
        if key in given:
            yield (key,), refusal("be left out beside subword, which has settings of its own")
    if given.get("dtype", "string") != "string":
        yield ("dtype",), refusal("be string beside subword")
    kind = given["subword"].get("kind") if isinstance(given["subword"], Mapping) else None
    if kind in ("sentencepiece-unigram", "sentencepiece-bpe"):
        remedy = "Build it with lexport.corpus.subword.build_sentencepiece"
        yield (
            ("subword", "kind"),
            refusal("be wordpiece: no layer of lexport owns a SentencePiece model", remedy=remedy),
        )
