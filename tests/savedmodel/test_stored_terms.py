from collections.abc import Callable
from pathlib import Path

import keras
import pytest
import tensorflow as tf

from lexport.savedmodel import read_inventory
from lexport.savedmodel.stored_terms import read_stored_terms
from lexport.savedmodel.tensor_values import tensor_values

Export = Callable[..., Path]


def _terms(directory: Path) -> list[list[tuple[str, bytes]]]:
    return [list(one.terms()) for one in read_stored_terms(read_inventory(directory))]


@pytest.mark.parametrize("invert", [False, True])
def test_a_file_has_the_ids_of_its_layer(invert: bool, export: Export, words: Path) -> None:
    """Mask and out-of-vocabulary tokens come first, whichever way the table maps."""
    layer = keras.layers.StringLookup(vocabulary=str(words), mask_token="", num_oov_indices=1, invert=invert)
    [stored] = read_stored_terms(read_inventory(export(layer, "int64" if invert else "string")))
    terms = list(stored.terms())

    assert (stored.asset, stored.first) == ("words.txt", 2)
    assert [layer.get_vocabulary()[int(number)].encode() for number, _ in terms] == [term for _, term in terms]
    assert terms[0] == ("2", b"term0")


@pytest.mark.parametrize("invert", [False, True])
def test_constants_have_the_ids_of_their_layer(invert: bool, export: Export) -> None:
    """What Keras writes for a list."""
    layer = keras.layers.StringLookup(vocabulary=["cat", "größe", "two\nlines"], num_oov_indices=2, invert=invert)
    [stored] = read_stored_terms(read_inventory(export(layer, "int64" if invert else "string")))
    terms = list(stored.terms())

    assert (stored.asset, stored.first) == (None, None)
    assert {int(number) for number, _ in terms} <= {0, 1, 2, 3, 4}
    assert [layer.get_vocabulary()[int(number)].encode() for number, _ in terms] == [term for _, term in terms]
    assert [term for _, term in terms][-3:] == [b"cat", "größe".encode(), b"two\nlines"]


def test_integers_are_terms_too(export: Export) -> None:
    """The keys of a table from integers to integers."""
    layer = keras.layers.IntegerLookup(vocabulary=[70, -5])

    assert _terms(export(layer, "int64")) == [[("1", b"70"), ("2", b"-5")]]


@pytest.mark.parametrize("value", [["a", "b"], ["a", "a"], [7, 8], [5, 5, 5], []])
def test_values_are_read_as_tensorflow_writes_them(value: list[object]) -> None:
    """Also where it leaves out those that repeat the last."""
    tensor = tf.make_tensor_proto(value, dtype=tf.string if value and isinstance(value[0], str) else tf.int64)

    assert tensor_values(tensor) == [str(one).encode() for one in value]
