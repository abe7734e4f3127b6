"""The names of keras-hub that lexport leans on without a promise: each test says what changed.

`src/lexport/layers/keras_hub_internals.py` is the list. Where a test fails after an upgrade, look there first.
"""

import inspect
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_text as text

from lexport.layers.keras_hub_internals import (
    KERNELS,
    TOKENIZERS,
    fast_options,
    hub_kernel,
    hub_kind,
    runs_python_when_eager,
    set_hub_kernel,
)
from lexport.layers.text_library import automaton_of
from tests.adoption.hub_models import PIECES, keras_hub, proto, sentence_piece, word_piece

CHANGED = f"changed in keras-hub {keras_hub.__version__}; see layers/keras_hub_internals.py"


class Kernel:
    """Notes what is called on it, in the place of a tokenizer of tensorflow-text."""

    def __init__(self, kernel: Any) -> None:
        self.kernel, self.called = kernel, set[str]()

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self.kernel, name)


@pytest.mark.parametrize("kind", TOKENIZERS)
def test_the_tokenizers_are_known_by_name(kind: str) -> None:
    """They, classes derived from them, and nothing else."""
    theirs = getattr(keras_hub.tokenizers, kind)
    derived = type("Derived", (theirs,), {})
    assert hub_kind(theirs()) == hub_kind(derived()) == kind, CHANGED
    assert hub_kind(SimpleNamespace()) is None
    assert runs_python_when_eager([theirs()]), CHANGED
    assert not runs_python_when_eager([SimpleNamespace()])


@pytest.mark.parametrize("make", [word_piece, sentence_piece])
def test_graphs_call_the_kernel_by_two_methods_alone(make: Any) -> None:
    """What stands in its place needs no others, and eager calls do not ask it."""
    layer = make(sequence_length=4)
    kernel = Kernel(hub_kernel(layer))
    set_hub_kernel(layer, kernel)
    expected = make(sequence_length=4)(["gnus"])
    np.testing.assert_array_equal(layer(["gnus"]), expected)
    assert kernel.called == set(), CHANGED
    ids = tf.function(layer.call, autograph=False)(tf.constant(["gnus"]))
    assert kernel.called == {"tokenize"}, CHANGED
    tf.function(layer.detokenize, autograph=False)(ids)
    assert kernel.called == {"tokenize", "detokenize"}, CHANGED


def test_the_kernels_are_those_of_tensorflow_text() -> None:
    """Made when the vocabulary is set, and none before."""
    assert type(hub_kernel(word_piece())) is text.FastWordpieceTokenizer, CHANGED
    assert type(hub_kernel(sentence_piece())) is text.SentencepieceTokenizer, CHANGED
    for kind in KERNELS:
        assert hub_kernel(getattr(keras_hub.tokenizers, kind)()) is None, CHANGED


def test_nothing_else_in_keras_hub_reaches_for_the_kernels() -> None:
    """Tokenizers of models call what they inherit."""
    for name in dir(keras_hub.models):
        cls = getattr(keras_hub.models, name)
        base = next((one for one in getattr(cls, "__mro__", ()) if one.__name__ in KERNELS), None)
        if base is not None:
            own = [one for one in cls.__mro__ if one is not base and issubclass(one, base)]
            sources = "".join(inspect.getsource(one) for one in own)
            assert not re.search(rf"{KERNELS[base.__name__]}\b", sources), f"{name}: {CHANGED}"


@pytest.mark.parametrize("options", [{}, {"suffix_indicator": "@@"}, {"oov_token": "[PAD]"}])
def test_the_automaton_is_made_with_these_options(options: dict[str, Any]) -> None:
    """Byte for byte."""
    layer = word_piece(**options)
    assert layer.vocabulary == PIECES, CHANGED
    built = text.build_fast_wordpiece_model(layer.vocabulary, *fast_options(layer))
    assert bytes(built) == automaton_of(hub_kernel(layer)), CHANGED


@pytest.mark.parametrize("options", [{}, {"add_bos": True}, {"add_eos": True}])
def test_the_sentencepiece_kernel_is_made_with_these_options(options: dict[str, Any]) -> None:
    """No sampling, and nothing in reverse."""
    layer = sentence_piece(**options)
    kernel = hub_kernel(layer)
    assert (kernel.nbest_size, kernel.reverse) == (0, False), CHANGED
    assert (kernel.add_bos, kernel.add_eos) == (layer.add_bos, layer.add_eos), CHANGED
    assert layer.proto == proto(), CHANGED
