"""Adoptions of one model in two threads take turns."""

import threading

import keras

from lexport.adoption import adopted


def test_one_that_starts_within_another_waits_for_its_end() -> None:
    """Else the first to end would take the layers of the second away, and the second would put lexport's back."""
    layer = keras.layers.StringLookup(vocabulary=["a", "b"], name="words")
    before = type(layer), layer.lookup_table._initializer, layer.lookup_table._shared_name
    within = threading.Event()

    def adopt_too() -> None:
        with adopted(layer):
            within.set()

    thread = threading.Thread(target=adopt_too)
    with adopted(layer):
        thread.start()
        assert not within.wait(0.5)
    thread.join()
    assert within.is_set()
    assert (type(layer), layer.lookup_table._initializer, layer.lookup_table._shared_name) == before
