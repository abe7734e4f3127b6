"""A functional model whose class has its own `call` does something else than its graph says."""

from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport import PreprocessSignature
from lexport.errors import SignatureError
from lexport.layers import StringLookup
from lexport.serving.model_root import serving_root


class Lowered(keras.Model):
    """Lower-cases before its graph."""

    def __init__(self, **options: Any) -> None:
        text = keras.Input((), dtype="string", name="text")
        super().__init__(text, StringLookup(vocabulary=["a", "b"], name="ids")(text), **options)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        return super().call(tf.strings.lower(inputs))


def wrapped() -> Any:
    """A model that calls it."""
    text = keras.Input((), dtype="string", name="text")
    return keras.Model(text, Lowered(name="lowered")(text))


@pytest.mark.parametrize("outputs", [(), ("ids",)])
@pytest.mark.parametrize("make", [Lowered, wrapped])
def test_its_lookups_are_refused_instead_of_served_without_the_call(make: Any, outputs: tuple[str, ...]) -> None:
    """Else the ids under the signature are not those of the model."""
    signature = PreprocessSignature({"text": ("string", (None,))}, outputs=outputs)
    with pytest.raises(SignatureError, match=r"own call|ids"):
        serving_root(make(), {"ids": signature})
