"""The one place where lexport leans on keras-hub, which it never imports: its layers are known by name.

Checked against keras-hub 0.32.0; `tests/conformance/test_keras_hub_internals.py` fails when one of them changes. What
is read or set beyond the public API:

- the names `WordPieceTokenizer`, `SentencePieceTokenizer`, `BytePairTokenizer` and `PreprocessingLayer` of classes in
  modules of keras_hub: importing it takes seconds, and where a model has none of its layers it need not be installed;
- `WordPieceTokenizer._fast_word_piece` and `SentencePieceTokenizer._sentence_piece`: the tokenizers of tensorflow-text
  that graphs call, by `tokenize` and `detokenize` alone. `set_vocabulary` and `set_proto` make them anew;
- `WordPieceTokenizer.vocabulary`, `.oov_token`, `.suffix_indicator` and `SentencePieceTokenizer.proto`, `.add_bos`,
  `.add_eos`: what they are made of. They are public, and documented as arguments only;
- the tokenizers are made with `max_bytes_per_word=100`, `no_pretokenization=True` and `support_detokenization=True`,
  `nbest_size=0` and `reverse=False`;
- eager calls of a `PreprocessingLayer` run Python code of keras-hub's own, which knows no invalid UTF-8 and gives lists
  instead of ragged tensors; graphs run the kernels. There is no public way to ask for them.
"""

from collections.abc import Iterable
from typing import Any

from lexport.layers.piece_lookup import FastOptions

__all__ = ["fast_options", "hub_kernel", "hub_kind", "runs_python_when_eager", "set_hub_kernel"]

TOKENIZERS = ("WordPieceTokenizer", "SentencePieceTokenizer", "BytePairTokenizer")
KERNELS = {"WordPieceTokenizer": "_fast_word_piece", "SentencePieceTokenizer": "_sentence_piece"}
MAX_BYTES_PER_WORD = 100


def hub_kind(layer: Any) -> str | None:
    """Names the tokenizer of keras-hub that a layer is, or is derived from; None for every other layer."""
    return next((name for name in _hub_names(layer) if name in TOKENIZERS), None)


def runs_python_when_eager(layers: Iterable[Any]) -> bool:
    """Whether one of the layers has other code for eager calls than for graphs."""
    return any("PreprocessingLayer" in _hub_names(layer) for layer in layers)


def hub_kernel(layer: Any) -> Any:
    """Gives what a tokenizer calls in graphs; None where it has no vocabulary, or there is no tensorflow-text."""
    return getattr(layer, KERNELS[hub_kind(layer) or ""])


def set_hub_kernel(layer: Any, kernel: Any) -> None:
    """Lets a tokenizer call something else in graphs."""
    setattr(layer, KERNELS[hub_kind(layer) or ""], kernel)


def fast_options(layer: Any) -> FastOptions:
    """Gives what a `WordPieceTokenizer` has its automaton built with."""
    return FastOptions(MAX_BYTES_PER_WORD, layer.suffix_indicator, layer.oov_token, True, True)


def _hub_names(layer: Any) -> list[str]:
    return [base.__name__ for base in type(layer).__mro__ if base.__module__.partition(".")[0] == "keras_hub"]
