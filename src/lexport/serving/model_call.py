"""Calls a Keras model with named tensors, and names what it gives."""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf

from lexport.errors import SignatureError
from lexport.serving.backends.answering import answering
from lexport.serving.signature import Signature, input_tensors
from lexport.serving.signature_inputs import input_problems
from lexport.serving.signature_outputs import named_outputs, output_problems

__all__ = ["ModelCall", "model_call"]

ModelCall = Callable[[Mapping[str, Any]], dict[str, Any]]


def model_call(model: Any, name: str, signature: Signature) -> ModelCall:
    """Makes the function of a signature out of a model's call.

    Inputs are matched by name with those of a functional model. A model with one input takes it under whatever
    name the signature gives; a subclassed model with several gets a dict.

    Args:
        model: a built `keras.Model`.
        name: the signature's name, for errors.
        signature: its inputs and outputs.

    Returns:
        A function from tensors by input name to tensors by output name. It raises a SignatureError where the
        model does not give what the signature serves.

    Raises:
        SignatureError: the inputs are not those of the model; all differences are named.
    """
    problems = input_problems(model, f"signatures.{name}.inputs", signature)
    if problems:
        raise SignatureError(f"signature {name!r} does not fit model {model.name!r}", problems)

    answers = answering(model)

    def call(inputs: Mapping[str, Any]) -> dict[str, Any]:
        outputs = named_outputs(model, signature, answers(_structured(model, inputs), training=False))
        problems = list(output_problems(f"signatures.{name}.outputs", signature, outputs))
        if problems:
            raise SignatureError(f"signature {name!r} cannot serve what model {model.name!r} gives", problems)
        return {key: tf.convert_to_tensor(outputs[key]) for key in signature.outputs or outputs}

    return call


def _structured(model: Any, inputs: Mapping[str, Any]) -> Any:
    """Arranges tensors as the model takes them: alone, or in its own lists and dicts."""
    tensors = input_tensors(model)
    if isinstance(model, keras.Sequential) or not tensors:
        return next(iter(inputs.values())) if len(inputs) == 1 else dict(inputs)
    named = inputs if len(tensors) > 1 else dict(zip(tensors, inputs.values(), strict=True))
    return keras.tree.map_structure(lambda tensor: named[tensor.name], model.input)
