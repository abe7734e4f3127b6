"""`SubwordConfig`: a vocabulary of pieces of words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field

from lexport.config.findings import show
from lexport.config.messages import refusal
from lexport.config.section import BrokenRule, Section

__all__ = ["SubwordConfig", "subword_rules"]

Kind = Literal["wordpiece", "sentencepiece-unigram", "sentencepiece-bpe"]

# Keys that only some kinds know.
_ONLY: Mapping[str, tuple[str, ...]] = {
    "lower_case": ("wordpiece",),
    "min_count": ("wordpiece",),
    "max_characters": ("wordpiece",),
    "control": ("sentencepiece-unigram", "sentencepiece-bpe"),
    "character_coverage": ("sentencepiece-unigram", "sentencepiece-bpe"),
    "byte_fallback": ("sentencepiece-unigram", "sentencepiece-bpe"),
    "normalization": ("sentencepiece-unigram", "sentencepiece-bpe"),
    "max_lines": ("sentencepiece-unigram",),
}
# Those of SentencePiece have pieces of their own in front.
_IN_FRONT = ("<pad>", "<unk>", "<s>", "</s>")


def _symbol(symbol: str) -> str:
    if not symbol or not symbol.isprintable() or " " in symbol:
        raise refusal("be printable characters without white space")
    return symbol


Symbol = Annotated[str, AfterValidator(_symbol)]


class SubwordConfig(Section):
    """How pieces are learned from the words of a source.

    A default that is not given here is that of `lexport.corpus.subword`.

    Example:
        >>> SubwordConfig(kind="wordpiece", size=30_000).arguments()
        {'size': 30000}
    """

    kind: Kind = Field(description="WordPiece, or SentencePiece as a unigram or a byte pair encoding model.")
    size: int = Field(ge=1, description="How many pieces: WordPiece at most, SentencePiece exactly.")
    reserved: list[Symbol] | None = Field(
        default=None,
        description="Pieces that come first and are never cut; for WordPiece by default those of BERT, [PAD] first.",
    )
    lower_case: bool | None = Field(
        default=None, description="WordPiece: lower-case and strip accents, as BertTokenizer does; by default true."
    )
    min_count: int | None = Field(
        default=None, ge=1, description="WordPiece: how often a longer piece must occur; by default 10."
    )
    max_characters: int | None = Field(
        default=None, ge=1, description="WordPiece: how many different characters may be used; by default 1000."
    )
    control: list[Symbol] | None = Field(
        default=None, description="SentencePiece: pieces that stand for no text, such as [CLS]."
    )
    character_coverage: float | None = Field(
        default=None, ge=0.98, le=1, description="SentencePiece: the share of characters to cover; by default 0.9995."
    )
    byte_fallback: bool | None = Field(
        default=None, description="SentencePiece: cut unknown characters into bytes; by default false."
    )
    normalization: Literal["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity"] | None = Field(
        default=None, description="SentencePiece: what is done to text first; by default nmt_nfkc."
    )
    max_lines: int | None = Field(
        default=None, ge=1, description="Unigram: from how many lines to learn at most; by default 400000."
    )

    def arguments(self) -> dict[str, Any]:
        """Gives what the builder of this kind takes by name; what is left out has its default there."""
        given = {key: getattr(self, key) for key in type(self).model_fields if key != "kind"}
        kind = {} if self.kind == "wordpiece" else {"kind": self.kind.removeprefix("sentencepiece-")}
        return kind | {key: value for key, value in given.items() if value is not None}

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires that keys belong to the kind, and that reserved pieces are there once and not all."""
        kind = given.get("kind")
        if kind in get_args(Kind):
            for key, kinds in _ONLY.items():
                if key in given and kind not in kinds:
                    yield (key,), refusal(f"stand beside kind {' or '.join(kinds)}", received=f"kind {kind}")
        seen = set(_IN_FRONT) if str(kind).startswith("sentencepiece") else set()
        for key in ("control", "reserved"):
            for index, symbol in enumerate(given[key] if isinstance(given.get(key), list) else ()):
                if isinstance(symbol, str) and symbol in seen:
                    yield (key, index), refusal("be a piece that is not there already", received=show(symbol))
                elif isinstance(symbol, str):
                    seen.add(symbol)
        size, fixed = given.get("size"), len(seen) + 256 * (given.get("byte_fallback") is True)
        if str(kind).startswith("sentencepiece") and type(size) is int and 0 < size <= fixed:
            yield ("size",), refusal(f"be more than the {fixed} pieces that are there in any case")


def subword_rules(given: Mapping[str, Any], ignored: Sequence[str]) -> Iterator[BrokenRule]:
    """Requires that nothing stands beside subword that it would ignore.

    Args:
        given: the section of a vocabulary.
        ignored: the keys that belong to vocabularies of whole terms.
    """
    if "subword" not in given:
        return
    for key in ignored:
        if key in given:
            yield (key,), refusal("be left out beside subword, which has settings of its own")
    if given.get("dtype", "string") != "string":
        yield ("dtype",), refusal("be string beside subword")
