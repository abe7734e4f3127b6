"""Which vocabularies of a config are SentencePiece models, and what cannot stand beside those that are read."""

from collections.abc import Iterator, Mapping
from typing import Any

from lexport.config.messages import refusal
from lexport.config.section import BrokenRule

__all__ = ["is_sentencepiece", "sentencepiece_rules"]

SUFFIX = ".model"


def is_sentencepiece(given: Any) -> bool:
    """Says whether a vocabulary is a SentencePiece model, trained or read from a file.

    Args:
        given: the section of a vocabulary as it was written.

    Example:
        >>> is_sentencepiece({"file": "spm/pieces.model"}), is_sentencepiece({"file": "words.txt"})
        (True, False)
    """
    if not isinstance(given, Mapping):
        return False
    subword = given.get("subword")
    kind = subword.get("kind") if isinstance(subword, Mapping) else None
    return str(given.get("file") or "").endswith(SUFFIX) or str(kind).startswith("sentencepiece")


def sentencepiece_rules(given: Mapping[str, Any]) -> Iterator[BrokenRule]:
    """Requires that nothing stands beside a `.model` file that only a file of terms can have.

    Args:
        given: the section of a vocabulary.
    """
    if "file" not in given or not is_sentencepiece(given):
        return
    for key in ("statistics", "allow"):
        if given.get(key):
            yield (key,), refusal("be left out beside a .model file, which holds no terms", remedy="Leave it out")
    if given.get("dtype", "string") != "string":
        yield ("dtype",), refusal("be string beside a .model file")
