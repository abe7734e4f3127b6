"""`OwnedModel`: the mix-in that makes a layer own a SentencePiece model."""

import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import tensorflow as tf

from lexport.errors import VocabularyError
from lexport.layers.archive_file import read_archived_model, write_archived_model
from lexport.layers.checkpoint_record import CheckpointRecord
from lexport.layers.keras_internals import in_safe_mode
from lexport.layers.recorded_weights import RecordedWeights
from lexport.layers.terms import asset_name
from lexport.layers.vocabulary_record import RECORD_KEY, VocabularyRecord, take_record
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["OwnedModel"]


class OwnedModel(RecordedWeights):
    """Owns a SentencePiece model in every format, as `OwnedVocabulary` owns a vocabulary."""

    _model: SentencePieceModel | None = None
    _expected: VocabularyRecord | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._checkpoint_record = CheckpointRecord(self)

    @property
    def model(self) -> SentencePieceModel | None:
        """The model that the layer owns; None before there is one."""
        return self._model

    @property
    def vocabulary_record(self) -> VocabularyRecord | None:
        """What the layer's config, weights and checkpoints say about its model."""
        return VocabularyRecord.of_model(self._model) if self._model is not None else self._expected

    def set_model(self, model: Any) -> None:
        """Sets the model and takes ownership of it.

        Args:
            model: a `SentencePieceModel`, the path of a `.model` file, or its bytes.

        Raises:
            ValueError: there is no such file, or a file that nobody vouched for names it.
            VocabularyError: it is no sound model; everything that is wrong with it is named.
        """
        if isinstance(model, Vocabulary):
            message = f"layer {self.name!r} takes a SentencePiece model, and {model!r} holds terms"
            raise VocabularyError(f"{message}. Give it to a lookup, a WordpieceTokenizer or a BertTokenizer")
        if isinstance(model, bytes):
            model = SentencePieceModel.from_bytes(asset_name(self.name), model)
        elif not isinstance(model, SentencePieceModel):
            model = _read(os.fspath(model))
        self._model, self._expected = model, None
        self._take(model)

    def _take(self, model: SentencePieceModel) -> None:
        """Makes what the kernels need."""
        raise NotImplementedError

    def why_missing(self) -> str:
        """Says why there is no model, and what to do."""
        if self._expected is None:
            return f"layer {self.name!r} has no model. Give it one with model= or set_model"
        return (
            f"layer {self.name!r} was made from a config that names model {self._expected}, which the store does not "
            "hold. Load the whole .keras file, or call set_model"
        )

    def get_config(self) -> dict[str, Any]:
        """Gives a config that names the model by name, sha256 and size, without its bytes or any path."""
        if self._model is not None:
            self._model.ensure_stored()  # for whoever makes a layer from this config in this place
        record = self.vocabulary_record
        return {**super().get_config(), **({RECORD_KEY: record.to_config()} if record is not None else {})}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """Makes a layer from its config; the model comes from the store, or later from the archive.

        Raises:
            VocabularyError: the config names a path, or holds a model: none is ever read from a config.
        """
        if config.get("model") is not None:
            raise VocabularyError(
                f"the config of layer {config.get('name')!r} brings a model, and none is read from a config. Call "
                "set_model with it where you trust it"
            )
        plain, record = take_record(config)
        plain.pop("vocabulary", None)
        layer = cls(**plain)
        if record is not None:
            layer.restore_vocabulary(record)
        return layer

    def restore_vocabulary(self, record: VocabularyRecord) -> None:
        """Takes the recorded model from the store, or waits for it to come with an archive."""
        if record.dtype != "sentencepiece":
            raise VocabularyError(f"layer {self.name!r}: required a SentencePiece model; received vocabulary {record}")
        model = SentencePieceModel.from_store(record.name, record.sha256)
        if model is None:
            self._expected = record
        else:
            self.set_model(model)

    def save_assets(self, dir_path: str) -> None:
        """Writes the model's bytes into a `.keras` archive.

        Raises:
            VocabularyError: the layer still waits for the model that its config names.
        """
        if self._expected is not None:
            raise VocabularyError(self.why_missing())
        if self._model is not None:
            write_archived_model(dir_path, self._model)

    def load_assets(self, dir_path: str | None) -> None:
        """Takes the model's bytes from a `.keras` archive, after checking them against the config.

        Raises:
            VocabularyError: they are missing, are not those that the config names, or the file is a link.
        """
        expected = self.vocabulary_record
        if expected is None:
            return
        if dir_path is None:
            raise VocabularyError(f"layer {self.name!r}: the archive lacks model {expected}")
        model = read_archived_model(dir_path, expected, self.name)
        if self._model != model:
            self.set_model(model)


def _read(path: str) -> SentencePieceModel:
    if in_safe_mode():
        raise ValueError(
            "Requested the loading of a model file outside of the model archive. A model file that names a path is "
            f"not trusted. Model file: '{path}'"
        )
    if not tf.io.gfile.exists(path):
        raise ValueError(f"Model file {path} does not exist.")
    try:
        with tf.io.gfile.GFile(path, "rb") as file:
            data = file.read()
    except tf.errors.OpError as error:
        raise VocabularyError(f"cannot read the model from {path}: {error.message}") from error
    return SentencePieceModel.from_bytes(asset_name(PurePath(path).stem), data, source=path)
