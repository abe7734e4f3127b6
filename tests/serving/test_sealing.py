"""From the moment a layer is built, what it maps is what its vocabulary says, or nothing is exported."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport.errors import LexportError, VocabularyError
from lexport.layers import IntegerLookup, SentencepieceTokenizer, StringLookup, TextVectorization
from lexport.layers.owned_file import OwnedFile
from lexport.layers.sentencepiece_resource import SentencepieceResource
from lexport.serving.sealing import CHUNK, check_seals
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_proto import model_proto

TERMS = ["the", "of", "and", "naïve", "a\u2028b"]
Problems = Callable[[LexportError], dict[str, str]]


def _model(layer: Any, dtype: str = "string") -> keras.Model:
    inputs = keras.Input((3,), dtype=dtype, name="x")
    return keras.Model(inputs, {"id": layer(inputs)})


LAYERS: dict[str, Callable[[], Any]] = {
    "strings": lambda: StringLookup(vocabulary=TERMS),
    "mask and buckets": lambda: StringLookup(vocabulary=TERMS, mask_token="", num_oov_indices=3),
    "inverse strings": lambda: StringLookup(vocabulary=TERMS, invert=True),
    "integers": lambda: IntegerLookup(vocabulary=[7, -3, 2**62]),
    "inverse integers": lambda: IntegerLookup(vocabulary=[7, -3], invert=True),
    "text": lambda: TextVectorization(vocabulary=TERMS),
    "tf_idf": lambda: StringLookup(vocabulary=TERMS, output_mode="tf_idf", idf_weights=[0.5] * 5),
    "no vocabulary": lambda: StringLookup(),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_of_every_kind_is_sealed(layer: str) -> None:
    """Terms to ids and ids to terms; a layer without a vocabulary has nothing to compare."""
    check_seals(LAYERS[layer]())


def test_a_vocabulary_of_several_pieces_is_compared_to_its_end() -> None:
    """Every term is compared, not a sample: the last one is exchanged here."""
    terms = [f"t{index}" for index in range(2 * CHUNK + 1)]
    layer = StringLookup(vocabulary=terms)
    check_seals(layer)
    layer.lookup_table = StringLookup(vocabulary=[*terms[:-1], "other"]).lookup_table
    with pytest.raises(VocabularyError, match=rf"maps b't{2 * CHUNK}' to 0; vocabulary 'string_lookup"):
        check_seals(layer)


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        (["of", "the", "and", "naïve", "a\u2028b"], "its table maps b'the' to 2; vocabulary 'string_lookup' says 1"),
        (TERMS[:-1], "its table holds 4 entries; vocabulary 'string_lookup' has 5 terms"),
        ([*TERMS, "more"], "its table holds 6 entries; vocabulary 'string_lookup' has 5 terms"),
    ],
    ids=["swapped", "truncated", "appended"],
)
def test_a_table_of_another_vocabulary_is_found(terms: list[str], why: str, problems_of: Problems) -> None:
    """Training would have seen its ids, and the export would give those of the file."""
    layer = StringLookup(vocabulary=TERMS)
    layer.lookup_table = StringLookup(vocabulary=terms).lookup_table
    with pytest.raises(VocabularyError, match="do not map terms as the vocabularies that would be exported") as error:
        check_seals(_model(layer))
    assert problems_of(error.value) == {"layer 'string_lookup'": why}
    assert error.value.problems[0].remedy == "Call set_vocabulary, or build the layer anew"


def test_an_inverse_table_of_another_vocabulary_is_found(problems_of: Problems) -> None:
    """It gives other terms for the same ids."""
    layer = IntegerLookup(vocabulary=[7, -3], invert=True)
    layer.lookup_table = IntegerLookup(vocabulary=[7, 4], invert=True).lookup_table
    with pytest.raises(VocabularyError) as error:
        check_seals(layer)
    [message] = problems_of(error.value).values()
    assert message == "its table maps 2 to 4; vocabulary 'integer_lookup' says -3"


def test_a_table_that_was_filled_from_an_edited_snapshot_is_found(lexport_home: Path) -> None:
    """Somebody writes into the store between the making of a vocabulary and the building of a table."""
    layer = StringLookup(vocabulary=Vocabulary.from_terms("words", TERMS))
    snapshot = layer.vocabulary.path
    assert snapshot.is_relative_to(lexport_home)
    os.chmod(snapshot, 0o644)  # noqa: PTH101 - a snapshot is read-only, which somebody has undone
    snapshot.write_text("of\nthe\nand\nnaïve\na\u2028b\n", encoding="utf-8")
    whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
    edited = tf.lookup.TextFileInitializer(str(snapshot), tf.string, whole, tf.int64, number, value_index_offset=1)
    layer.lookup_table = tf.lookup.StaticHashTable(edited, 0)
    with pytest.raises(VocabularyError, match="its table maps b'the' to 2; vocabulary 'words' says 1"):
        check_seals(layer)


def test_bytes_that_were_changed_in_memory_are_found() -> None:
    """The digest was taken when the vocabulary was made, and not when it is asked for."""
    layer = StringLookup(vocabulary=Vocabulary.from_terms("words", TERMS))
    layer.vocabulary.data = layer.vocabulary.data.replace(b"the", b"THE")
    with pytest.raises(VocabularyError, match="the bytes of vocabulary 'words' were changed since it was made"):
        check_seals(layer)


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.chmod(0o644) or path.write_text("x")])
def test_a_snapshot_that_is_gone_or_edited_is_put_back(damage: Callable[[Path], Any], tmp_path: Path) -> None:
    """And the export has the bytes of the digest, not those of the day."""
    model = _model(StringLookup(vocabulary=Vocabulary.from_terms("words", TERMS)))
    vocabulary = model.layers[1].vocabulary
    damage(vocabulary.path)
    check_seals(model)
    assert vocabulary.path.read_bytes() == vocabulary.data
    damage(vocabulary.path)
    lexport.save(model, tmp_path / "model")
    assert (tmp_path / "model/assets/words.txt").read_bytes() == vocabulary.data


def test_a_snapshot_that_cannot_be_put_back_is_an_error(lexport_home: Path) -> None:
    """Without it there is nothing to export."""
    layer = StringLookup(vocabulary=Vocabulary.from_terms("words", TERMS))
    layer.vocabulary.path.unlink()
    layer.vocabulary.path.parent.rmdir()
    layer.vocabulary.path.parent.write_text("a file where the folder must be")
    with pytest.raises(VocabularyError, match=r"cannot write the snapshot of words\.txt"):
        check_seals(layer)


def test_all_broken_layers_are_named_at_once(problems_of: Problems) -> None:
    """In lists and dicts, too."""

    class Holder(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.lookups = {name: StringLookup(vocabulary=TERMS, name=name) for name in ("a", "b", "c")}

    holder = Holder()
    for name in ("a", "c"):
        holder.lookups[name].lookup_table = StringLookup(vocabulary=["x"]).lookup_table
    with pytest.raises(VocabularyError) as error:
        check_seals(holder)
    assert list(problems_of(error.value)) == ["layer 'a'", "layer 'c'"]


def _module(layer: Any) -> tf.Module:
    module = tf.Module()
    module.layer = layer
    return module


@pytest.mark.parametrize(
    ("export", "root"), [(lexport.save, _model), (lexport.export, _model), (lexport.save, _module)]
)
def test_a_broken_seal_stops_every_export(
    export: Callable[..., Any], root: Callable[[Any], Any], tmp_path: Path
) -> None:
    """Of a model, and of a module that holds such a layer; nothing is written."""
    layer = StringLookup(vocabulary=TERMS)
    layer.lookup_table = StringLookup(vocabulary=["of", *TERMS[:1], *TERMS[2:]]).lookup_table
    with pytest.raises(VocabularyError, match="do not map terms"):
        export(root(layer), tmp_path / "model")
    assert not (tmp_path / "model").exists() or list((tmp_path / "model").iterdir()) == []


def _edited(data: bytes, edit: Callable[[Any], object]) -> OwnedFile:
    message = model_proto().FromString(data)
    edit(message)
    return OwnedFile("spm.model", message.SerializeToString(), "sentencepiece")


def _exchange_pieces(message: Any) -> None:
    letters = [piece for piece in message.pieces if piece.type == 1 and len(piece.piece) == 1][:2]
    letters[0].piece, letters[1].piece = letters[1].piece, letters[0].piece


def _exchange_scores(message: Any) -> None:
    merged = [piece for piece in message.pieces if piece.type == 1 and len(piece.piece) > 1]
    for piece, score in zip(merged, [piece.score for piece in reversed(merged)], strict=True):
        piece.score = score


def _normalize_nothing(message: Any) -> None:
    message.normalizer_spec.name = "identity"
    message.normalizer_spec.precompiled_charsmap = b""


def _mark(message: Any) -> None:
    message.pieces[-1].score -= 64


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_exchange_pieces, "the pieces in memory are not those of 'spm.model', the first at "),
        (_exchange_scores, "the model in memory does not cut text as 'spm.model' does"),
        (_normalize_nothing, "the model in memory does not cut text as 'spm.model' does"),
    ],
)
def test_a_sentencepiece_model_in_memory_is_that_of_its_file(
    edit: Callable[[Any], object], told: str, sentencepiece_model: bytes
) -> None:
    """It cannot be read back but for its pieces; scores and normalization are told by what it cuts."""
    layer = SentencepieceTokenizer(sentencepiece_model, name="spm", add_eos=True)
    check_seals(layer)
    sound = layer._resource.file
    other = SentencepieceResource(_edited(sentencepiece_model, edit), add_bos=False, add_eos=True, reverse=False)
    other.file = sound
    layer._resource = other
    with pytest.raises(VocabularyError, match="do not map terms") as error:
        check_seals(layer)
    [problem] = error.value.problems
    assert (problem.where, problem.message.startswith(told)) == ("spm.model", True)


def test_changed_bytes_of_a_sentencepiece_model_are_found(sentencepiece_model: bytes) -> None:
    """The digest is that of when the layer was built."""
    layer = SentencepieceTokenizer(sentencepiece_model, name="spm")
    assert layer._resource.file.digest
    object.__setattr__(layer._resource.file, "data", sentencepiece_model[:-1])
    with pytest.raises(VocabularyError, match=r"the bytes of 'spm\.model' were changed"):
        check_seals(layer)


def test_a_loaded_export_does_not_lend_its_model_to_a_layer(sentencepiece_model: bytes, tmp_path: Path) -> None:
    """Somebody edited the asset, the kernel keeps it under the name of the sound one, and then the layer is built."""
    # A model that no other test has loaded into this process.
    data = _edited(sentencepiece_model, _mark).data
    text = keras.Input((), dtype="string", name="text")
    layer = SentencepieceTokenizer(data, ragged=False, sequence_length=8, name="spm")
    words = tf.constant(["the gnu", "greatest hurd"])
    expected = layer(words).numpy().tolist()
    path = lexport.save(keras.Model(text, {"ids": layer(text)}), tmp_path / "model")
    (path / "assets" / "spm.model").write_bytes(_edited(data, _exchange_pieces).data)
    loaded = tf.saved_model.load(str(path)).signatures["serving_default"](text=words)["ids"].numpy().tolist()
    assert loaded != expected
    again = SentencepieceTokenizer(data, sequence_length=8, add_bos=False, name="spm")
    assert again(words).numpy().tolist() == expected
    check_seals(again)
