"""`PreprocessSignature`: what the vocabularies make of the inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import tensorflow as tf

from lexport.errors import SignatureError
from lexport.serving.backends.answering import answering
from lexport.serving.families.binding import Binding
from lexport.serving.families.lookup_outputs import lookup_outputs
from lexport.serving.keras_graph import inputs_behind
from lexport.serving.model_call import model_call
from lexport.serving.signature import Signature, input_tensors

__all__ = ["PreprocessSignature", "bind_preprocess"]


@dataclass(frozen=True)
class PreprocessSignature(Signature):
    """Serves what the lookup layers and tokenizers of a functional model give, each under the name of its layer.

    A `BertTokenizer` named `text` that packs gives `text_input_word_ids`, `text_input_mask` and
    `text_input_type_ids`. Sparse tensors become dense, ragged ones too, their rows filled up with zeros or empty
    strings. A layer that is called several times gives `name`, `name_1`, and so on. A lookup that another layer calls
    inside itself cannot be seen from outside; models within the model can.

    Attributes:
        inputs: the model's inputs; those that no served lookup depends on may be left out.
        outputs: names of layers, with the key where a layer gives a dict; empty for all that give ids. Tokenizers of
            words, and inverse lookups, are served where they are named.
        defaults: as of `Signature`.

    Example:
        >>> PreprocessSignature({"word": ("string", (None,))}, outputs=("words",)).outputs
        ('words',)
    """


class _DenseOutputs:
    """A model whose outputs are dense, in the shape in which `model_call` takes models."""

    def __init__(self, model: Any, name: str) -> None:
        self.inputs, self.input, self.name = model.inputs, model.input, name
        self._answers = answering(model)

    def __call__(self, inputs: Any, *, training: bool) -> dict[str, Any]:
        return {name: _dense(value) for name, value in self._answers(inputs, training=training).items()}


def bind_preprocess(model: Any, name: str, signature: PreprocessSignature) -> Binding:
    """Makes the function that stops after the lookups.

    Args:
        model: a built `keras.Model`.
        name: the signature's name, for errors.
        signature: the signature.

    Raises:
        SignatureError: the model is not functional, has no such lookups, or takes other inputs.
    """
    try:
        outputs = lookup_outputs(model, signature.outputs)
    except SignatureError as error:
        placed = [replace(problem, where=f"signatures.{name}.{problem.where}") for problem in error.problems]
        raise SignatureError(f"signature {name!r} does not fit model {model.name!r}", placed) from error
    part = keras.Model(_taken(model, outputs, signature), outputs)
    return Binding(model_call(_DenseOutputs(part, model.name), name, signature))


def _taken(model: Any, outputs: Mapping[str, Any], signature: Signature) -> list[Any]:
    """Gives the inputs that the lookups depend on, and those that the signature declares beside them."""
    needed = inputs_behind(keras.Model(model.inputs, dict(outputs)))
    return [tensor for name, tensor in input_tensors(model).items() if name in needed or name in signature.inputs]


def _dense(value: Any) -> Any:
    if isinstance(value, tf.RaggedTensor):
        return value.to_tensor()
    return tf.sparse.to_dense(value) if isinstance(value, tf.SparseTensor) else value
