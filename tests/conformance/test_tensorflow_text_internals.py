"""The names of tensorflow-text that lexport leans on without a promise: the test says what changed."""

import inspect

import tensorflow_text

from lexport.layers.text_library import sentencepiece_kernels


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
