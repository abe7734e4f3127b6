"""tensorflow-text, imported when the first of its kernels is needed: that takes seconds.

The one place that leans on names which tensorflow-text does not promise to keep; checked against 2.21.1,
`tests/conformance/test_tensorflow_text_internals.py` fails when one changes:

- the kernels of SentencePiece, which its own class calls with a resource that it makes from bytes, so that the bytes
  would be in the graph;
- `FastWordpieceTokenizer._model`: the automaton that it was made with, or made.
"""

import importlib
from typing import Any

__all__ = ["automaton_of", "sentencepiece_kernels", "text_library"]


def text_library() -> Any:
    """Gives the module `tensorflow_text`."""
    return importlib.import_module("tensorflow_text")


def sentencepiece_kernels() -> Any:
    """Gives the kernels that make a model, cut and join text, and read pieces back."""
    return importlib.import_module("tensorflow_text.python.ops.sentencepiece_tokenizer").gen_sentencepiece_tokenizer


def automaton_of(tokenizer: Any) -> bytes:
    """Gives what a `FastWordpieceTokenizer` of tensorflow-text walks through."""
    return bytes(tokenizer._model.numpy())
