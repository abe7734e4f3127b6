"""Vocabularies that Keras's own layers read back from a `.keras` file otherwise than they wrote them."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import lexport
from lexport.errors import ConfigError
from lexport.kerasfile.shifted_vocabularies import shifted_vocabularies
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
    assert list(shifted_vocabularies(tmp_path / "model.keras")) == []
    assert model_from_file(tmp_path / "model.keras").model.layers[-1].vocabulary.terms == ("the", "a\u2028b", "of")


def test_terms_that_are_read_as_they_were_written_pass(tmp_path: Path) -> None:
    """Spaces, accents and other scripts are none of those characters; nor is a file that is no archive."""
    model = _model("the", " naïve ", "日本語", "of")
    model.save(tmp_path / "model.keras")
    assert list(shifted_vocabularies(tmp_path / "model.keras")) == []
    (tmp_path / "text.keras").write_text("no archive")
    assert list(shifted_vocabularies(tmp_path / "text.keras")) == []
    assert list(shifted_vocabularies(tmp_path / "nothing.keras")) == []
