"""Tokenizers of keras-hub that nothing here can adopt."""

from collections.abc import Iterator
from typing import Any

from lexport.errors import Problem
from lexport.layers.keras_hub_internals import hub_kind
from lexport.serving.owned_assets import descendants

__all__ = ["foreign_tokenizers"]

# Seen in keras-hub 0.32.0: a SavedModel of it holds the words that the process has tokenized, among its variables.
REFUSED = {
    "BytePairTokenizer": "keeps its vocabulary and its merges as constants of the graph, and every word that it has "
    "ever tokenized in a table that a SavedModel would hold, too, and that each request to a server would add to"
}


def foreign_tokenizers(root: Any) -> Iterator[Problem]:
    """Names the keras-hub tokenizers below a model that cannot own their vocabulary, with the reason."""
    for layer in descendants(root):
        kind = hub_kind(layer)
        if kind in REFUSED:
            derived = "" if type(layer).__name__ == kind else f"{type(layer).__name__}, a "
            remedy = "Put a tokenizer of lexport.layers in its place, or tokenize before the model is called"
            yield Problem(f"layer {layer.name!r}", f"is a {derived}keras_hub {kind}, which {REFUSED[kind]}", remedy)
