"""Tables that signatures read and nothing tracks are found, with what is known about where they come from."""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport.errors import AssetError
from lexport.serving.model_root import serving_root
from lexport.serving.signature import signature_of_model

TABLE_OF_THE_MODULE: Any = None


def _table() -> Any:
    initializer = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([5, 6], tf.int64))
    return tf.lookup.StaticHashTable(initializer, -1)


class Looking(keras.layers.Layer):
    """Looks up in whatever a function gives it."""

    def __init__(self, give: Callable[[], Any], **kept: Any) -> None:
        super().__init__(name="looking")
        self.give = give
        for name, value in kept.items():
            setattr(self, name, value)

    def call(self, words: Any) -> Any:
        return tf.ensure_shape(self.give().lookup(words), [None])  # this line reads


def _problems(*layers: Any) -> list[str]:
    word = keras.Input((), dtype="string", name="word")
    model = keras.Model(word, {str(number): layer(word) for number, layer in enumerate(layers)})
    with pytest.raises(AssetError, match=f"read {len(layers)} lookup tables") as raised:
        serving_root(model, {"serving_default": signature_of_model(model)})
    return [str(problem) for problem in raised.value.problems]


def test_the_line_that_reads_a_table_is_named() -> None:
    """It is what TensorFlow knows; the table itself was made outside of any graph."""
    table = _table()
    lines, first = inspect.getsourcelines(Looking)
    line = first + next(number for number, text in enumerate(lines) if "this line reads" in text)
    [problem] = _problems(Looking(lambda: table))
    assert problem.startswith(f"read at {__file__}:{line}: nothing tracks a StaticHashTable")


def test_a_variable_of_a_closure_is_named() -> None:
    """With the function and its line."""
    table = _table()
    looking = Looking(lambda: table)
    [problem] = _problems(looking)
    code = looking.give.__code__
    assert f"variable 'table' of {looking.give.__qualname__} at {__file__}:{code.co_firstlineno}" in problem


def test_an_attribute_of_a_module_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it would be imported."""
    module = sys.modules[__name__]
    monkeypatch.setattr(module, "TABLE_OF_THE_MODULE", _table())
    [problem] = _problems(Looking(lambda: TABLE_OF_THE_MODULE))
    assert f"held by module {__name__}.TABLE_OF_THE_MODULE" in problem


def test_an_item_of_a_list_of_a_layer_is_named() -> None:
    """TensorFlow follows attributes, and not what a layer keeps in lists and dicts."""
    tables = [_table()]
    [problem] = _problems(Looking(lambda: tables[0], kept=tables))
    assert "an item of Looking 'looking'.kept" in problem


def test_a_layer_that_no_layer_holds_is_named() -> None:
    """A stock lookup in a closure: its table is no more tracked than the layer is."""
    lookup = keras.layers.StringLookup(vocabulary=["a"], name="hidden")

    class Around:
        def lookup(self, words: Any) -> Any:
            return lookup(words)

    around = Around()
    [problem] = _problems(Looking(lambda: around))
    assert "held by StringLookup 'hidden'.lookup_table" in problem


def test_all_of_them_are_named() -> None:
    """Each with its own place."""
    first, second = _table(), tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    layers = [Looking(lambda: first), Looking(lambda: second)]
    layers[1].name = "another"
    problems = " ".join(_problems(*layers))
    assert ["a StaticHashTable" in problems, "a MutableHashTable" in problems] == [True, True]
