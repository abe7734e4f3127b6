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


def test_a_sentencepiece_model_is_made_and_its_pieces_are_read_back() -> None:
    """`layers/sentencepiece_resource.py` compares what is in memory with the file."""
    kernels = sentencepiece_kernels()
    for name, first in [
        ("sentencepiece_op", "model"),
        ("sentencepiece_vocab_size_op", "sp_handle"),
        ("sentencepiece_id_to_string_op", "sp_handle"),
    ]:
        parameters = list(inspect.signature(getattr(kernels, name)).parameters)
        assert parameters[0] == first, tensorflow_text.__version__
    assert list(inspect.signature(kernels.sentencepiece_id_to_string_op).parameters)[1] == "input"
