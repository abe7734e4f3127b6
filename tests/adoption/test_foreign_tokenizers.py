"""Tokenizers of keras-hub are named before an export, with the reason why nothing can own what they hold."""

from pathlib import Path
from typing import Any

import keras
import pytest

import lexport
from lexport.errors import VocabularyError

keras_hub: Any = pytest.importorskip("keras_hub")


class Derived(keras_hub.tokenizers.WordPieceTokenizer):  # type: ignore[misc]
    """A tokenizer of the user's."""


def _word_piece(kind: Any, name: str) -> Any:
    return kind(vocabulary=["[UNK]", "the", "gn", "##u"], sequence_length=4, name=name)


def test_a_tokenizer_of_keras_hub_is_named_with_all_other_problems(tmp_path: Path) -> None:
    """Its vocabulary would lie in the graph as a constant; nothing is saved, and the model is as it was."""
    text = keras.Input((), dtype="string", name="text")
    tokenizers = [_word_piece(keras_hub.tokenizers.WordPieceTokenizer, "pieces"), _word_piece(Derived, "derived")]
    empty = keras.layers.StringLookup(name="empty")
    lookup = keras.layers.StringLookup(vocabulary=["a"], name="good")
    model = keras.Model(text, [layer(text) for layer in (*tokenizers, empty, lookup)])
    with pytest.raises(VocabularyError) as raised:
        lexport.save(model, tmp_path / "model")
    problems = [str(problem) for problem in raised.value.problems]
    assert len(problems) == 3
    assert problems[0].startswith("layer 'pieces': is a keras_hub WordPieceTokenizer, which keeps its vocabulary as")
    assert problems[1].startswith("layer 'derived': is a Derived, a keras_hub WordPieceTokenizer, which keeps its")
    assert "lexport.layers" in problems[0]
    assert not (tmp_path / "model").exists()
    assert type(lookup) is keras.layers.StringLookup
