"""From a model and its signatures to the serving root."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from lexport.errors import Problem, SignatureError, VocabularyError
from lexport.layers.keras_internals import IndexLookup
from lexport.layers.owned_vocabulary import OwnedVocabulary
from lexport.serving.embedding_rows import check_embedding_rows
from lexport.serving.export_vocabularies import export_vocabularies
from lexport.serving.families.bind import bind
from lexport.serving.families.binding import Binding
from lexport.serving.file_asset import FileAsset
from lexport.serving.owned_assets import descendants, owned_models, owned_vocabularies
from lexport.serving.portable_tables import file_of
from lexport.serving.sealing import check_seals
from lexport.serving.serving_root import ServingRoot
from lexport.serving.signature import Signature
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["check_ownership", "check_reading", "serving_root"]


def serving_root(
    model: Any, signatures: Mapping[str, Signature], assets: Mapping[str, Path] | None = None
) -> ServingRoot:
    """Makes the object to save: the model's signatures, with its vocabularies and other files as assets.

    Args:
        model: a built `keras.Model`.
        signatures: by name.
        assets: further files by the name under which `loaded.assets` finds them.

    Raises:
        SignatureError: signatures do not fit the model; the problems of all are named.
        VocabularyError: a layer has no vocabulary or does not own it, or maps terms otherwise than its vocabulary
            says, or an embedding has fewer rows than there are ids; or two vocabularies share a name.
        AssetError: the signatures read something that nothing tracks.
    """
    check_seals(model)
    check_embedding_rows(model)
    bindings = _bindings(model, signatures)
    calls = {name: binding.call for name, binding in bindings.items()}
    served = {name: signature.served for name, signature in signatures.items()}
    _check_stock_lookups(model)
    export_vocabularies(model, signatures)  # all of them must be sound, those that no signature reads, too
    for child in descendants(model):
        if isinstance(child, FileAsset):
            child.ensure_stored()
    further = {name: str(path) for name, path in (assets or {}).items()}
    return ServingRoot(_tracking(model, bindings), calls, served, further)


def _check_stock_lookups(model: Any) -> None:
    """Refuses Keras's own layers where they would leave their terms in the graph, with no file to look at."""
    problems = [
        Problem(
            f"layer {child.name!r}",
            f"is a keras.layers.{type(child).__name__} that would leave its terms in the graph as constants",
            f"Use lexport.layers.{type(child).__name__}, which owns them as a file",
        )
        for child in descendants(model)
        if isinstance(child, IndexLookup)
        and not isinstance(child, OwnedVocabulary)
        and file_of(child.lookup_table) is None
    ]
    if problems:
        raise VocabularyError(f"model {model.name!r} has lookup layers that do not own their vocabulary", problems)


def _tracking(model: Any, bindings: Mapping[str, Binding]) -> Any:
    """Gives an object below which all is found that the signatures read."""
    owner = tf.Module()
    owner.model = model
    owner.owned = [resource for binding in bindings.values() for resource in binding.owned]
    return owner


def _bindings(model: Any, signatures: Mapping[str, Signature]) -> dict[str, Binding]:
    bindings: dict[str, Binding] = {}
    problems: list[Problem] = []
    for name, signature in signatures.items():
        if not isinstance(signature, Signature):
            message = f"must be a lexport.Signature; received {type(signature).__name__}"
            problems.append(Problem(f"signatures.{name}", message))
            continue
        if not name or not name.isprintable() or name.startswith("__saved_model_"):
            message = "the name must be printable and not start with '__saved_model_', which TensorFlow uses itself"
            problems.append(Problem(f"signatures.{name}", message))
        try:
            bindings[name] = bind(model, name, signature)
        except SignatureError as error:
            problems += error.problems
    if problems:
        raise SignatureError(f"the signatures do not fit model {model.name!r}", problems)
    return bindings


def check_reading(root: ServingRoot, required: Mapping[str, Vocabulary | SentencePieceModel]) -> None:
    """Refuses signatures that leave out a vocabulary of the config: the export would lack its asset.

    Raises:
        VocabularyError: vocabularies that no signature reads; all are named.
    """
    remedy = "Serve an output that needs it, or take it out of the config"
    problems = [
        Problem(f"vocabularies.{name}", "no signature reads it, so it would not be in the export", remedy)
        for name in required
        if name not in root.vocabularies
    ]
    if problems:
        raise VocabularyError("the signatures do not read the vocabularies of the config", problems)


def check_ownership(model: Any, required: Mapping[str, Vocabulary | SentencePieceModel]) -> None:
    """Refuses a model whose layers do not own the vocabularies that were made for it.

    Raises:
        VocabularyError: vocabularies that no layer owns, or that a layer owns with another content.
    """
    owned = {**owned_models(model), **owned_vocabularies(model)}
    problems = [
        Problem(f"vocabularies.{name}", f"no layer of model {model.name!r} owns it", _handing_over(vocabulary))
        for name, vocabulary in required.items()
        if name not in owned
    ]
    problems += [
        Problem(
            f"vocabularies.{name}",
            f"required {vocabulary!r}; the model owns {owned[name]!r}",
            _handing_over(vocabulary),
        )
        for name, vocabulary in required.items()
        if owned.get(name, vocabulary) != vocabulary
    ]
    if problems:
        raise VocabularyError("the model does not own the vocabularies of its config", problems)


def _handing_over(vocabulary: Vocabulary | SentencePieceModel) -> str:
    if isinstance(vocabulary, Vocabulary):
        return "Pass it to a layer of lexport.layers as vocabulary="
    return "Pass it to lexport.layers.SentencepieceTokenizer as model="
