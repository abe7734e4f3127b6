"""Faults of the code that builds the model: each is the model, saved again, with one method overridden."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
import tensorflow_text as text

from tests.verify.faults.served_model import OTHER, TERMS, WEIGHTS, WORD, ServedModel, save_model, write_vocabulary


@dataclass(frozen=True)
class Rebuild:
    """Saves another model in the place of the sound one; baseline and manifest stay."""

    model: type[ServedModel]

    def __call__(self, directory: Path) -> None:
        for path in ("assets", "variables"):
            shutil.rmtree(directory / path)
        save_model(self.model(write_vocabulary(directory.parent / "training")), directory)


class RenamedOutput(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        return {"ids": outputs.pop("id"), **outputs}


class ReorderedInputs(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        return super().answer(other, word)


class RenamedInput(ServedModel):
    @tf.function(input_signature=[WORD, tf.TensorSpec([None], tf.string, name="another")])
    def serve(self, word: Any, another: Any) -> dict[str, Any]:
        return self.answer(word, another)


class Int32Ids(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        return outputs | {"id": tf.cast(outputs["id"], tf.int32)}


class FloatIds(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        return outputs | {"id": tf.cast(outputs["id"], tf.float32)}


class AnotherShape(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        return outputs | {"id": outputs["id"][:, tf.newaxis]}


class ThreeRows(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        return outputs | {"id": outputs["id"][:3]}


class NoEmptyBatch(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        with tf.control_dependencies([tf.debugging.assert_positive(tf.size(word))]):
            return super().answer(tf.identity(word), other)


class ChangedWeight(ServedModel):
    def make_scores(self) -> Any:
        return tf.Variable([*WEIGHTS[:3], WEIGHTS[3] * 1.001, *WEIGHTS[4:]], dtype=tf.float32)


class NotANumber(ServedModel):
    def make_scores(self) -> Any:
        return tf.Variable([*WEIGHTS[:3], float("nan"), *WEIGHTS[4:]], dtype=tf.float32)


class TooFewRows(ServedModel):
    def make_scores(self) -> Any:
        return tf.Variable(WEIGHTS[: len(TERMS) - 1], dtype=tf.float32)


class KerasVariable(ServedModel):
    """The saver restores the object of Keras; the functions read another variable."""

    def make_scores(self) -> Any:
        layer = keras.layers.Embedding(len(WEIGHTS), 1)
        layer.build()
        layer.embeddings.assign([[weight] for weight in WEIGHTS])
        return layer

    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        ids = self.table.lookup(word)
        return {"id": ids, "other_id": self.table.lookup(other), "score": self.scores(ids)[:, 0]}


class AnonymousTable(ServedModel):
    def make_table(self, vocabulary: Path) -> Any:
        table = super().make_table(vocabulary)
        return tf.lookup.StaticHashTable(table._initializer, len(TERMS), experimental_is_anonymous=True)


class PathInTableName(ServedModel):
    def make_table(self, vocabulary: Path) -> Any:
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        initializer = tf.lookup.TextFileInitializer(str(vocabulary), tf.string, whole, tf.int64, number)
        return tf.lookup.StaticHashTable(initializer, len(TERMS))


class InlinedVocabulary(ServedModel):
    def make_table(self, vocabulary: Path) -> Any:
        ids = tf.range(len(TERMS), dtype=tf.int64)
        return tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(list(TERMS), ids), len(TERMS))


class TableFromBakedPath(ServedModel):
    def make_table(self, vocabulary: Path) -> Any:
        class FromPath(tf.lookup.KeyValueTensorInitializer):
            def initialize(self, table: Any) -> Any:
                return tf.raw_ops.InitializeTableFromTextFileV2(
                    table_handle=table.resource_handle, filename=str(vocabulary), key_index=-2, value_index=-1
                )

        return tf.lookup.StaticHashTable(FromPath(["a"], tf.constant([0], tf.int64)), len(TERMS))


class ReadsBakedPath(ServedModel):
    def __init__(self, vocabulary: Path) -> None:
        super().__init__(vocabulary)
        self.path = str(vocabulary)

    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        lines = tf.size(tf.strings.split(tf.io.read_file(self.path), "\n"), tf.int64)
        return outputs | {"id": outputs["id"] + lines - (len(TERMS) + 1)}


class ReadsRelativePath(ReadsBakedPath):
    def __init__(self, vocabulary: Path) -> None:
        super().__init__(vocabulary)
        self.path = "words.txt"


class Prints(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        with tf.control_dependencies([tf.print(tf.size(word))]):
            return super().answer(tf.identity(word), other)


class NormalizesUnicode(ServedModel):
    """With an op of tensorflow-text, which changes none of the words that are asked."""

    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        return super().answer(text.normalize_utf8(word, "NFC"), other)


class RaggedOutput(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        return outputs | {"id": tf.RaggedTensor.from_tensor(outputs["id"][:, tf.newaxis])}


class SparseOutput(ServedModel):
    def answer(self, word: Any, other: Any) -> dict[str, Any]:
        outputs = super().answer(word, other)
        return outputs | {"id": tf.sparse.from_dense(outputs["id"])}


class RaggedInput(ServedModel):
    @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.string), OTHER])
    def serve(self, word: Any, other: Any) -> dict[str, Any]:
        return self.answer(word.flat_values, other)


class SparseInput(ServedModel):
    @tf.function(input_signature=[tf.SparseTensorSpec([None], tf.string), OTHER])
    def serve(self, word: Any, other: Any) -> dict[str, Any]:
        return self.answer(word.values, other)
