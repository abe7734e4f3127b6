"""`JaxPart`: what JAX calculates of a model, as functions of TensorFlow."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lexport.errors import Problem, SignatureError
from lexport.serving.backends import jax_conversion
from lexport.serving.backends.jax_limits import narrowed, with_a_row

__all__ = ["JaxPart"]

LENGTHS = "Where it lacks a dimension, give output_sequence_length to the layer in front"
# Keras has no types, so that a type checker takes whatever it has.
_KerasLayer: Any = keras.layers.Layer


class JaxPart:
    """The parts of one model, which share its variables: each is a `tf.Variable` once.

    Args:
        variables: the Keras variables of the whole model.
    """

    def __init__(self, variables: Sequence[Any]) -> None:
        self._variables = list(variables)
        self._archive = keras.export.ExportArchive()
        self._archive.track(_Unchanging(self._variables))
        self._numbers = count()

    def take_weights(self) -> None:
        """Copies the values of the model's variables, which may have been trained since."""
        for copied, variable in zip(self._archive.variables, self._variables, strict=True):
            copied.assign(np.asarray(variable.value))

    def answers(self, model: Any) -> Callable[[Any], Any]:
        """Makes a function of TensorFlow's tensors out of a model of JAX.

        Args:
            model: the whole model or a part of it.

        Returns:
            A function that takes and gives structures of dense tensors as the model does. Eager tensors the model
            answers itself; in a graph stands what `jax2tf` makes of it.
        """

        def live(inputs: Any) -> Any:
            with jax_conversion.quiet_jax():
                outputs = model(keras.tree.map_structure(lambda tensor: tensor.numpy(), inputs), training=False)
            return keras.tree.map_structure(lambda value: tf.constant(np.asarray(value)), outputs)

        def converted(inputs: Any) -> Any:
            return self._converted(model, inputs)

        def answer(inputs: Any) -> Any:
            wide = jax_conversion.has_wide_integers()
            taken = keras.tree.map_structure(lambda tensor: narrowed(tensor, wide=wide), inputs)
            return with_a_row(live if tf.executing_eagerly() else converted, taken)

        return answer

    def _converted(self, model: Any, inputs: Any) -> Any:
        specs = keras.tree.map_structure(lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), inputs)

        def call(taken: Any) -> Any:
            before = [variable.value for variable in self._variables]
            outputs = model(taken, training=False)
            self._check_unchanged(model, before)
            return outputs

        options = jax_conversion.conversion_options(specs)
        name = f"part_{next(self._numbers)}"
        with jax_conversion.without_locations(), jax_conversion.quiet_jax():
            try:
                return self._archive.add_endpoint(name, call, [specs], jax2tf_kwargs=options)(inputs)
            except jax_conversion.obstacles() as error:
                problem = Problem(
                    f"model {model.name!r}",
                    f"cannot be converted by jax2tf: {jax_conversion.in_short(error)}",
                    LENGTHS,
                )
                raise SignatureError("JAX cannot make its part of the model", [problem]) from error

    def _check_unchanged(self, model: Any, before: list[Any]) -> None:
        problems = [
            Problem(variable.path, "is changed by a call of the model, which a server would not keep")
            for variable, value in zip(self._variables, before, strict=True)
            if variable.value is not value
        ]
        if problems:
            raise SignatureError(f"model {model.name!r} changes its variables when it is called", problems)


class _Unchanging(_KerasLayer):
    """Holds variables that calls leave as they are: those that may change, Keras would write after each call."""

    def __init__(self, variables: list[Any]) -> None:
        super().__init__(name="unchanging")
        self._all = tuple(variables)
        self.built = True

    @property
    def trainable_variables(self) -> list[Any]:
        return list(self._all)

    @property
    def non_trainable_variables(self) -> list[Any]:
        return []
