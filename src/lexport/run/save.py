"""`save`: any model, module or trackable object, with a folder of files as real assets."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from lexport.adoption import adopted
from lexport.errors import AssetError, Problem
from lexport.publish import Staging, write_manifest
from lexport.run.asset_files import files_below
from lexport.run.attached import attached
from lexport.run.manifest import describe_saved
from lexport.run.places import places_to_hide
from lexport.run.verification_settings import VerificationSettings, tuple_of
from lexport.savedmodel import Expectations, Inventory, check_inventory, read_inventory
from lexport.savedmodel.named_assets import named_assets
from lexport.serving.backends.backend import backend_ops, check_backend
from lexport.serving.export_vocabularies import export_vocabularies
from lexport.serving.model_root import serving_root
from lexport.serving.portable_tables import portable_tables
from lexport.serving.sealing import check_seals
from lexport.serving.signature import signature_of_model
from lexport.serving.single_variables import single_variables
from lexport.serving.writing import write_saved_model
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["save"]


def save(
    obj: Any,
    directory: str | os.PathLike[str],
    *,
    signatures: Any = None,
    assets_dir: str | os.PathLike[str] | None = None,
    allow_ops: Collection[str] = (),
    allow_strings: Collection[str] = (),
) -> Path:
    """Saves an object as a SavedModel, with every file below `assets_dir` as a real, tracked asset.

    A file that merely lies in a SavedModel's `assets/` is not an asset: nothing in the graph knows it, and no
    loader finds it. Here each file is registered under its name relative to `assets_dir`, so that
    `lexport.load(directory).assets["sub/labels.txt"]` finds it wherever the directory is moved.

    Args:
        obj: a built `keras.Model`, a `tf.Module` or another trackable object. Keras's own lookup layers own their
            vocabulary while it is saved, as by `lexport.adopt`; afterwards it is as it was.
        directory: where to save; it must not exist, or be empty.
        signatures: for a Keras model, a `lexport.Signature` by name (by default `serving_default` with its
            inputs and outputs); otherwise what `tf.saved_model.save` takes.
        assets_dir: a folder of files, sub-folders included.
        allow_ops: op types that may be in the graph although they do more than compute, such as `"PrintV2"`.
        allow_strings: strings in the graph that look like absolute paths and are none.

    Returns:
        The directory.

    Raises:
        AssetError: the object cannot be saved, the folder holds no file, or links; or the SavedModel would not be
            self-contained.
        VocabularyError: a layer has no vocabulary, cannot own the one it has, or two vocabularies share a name.
        SignatureError: a signature does not fit the Keras model.
        PublishError: the directory holds something already, or cannot be written. Nothing is left behind.

    Example:
        >>> import pathlib, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> (folder / "files").mkdir()
        >>> _ = (folder / "files" / "labels.txt").write_text("cat")
        >>> path = save(tf.Module(), folder / "model", assets_dir=folder / "files")
        >>> sorted(child.name for child in (path / "assets").iterdir())
        ['labels.txt']
    """
    check_backend()
    if not isinstance(obj, (keras.Model, tf.__internal__.tracking.Trackable)):
        raise AssetError(f"only a Keras model, a tf.Module or a trackable object can be saved; received {type(obj)}")
    settings = VerificationSettings(allow_ops=tuple_of(allow_ops), allow_strings=tuple_of(allow_strings))
    settings = settings.allowing(backend_ops() if isinstance(obj, keras.Model) else ())
    files = files_below(assets_dir) if assets_dir is not None else {}
    # Keras's own layers own their vocabulary while they are saved; the object goes back as it was handed over.
    with adopted(obj):
        return _saved(obj, directory, signatures, files, settings)


def _saved(
    obj: Any,
    directory: str | os.PathLike[str],
    signatures: Any,
    files: Mapping[str, Path],
    settings: VerificationSettings,
) -> Path:
    vocabularies = export_vocabularies(obj, signatures if isinstance(obj, keras.Model) and signatures else {})
    _check_names(files, vocabularies)
    with Staging.single(directory) as staging:
        owned: dict[str, str] = {}
        if isinstance(obj, keras.Model):
            chosen = signatures or {"serving_default": signature_of_model(obj)}
            root = serving_root(obj, chosen, files)
            write_saved_model(root, staging.path)
            vocabularies = {name: vocabularies[name] for name in root.vocabularies}
            owned = root.files
        else:
            _save_trackable(obj, staging.path, signatures, files)
        expectations = Expectations(
            vocabularies={name: vocabulary.digest for name, vocabulary in vocabularies.items()} | owned,
            forbidden_prefixes=places_to_hide(*files.values()),
            allowed_strings=settings.allow_strings,
            allowed_ops=settings.allow_ops,
        )
        inventory = read_inventory(staging.path)
        _check(inventory, expectations)
        manifest = describe_saved(inventory, getattr(obj, "name", type(obj).__name__), vocabularies)
        write_manifest(staging.path, manifest)
        return staging.commit(manifest)


def _check_names(files: Mapping[str, Path], vocabularies: Mapping[str, Vocabulary | SentencePieceModel]) -> None:
    named = {f"{name}.{'txt' if isinstance(one, Vocabulary) else 'model'}": one for name, one in vocabularies.items()}
    problems = [
        Problem(file, f"is the file of the vocabulary {one.name!r}, with another content", "Rename one of them")
        for file, one in named.items()
        if file in files and files[file].read_bytes() != one.data
    ]
    if problems:
        raise AssetError("assets_dir holds files under the names of vocabularies", problems)


def _save_trackable(obj: Any, directory: Path, signatures: Any, files: Mapping[str, Path]) -> None:
    check_seals(obj)
    try:
        with attached(obj, files), portable_tables(obj), single_variables():
            tf.saved_model.save(obj, str(directory), signatures=signatures)
    except AssertionError as error:
        raise AssetError(f"{type(obj).__name__} holds something that cannot be saved: {error}") from error
    lost = sorted(set(files) - set(named_assets(directory)))
    if lost:
        raise AssetError(
            f"TensorFlow does not track the attributes of {type(obj).__name__}, so the files of assets_dir would be "
            f"lost: {', '.join(lost)}. Save a tf.Module that has the object as an attribute"
        )


def _check(inventory: Inventory, expectations: Expectations) -> None:
    findings = check_inventory(inventory, expectations)
    problems = [Problem(finding.check, finding.detail) for finding in findings if not finding.passed]
    if problems:
        raise AssetError("the SavedModel would not be self-contained, so nothing was saved", problems)
