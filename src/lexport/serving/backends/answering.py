"""`answering`: what answers TensorFlow's tensors, whatever backend a model is of."""

from typing import Any
from weakref import WeakKeyDictionary

import keras

from lexport.serving.backends.backend import uses_jax
from lexport.serving.backends.staged_model import StagedModel
from lexport.serving.keras_graph import parts_of

__all__ = ["answering"]

# All signatures of a model read the same variables, so they are made once. What is kept does not hold the model, and
# is made anew where layers were added, removed or exchanged since.
_STAGED: WeakKeyDictionary[Any, tuple[tuple[int, ...], StagedModel]] = WeakKeyDictionary()


def answering(model: Any) -> Any:
    """Gives what can be called with tensors of TensorFlow, eagerly and in a graph.

    Args:
        model: a built `keras.Model`, or what already answers TensorFlow's tensors.

    Returns:
        The model itself, or with JAX a `StagedModel` of it, whose variables are now those of the model.

    Raises:
        SignatureError: the model cannot be divided into what TensorFlow does and what JAX does.
    """
    if not uses_jax() or not isinstance(model, keras.Model):
        return model
    made_of = parts_of(model)
    known = _STAGED.get(model)
    if known is None or known[0] != made_of:
        known = _STAGED[model] = made_of, StagedModel.of(model)
    known[1].part.take_weights()
    return known[1]
