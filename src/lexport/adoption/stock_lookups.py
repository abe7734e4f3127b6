"""`StockLookup`: a lookup of a model that one of Keras's own layers holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras

from lexport.errors import Problem
from lexport.layers import IntegerLookup, StringLookup, TextVectorization
from lexport.layers.keras_internals import IndexLookup
from lexport.layers.owned_vocabulary import OwnedVocabulary
from lexport.serving.owned_assets import descendants
from lexport.serving.portable_tables import file_of

__all__ = ["StockLookup", "stock_lookups"]

# Exactly these classes: one that a user derived from them has methods that ours would put out of use.
OURS: Mapping[type, type] = {
    keras.layers.StringLookup: StringLookup,
    keras.layers.IntegerLookup: IntegerLookup,
    keras.layers.TextVectorization: TextVectorization,
}


@dataclass(frozen=True)
class StockLookup:
    """One vocabulary of a model, and the layers through which the model reaches it.

    Attributes:
        lookup: the `StringLookup` or `IntegerLookup`.
        text_layer: the `TextVectorization` that keeps it for itself; None where it stands alone.
    """

    lookup: Any
    text_layer: Any = None

    @property
    def layer(self) -> Any:
        """The layer that the model calls."""
        return self.lookup if self.text_layer is None else self.text_layer

    @property
    def file(self) -> str | None:
        """The path of the file that its table was filled from; None where it was something else."""
        return file_of(self.lookup.lookup_table)

    @property
    def where(self) -> str:
        """How errors name it."""
        return f"layer {self.layer.name!r}"

    @property
    def new_classes(self) -> list[tuple[Any, type]]:
        """Each layer that becomes one of ours, with its class. A user's own text layer stays what it is."""
        layers = [self.lookup] if self.text_layer is None else [self.lookup, self.text_layer]
        return [(layer, OURS[type(layer)]) for layer in layers if type(layer) in OURS]

    def obstacle(self) -> Problem | None:
        """Says why the lookup cannot be adopted, whatever its vocabulary holds."""
        kind = type(self.lookup)
        if kind not in OURS:
            base = next(one.__name__ for one in kind.__mro__ if one in OURS or one is IndexLookup)
            message = (
                f"is a {kind.__name__}, a class of your own below keras.layers.{base}, which has methods of its own"
            )
            return Problem(self.where, message, f"Derive it from lexport.layers.{base}")
        if int(self.lookup.lookup_table.size()) == 0:
            return Problem(self.where, "has no vocabulary", "Call adapt() or set_vocabulary")
        return None


def stock_lookups(root: Any) -> list[StockLookup]:
    """Finds the lookups below a model that do not own their vocabulary, each once.

    A class of the user's whose table is filled from a file is left as it is: the file is an asset already.
    """
    below = descendants(root)
    # The lookup inside a TextVectorization is a layer below the model, too, and no second one.
    around = {id(layer._lookup_layer): layer for layer in below if isinstance(layer, keras.layers.TextVectorization)}
    return [
        StockLookup(layer, around.get(id(layer)))
        for layer in below
        if isinstance(layer, IndexLookup)
        and not isinstance(layer, OwnedVocabulary)
        and (type(layer) in OURS or file_of(layer.lookup_table) is None)
    ]
