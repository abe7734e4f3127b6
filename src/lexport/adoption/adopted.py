"""`adopted`: an adoption for as long as a `with` block lasts."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from lexport.adoption.adopt_layers import adopt_layers
from lexport.adoption.adoption_report import AdoptionReport
from lexport.serving.export_lock import EXPORT_LOCK
from lexport.vocabulary import Vocabulary

__all__ = ["adopted"]


@contextmanager
def adopted(model: Any, vocabularies: Iterable[Vocabulary] = ()) -> Iterator[AdoptionReport]:
    """Lets stock layers own their vocabulary within a `with` block; afterwards the model is as it was.

    Another thread that adopts or exports waits until the block ends.

    Takes the arguments of `lexport.adopt`, and gives and raises what it does.

    Example:
        >>> import keras
        >>> layer = keras.layers.StringLookup(vocabulary=["the", "of"])
        >>> with adopted(layer):
        ...     print(type(layer).__module__)
        lexport.layers.string_lookup
        >>> type(layer) is keras.layers.StringLookup
        True
    """
    with EXPORT_LOCK, ExitStack() as undo:
        yield adopt_layers(undo, model, vocabularies)
