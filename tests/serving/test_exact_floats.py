"""Answers that others must repeat are calculated with full precision."""

from collections.abc import Iterator

import pytest
import tensorflow as tf

from lexport.serving.exact_floats import exact_floats


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Other tests find the setting as it was."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    yield
    tf.config.experimental.enable_tensor_float_32_execution(before)


@pytest.mark.parametrize("before", [True, False])
def test_tf32_is_off_within_and_as_before_afterwards(before: bool) -> None:
    """The user's choice for training stays the user's."""
    tf.config.experimental.enable_tensor_float_32_execution(before)
    with exact_floats():
        assert not tf.config.experimental.tensor_float_32_execution_enabled()
    assert tf.config.experimental.tensor_float_32_execution_enabled() is before


def test_it_is_as_before_after_an_error() -> None:
    """A model that raises on a probe must not slow down what comes later."""
    tf.config.experimental.enable_tensor_float_32_execution(True)
    with pytest.raises(KeyError), exact_floats():
        raise KeyError
    assert tf.config.experimental.tensor_float_32_execution_enabled()
