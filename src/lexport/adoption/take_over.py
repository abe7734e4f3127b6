"""The change that makes a stock layer one of ours, and the way back."""

from contextlib import ExitStack
from typing import Any

from lexport.adoption.stock_lookups import StockLookup
from lexport.layers.checkpoint_record import CheckpointRecord
from lexport.layers.table import save_from_vocabulary
from lexport.vocabulary import Vocabulary

__all__ = ["take_over"]


def take_over(stock: StockLookup, vocabulary: Vocabulary, undo: ExitStack) -> None:
    """Makes a lookup, and the text layer around it, own a vocabulary.

    Nothing is rebuilt. The layers stay the objects that models, wrappers, closures and traced functions hold; they
    only get another class. The table stays the one that gave the answers of the training; only what a SavedModel
    fills it from becomes the vocabulary's file.

    Args:
        stock: what is changed.
        vocabulary: the terms that its table holds.
        undo: is given what leads back, as soon as there is something to lead back from.
    """
    lookup = stock.lookup
    _set(
        lookup,
        undo,
        _vocabulary=vocabulary,
        _given_as_terms=lookup.input_vocabulary is not None,
        input_vocabulary=None,
        # The lookup inside a text layer is called as the layer is: what it learns next is named after it.
        name=stock.layer.name,
    )
    for layer, owner in stock.new_classes:
        undo.callback(object.__setattr__, layer, "__class__", type(layer))
        object.__setattr__(layer, "__class__", owner)
    undo.callback(_forget, lookup, "_checkpoint_record")
    lookup._checkpoint_record = CheckpointRecord(lookup)
    undo.callback(
        save_from_vocabulary(
            lookup.lookup_table,
            vocabulary,
            offset=lookup._token_start_index(),
            invert=lookup.invert,
            dtype=lookup.vocabulary_dtype,
        )
    )


def _set(layer: Any, undo: ExitStack, **attributes: Any) -> None:
    """Sets plain attributes past Keras, which would wrap and track them."""
    before = {name: value for name, value in vars(layer).items() if name in attributes}
    undo.callback(_put_back, layer, before, attributes)
    vars(layer).update(attributes)


def _put_back(layer: Any, before: dict[str, Any], attributes: dict[str, Any]) -> None:
    for name in attributes:
        vars(layer).pop(name, None)
    vars(layer).update(before)


def _forget(layer: Any, attribute: str) -> None:
    if attribute in vars(layer):
        delattr(layer, attribute)
