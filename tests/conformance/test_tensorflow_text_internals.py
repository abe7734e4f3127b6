"""The names of tensorflow-text that lexport leans on without a promise: the test says what changed."""

import inspect

import tensorflow_text

from lexport.layers.text_library import automaton_of, sentencepiece_kernels


def test_the_sentencepiece_kernels_take_what_they_are_given() -> None:
    """`layers/sentencepiece_tokenizer.py` calls them with a handle of its own."""
    kernels = sentencepiece_kernels()
    tokenize = list(inspect.signature(kernels.sentencepiece_tokenize_op).parameters)
    detokenize = list(inspect.signature(kernels.sentencepiece_detokenize_op).parameters)
    options = ["add_bos", "add_eos", "reverse"]
    assert tokenize[:8] == ["sp_handle", "input", "nbest_size", "alpha", *options, "out_type"], (
        tensorflow_text.__version__
    )
    assert detokenize[:6] == ["sp_handle", "input_values", "input_splits", *options], tensorflow_text.__version__


def test_a_fast_tokenizer_tells_its_automaton() -> None:
    """`adoption` compares it with the one that the vocabulary gives."""
    options = (100, "##", "[UNK]", True, True)
    built = bytes(tensorflow_text.build_fast_wordpiece_model(["[UNK]", "gnu"], *options))
    tokenizer = tensorflow_text.FastWordpieceTokenizer(model_buffer=built)
    assert automaton_of(tokenizer) == built, tensorflow_text.__version__
