"""The rule between `signatures` and `vocabularies`: labels are a vocabulary of strings."""

from collections.abc import Iterator, Mapping
from typing import Any

from lexport.config.messages import did_you_mean, refusal
from lexport.config.section import BrokenRule
from lexport.config.sentencepiece_rules import is_sentencepiece

__all__ = ["label_rules"]


def label_rules(given: Mapping[str, Any]) -> Iterator[BrokenRule]:
    """Finds labels that are no vocabulary of the config, or not one of strings.

    Args:
        given: the config as it was written.

    Yields:
        Where, as a path from the config, and the refusal.
    """
    vocabularies, signatures = given.get("vocabularies", {}), given.get("signatures")
    if not isinstance(vocabularies, Mapping) or not isinstance(signatures, Mapping):
        return
    for name, signature in signatures.items():
        labels = signature.get("labels") if isinstance(signature, Mapping) else None
        if not isinstance(labels, str):
            continue
        path = ("signatures", name, "labels")
        if labels not in vocabularies:
            known = ", ".join(map(str, vocabularies)) or "none"
            yield path, refusal(f"be one of the vocabularies, {known}", remedy=did_you_mean(labels, vocabularies))
        elif is_sentencepiece(vocabularies[labels]):
            yield path, refusal("be a vocabulary of strings", received=f"{labels!r}, a SentencePiece model")
        elif isinstance(vocabularies[labels], Mapping) and vocabularies[labels].get("dtype") == "int64":
            yield path, refusal("be a vocabulary of strings", received=f"{labels!r}, of int64")
