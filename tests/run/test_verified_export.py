"""Writing an export, before it is verified."""

from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport import Signature, Vocabulary
from lexport.errors import VocabularyError
from lexport.layers import StringLookup
from lexport.run.announcer import SilentAnnouncer
from lexport.run.plan import ExportPlan
from lexport.run.verified_export import write_export
from lexport.savedmodel import TensorSpec, read_inventory
from lexport.verify import Baseline

SIGNATURES = {"ask": Signature({"word": ("string", (None,))}, ("id",))}


class Counting(keras.layers.Layer):
    """Counts its calls in a variable."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = tf.Variable(0, dtype=tf.int64, trainable=False)

    def call(self, inputs: Any) -> Any:
        with tf.control_dependencies([self.calls.assign_add(1)]):
            return inputs + self.calls


def test_a_model_is_written_as_it_was_handed_over(tmp_path: Path) -> None:
    """Asking it for its answers must not change what is published."""
    word = keras.Input((), dtype="string", name="word")
    counting = Counting()
    words = Vocabulary.from_terms("words", ["the", "of"])
    model = keras.Model(word, {"id": counting(StringLookup(vocabulary=words)(word)), "word": word})
    before = counting.calls.numpy()
    written = write_export(model, ExportPlan("n", tmp_path, SIGNATURES), tmp_path / "model", SilentAnnouncer())
    assert counting.calls.numpy() > before
    served = tf.saved_model.load(str(tmp_path / "model")).signatures["ask"]
    assert served(word=tf.constant(["of"]))["id"].numpy().tolist() == [2 + before + 1]

    assert written.vocabularies == {"words": words}
    assert written.signatures["ask"].inputs == {"word": TensorSpec("string", (None,))}
    assert written.signatures["ask"].outputs == {"id": TensorSpec("int64", (None,))}
    read = Baseline.read(tmp_path / "model" / "assets.extra" / "lexport" / "baseline.npz")
    assert [case.name for case in read.cases] == [case.name for case in written.baseline.cases]


def test_a_vocabulary_that_no_signature_reads_is_left_out_or_refused(tmp_path: Path) -> None:
    """It would be a file that nothing reads; where the config asks for it, something was forgotten."""
    word = keras.Input((), dtype="string", name="word")
    words, tags = Vocabulary.from_terms("words", ["the", "of"]), Vocabulary.from_terms("tags", ["x"])
    model = keras.Model(word, {"id": StringLookup(vocabulary=words)(word)})
    model.spare = StringLookup(vocabulary=tags)
    written = write_export(model, ExportPlan("n", tmp_path, SIGNATURES), tmp_path / "model", SilentAnnouncer())
    assert written.vocabularies == {"words": words}
    assert [path.name for path in (tmp_path / "model" / "assets").iterdir()] == ["words.txt"]
    lexport.save(model, tmp_path / "saved", signatures=SIGNATURES)
    assert dict(lexport.load(tmp_path / "saved").vocabularies) == {"words": words}
    plan = ExportPlan("n", tmp_path, SIGNATURES, vocabularies={"words": words, "tags": tags})
    with pytest.raises(VocabularyError, match=r"vocabularies\.tags: no signature reads it"):
        write_export(model, plan, tmp_path / "again", SilentAnnouncer())


@pytest.mark.parametrize("kind", ["sparse", "ragged"])
def test_a_sparse_or_ragged_input_is_served_as_a_dense_one(kind: str, tmp_path: Path) -> None:
    """A request cannot hold another; the model in memory is asked the same dense rows."""
    word = keras.Input((3,), dtype="string", name="word", **{kind: True})
    model = keras.Model(word, {"id": StringLookup(vocabulary=["the", "of"])(word)})
    plan = ExportPlan("n", tmp_path, {"ask": Signature({"word": ("string", (None, 3))}, ("id",))})
    written = write_export(model, plan, tmp_path / "model", SilentAnnouncer())
    assert read_inventory(tmp_path / "model").signatures["ask"].inputs == {"word": TensorSpec("string", (None, 3))}
    assert {case.outputs["id"].shape[1:] for case in written.baseline.cases if case.outputs} == {(3,)}
