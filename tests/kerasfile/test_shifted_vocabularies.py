"""Vocabularies that Keras's own layers read back from a `.keras` file otherwise than they wrote them."""

import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport
from lexport.errors import ConfigError, Problem
from lexport.kerasfile.archive import KerasArchive
from lexport.kerasfile.shifted_vocabularies import shifted_terms, shifted_vocabularies
from lexport.serving.model_source import model_from_file


def _model(*terms: str) -> Any:
    layer = keras.layers.TextVectorization(name="words", standardize=None, split=None)
    # The more often, the lower the id: learnt in this order.
    layer.adapt(np.array([[term] for index, term in enumerate(terms) for _ in range(len(terms) - index)], dtype=object))
    return keras.Sequential([keras.Input((1,), dtype="string"), layer])


@pytest.mark.parametrize("term", ["a\u2028b", "a\x85b", "a\x0bb", "a\x1cb", "a\rb"])
def test_a_model_whose_ids_would_shift_is_not_loaded(term: str, tmp_path: Path) -> None:
    """Keras itself says nothing; the term, its line, and what to do are named."""
    model = _model("the", term, "of")
    model.save(tmp_path / "model.keras")
    trained = model(np.array([["of"]], dtype=object)).numpy().tolist()
    reloaded = keras.saving.load_model(tmp_path / "model.keras")
    assert reloaded(np.array([["of"]], dtype=object)).numpy().tolist() != trained
    with pytest.raises(ConfigError, match="other ids than it was trained with") as raised:
        model_from_file(tmp_path / "model.keras")
    places = {problem.where for problem in raised.value.problems}
    assert any(place.endswith("vocabulary.txt, line 4") for place in places)
    assert repr(term) in str(raised.value)
    assert "lexport.adopt(model)" in str(raised.value)


def test_the_remedy_is_one(tmp_path: Path) -> None:
    """An adopted model has its vocabulary back as it was."""
    model = _model("the", "a\u2028b", "of")
    lexport.adopt(model)
    model.save(tmp_path / "model.keras")
    assert _shifted(tmp_path / "model.keras") == []
    assert model_from_file(tmp_path / "model.keras").model.layers[-1].vocabulary.terms == ("the", "a\u2028b", "of")


def test_terms_that_are_read_as_they_were_written_pass(tmp_path: Path) -> None:
    """Spaces, accents and other scripts are none of those characters; nor is a file that is no archive."""
    model = _model("the", " naïve ", "日本語", "of")
    model.save(tmp_path / "model.keras")
    assert _shifted(tmp_path / "model.keras") == []
    for nothing in ("text.keras", "nothing.keras"):
        with pytest.raises(ConfigError, match="cannot be loaded"):
            model_from_file(tmp_path / nothing)
        (tmp_path / "nothing.keras").write_text("no archive")


def test_an_empty_last_term_is_missed(tmp_path: Path) -> None:
    """`adapt` learns it, and puts it there where it is rare; Keras drops it on the way back."""
    layer = keras.layers.StringLookup(name="country")
    layer.adapt(tf.constant(["de", "de", "fr", "fr", ""]))
    inputs = keras.Input((), dtype="string")
    keras.Model(inputs, layer(inputs)).save(tmp_path / "model.keras")
    assert layer.get_vocabulary()[-1] == ""
    with pytest.raises(ConfigError, match="leaves the term '' out"):
        model_from_file(tmp_path / "model.keras")


def test_an_empty_last_term_is_missed_beside_a_tokenizer_of_keras_hub(tmp_path: Path) -> None:
    """Whose files end in the same byte."""
    keras_hub = pytest.importorskip("keras_hub")
    layer = keras.layers.StringLookup(vocabulary=None, name="country")
    layer.adapt(tf.constant(["de", "de", ""]))
    inputs = keras.Input((), dtype="string")
    pieces = keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "a"], lowercase=False)(inputs)
    keras.Model(inputs, [layer(inputs), pieces]).save(tmp_path / "model.keras")
    with pytest.raises(ConfigError, match="leaves the term '' out") as error:
        model_from_file(tmp_path / "model.keras")
    assert len(error.value.problems) == 1


def test_the_encoding_of_the_locale_counts() -> None:
    """Keras reads in it: what is not ASCII would be out of the vocabulary."""
    assert list(shifted_terms("vocabulary.txt", "[UNK]\né\nb".encode(), "utf-8")) == []
    [problem] = shifted_terms("vocabulary.txt", "[UNK]\né\nb".encode(), "latin-1")
    assert (problem.where, problem.message[:33]) == ("vocabulary.txt, line 2", "Keras reads the term 'é' as 'Ã©',")
    assert list(shifted_terms("vocabulary.txt", b"[UNK]\nb", "latin-1")) == []


def test_white_space_at_the_end_of_a_piece_of_keras_hub_is_missed(tmp_path: Path) -> None:
    """It writes it, and does not read it."""
    keras_hub = pytest.importorskip("keras_hub")
    tokenizer = keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "a", "b\u2009"], lowercase=False)
    inputs = keras.Input((), dtype="string")
    keras.Model(inputs, tokenizer(inputs)).save(tmp_path / "model.keras")
    with pytest.raises(ConfigError, match="keras-hub reads the piece"):
        model_from_file(tmp_path / "model.keras")


def test_a_bomb_is_refused_before_keras_unpacks_it(tmp_path: Path) -> None:
    """A hundred megabytes of nothing, in a member that Keras would read whole."""
    _model("the").save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/vocabulary.txt", b"\n" * (1 << 27))
    with pytest.raises(ConfigError, match=r"(?s)cannot be loaded: it is not sound.*would become 134217728"):
        model_from_file(tmp_path / "model.keras")


def _shifted(path: Path) -> list[Problem]:
    with KerasArchive(path) as archive:
        return list(shifted_vocabularies(archive))
