"""The vocabularies of an export: those of the model's layers, and the labels of its signatures."""

from collections.abc import Mapping
from typing import Any

from lexport.errors import Problem, VocabularyError
from lexport.serving.families.classify import ClassifySignature
from lexport.serving.owned_assets import owned_models, owned_vocabularies
from lexport.serving.signature import Signature
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["export_vocabularies", "label_vocabularies"]


def label_vocabularies(signatures: Mapping[str, Signature]) -> dict[str, Vocabulary]:
    """Gives the labels of `classify` signatures, by the signature's name.

    Example:
        >>> label_vocabularies({"serving_default": Signature({"x": ("float32", (None,))})})
        {}
    """
    return {name: one.labels for name, one in signatures.items() if isinstance(one, ClassifySignature)}


def export_vocabularies(model: Any, signatures: Mapping[str, Signature]) -> dict[str, Vocabulary | SentencePieceModel]:
    """Gives every vocabulary, SentencePiece models among them, that is an asset of the export, by name.

    Args:
        model: a built `keras.Model`, or another trackable object that has no signatures here.
        signatures: by name.

    Raises:
        VocabularyError: a layer has no vocabulary, or two different vocabularies have one name.
    """
    found: dict[str, Vocabulary | SentencePieceModel] = dict(owned_vocabularies(model))
    problems = []
    for name, one in owned_models(model).items():
        if found.setdefault(name, one) is not one:
            message = f"{one!r} has the name of another one, {found[name]!r}"
            problems.append(Problem(f"SentencePiece model {name!r}", message, "Name one of them otherwise"))
    for name, labels in label_vocabularies(signatures).items():
        if found.setdefault(labels.name, labels) != labels:
            message = f"{labels!r} has the name of another one, {found[labels.name]!r}"
            problems.append(Problem(f"signatures.{name}.labels", message, "Name one of them otherwise"))
    if problems:
        raise VocabularyError(f"the vocabularies of {model.name!r} cannot be exported", problems)
    return dict(sorted(found.items()))
