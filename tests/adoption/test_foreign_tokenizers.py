"""Tokenizers that nothing can adopt are named before an export, with the reason."""

from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport.errors import VocabularyError

keras_hub: Any = pytest.importorskip("keras_hub")

MERGES = ["t h", "th e", "g n", "gn u"]
TOKENS = {token: index for index, token in enumerate(["t", "h", "e", "g", "n", "u", "th", "the", "gn", "gnu", "Ġ"])}


class Derived(keras_hub.tokenizers.BytePairTokenizer):  # type: ignore[misc]
    """A tokenizer of the user's."""


def _byte_pair(kind: Any, name: str) -> Any:
    return kind(TOKENS, MERGES, sequence_length=4, name=name)


def test_a_byte_pair_tokenizer_is_named_with_all_other_problems(tmp_path: Path) -> None:
    """Nothing is saved, and the model is as it was."""
    text = keras.Input((), dtype="string", name="text")
    tokenizers = [_byte_pair(keras_hub.tokenizers.BytePairTokenizer, "pairs"), _byte_pair(Derived, "derived")]
    pieces = keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "the"], sequence_length=4)
    empty = keras.layers.StringLookup(name="empty")
    lookup = keras.layers.StringLookup(vocabulary=["a"], name="good")
    model = keras.Model(text, [layer(text) for layer in (*tokenizers, pieces, empty, lookup)])
    kernel = pieces._fast_word_piece
    with pytest.raises(VocabularyError) as raised:
        lexport.save(model, tmp_path / "model")
    problems = [str(problem) for problem in raised.value.problems]
    assert len(problems) == 3
    assert problems[0].startswith("layer 'pairs': is a keras_hub BytePairTokenizer, which keeps its vocabulary and its")
    assert problems[1].startswith("layer 'derived': is a Derived, a keras_hub BytePairTokenizer, which keeps its")
    assert "lexport.layers" in problems[0]
    assert not (tmp_path / "model").exists()
    assert type(lookup) is keras.layers.StringLookup
    assert pieces._fast_word_piece is kernel


def test_a_byte_pair_tokenizer_would_publish_what_it_has_tokenized(tmp_path: Path) -> None:
    """The reason why it is refused: should keras-hub stop this, it could be adopted."""
    layer = _byte_pair(keras_hub.tokenizers.BytePairTokenizer, "pairs")
    serve = tf.function(lambda text: {"ids": layer.call(text)}, autograph=False)
    function = serve.get_concrete_function(tf.TensorSpec([None], tf.string, name="text"))
    function(tf.constant(["gnu confidential"]))
    root = tf.Module()
    root.layer = layer
    tf.saved_model.save(root, str(tmp_path), signatures=function)
    [variables] = (tmp_path / "variables").glob("variables.data*")
    assert b"c o n f i d e n t i a l" in variables.read_bytes()
    assert [path.name for path in (tmp_path / "assets").iterdir()] == []
