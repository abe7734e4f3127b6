"""Tokenizers of other libraries, whose vocabulary nothing here can own."""

from collections.abc import Iterator
from typing import Any

from lexport.errors import Problem
from lexport.serving.owned_assets import descendants

__all__ = ["foreign_tokenizers"]

# By name: keras-hub need not be installed, and where it is not there is no such layer either.
KERAS_HUB = {
    "WordPieceTokenizer": "keeps its vocabulary as a constant of the graph",
    "SentencePieceTokenizer": "keeps its model as a constant of the graph",
    "BytePairTokenizer": "keeps its vocabulary and its merges as constants of the graph",
}


def foreign_tokenizers(root: Any) -> Iterator[Problem]:
    """Names the keras-hub tokenizers below a model: no file of the export would hold their vocabulary."""
    for layer in descendants(root):
        for base in type(layer).__mro__:
            if base.__module__.startswith("keras_hub.") and base.__name__ in KERAS_HUB:
                kind = f"keras_hub {base.__name__}"
                kind = kind if type(layer) is base else f"{type(layer).__name__}, a {kind}"
                remedy = "Put a tokenizer of lexport.layers in its place, or tokenize before the model is called"
                yield Problem(
                    f"layer {layer.name!r}",
                    f"is a {kind}, which {KERAS_HUB[base.__name__]}: no file of the export would hold it",
                    remedy,
                )
                break
