"""`ServingRoot`: the object that is saved, so that every kind of loader can serve it."""

from collections.abc import Collection, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import tensorflow as tf

from lexport.errors import AssetError, Problem, SignatureError
from lexport.layers.keras_hub_internals import runs_python_when_eager
from lexport.serving.model_call import ModelCall
from lexport.serving.optional_inputs import with_optional_inputs
from lexport.serving.owned_assets import descendants, lookup_layers
from lexport.serving.owned_files import model_names, owned_files
from lexport.serving.signature import Signature
from lexport.serving.untracked_resources import untracked_resources
from lexport.vocabulary import Vocabulary

__all__ = ["ServingRoot"]


class ServingRoot(tf.Module):
    """Holds the variables, tables and assets that the signatures read, and not the model.

    A Keras 3 model below the root would make the saver restore into variables of its own, which no function
    reads: Python's loader would serve it, every session loader would not find the variables. So the root tracks
    the backing `tf.Variable`s, each written once, and its functions close over the model.

    Args:
        model: what the functions close over; any trackable object whose tables and files they read.
        calls: the function of each signature.
        signatures: the inputs of each signature.
        assets: paths of files by the name under which `loaded.assets` finds them. Files that the model's layers
            own come in addition, under their own names: vocabularies as `<name>.txt`.

    Attributes:
        vocabularies: the names of the vocabularies that the signatures read, SentencePiece models among them;
            others are not saved.
        files: the sha256 of each further file that layers own and the signatures read, by its name.

    Raises:
        SignatureError: the model does not give what a signature serves; the problems of all are named.
        AssetError: a function reads a table that nothing tracks.
    """

    def __init__(
        self,
        model: Any,
        calls: Mapping[str, ModelCall],
        signatures: Mapping[str, Signature],
        assets: Mapping[str, str],
    ) -> None:
        super().__init__(name="serving_root")
        # An eager call of layers of keras-hub runs other code than `fit`, `predict` and `tf.data` do.
        in_graphs = runs_python_when_eager(descendants(model))
        self._calls = {name: _in_a_graph(call) if in_graphs else call for name, call in calls.items()}
        self._signatures = dict(signatures)
        # Not an attribute under its own name: tf.saved_model.save adds `signatures` itself.
        self._concrete = _traced(calls, signatures)
        functions = list(self._concrete.values())
        self.weights = _captured_variables(functions)
        self.tables = _captured_tables(model, functions, self.weights)
        read = _read_vocabularies(model, self.tables)
        owned = owned_files(self.tables)
        models = model_names(owned)
        self.vocabularies = (*read, *models.values())
        self.files = {name: one.file.digest for name, one in owned.items() if name not in models}
        paths = {f"{name}.txt": str(vocabulary.path) for name, vocabulary in read.items()} | dict(assets)
        named = {name: tf.saved_model.Asset(path) for name, path in paths.items()}
        named |= {name: resource.asset for name, resource in owned.items()}
        self.assets = named | _captured_assets(model, functions, taken=named)

    @property
    def concrete_functions(self) -> dict[str, Any]:
        """The traced function of each signature."""
        return dict(self._concrete)

    @property
    def saved_functions(self) -> dict[str, Any]:
        """What `tf.saved_model.save` takes for each signature."""
        return {name: with_optional_inputs(self._concrete[name], one) for name, one in self._signatures.items()}

    def ask(self, signature: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Calls the model in memory, not the traced function.

        Args:
            signature: the signature's name.
            inputs: numpy arrays by input name; strings as object arrays of bytes.

        Returns:
            numpy arrays by output name.
        """
        tensors = {name: tf.constant(value) for name, value in inputs.items()}
        return {name: tensor.numpy() for name, tensor in self._calls[signature](tensors).items()}


def _in_a_graph(call: ModelCall) -> ModelCall:
    traced = tf.function(call, autograph=False, reduce_retracing=True)

    # A function of TensorFlow's would be saved with the root.
    def asked(inputs: Mapping[str, Any]) -> dict[str, Any]:
        return dict(traced(inputs))

    return asked


def _traced(calls: Mapping[str, ModelCall], signatures: Mapping[str, Signature]) -> dict[str, Any]:
    concrete: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, signature in signatures.items():
        try:
            concrete[name] = _trace(calls[name], signature)
        except SignatureError as error:
            problems += error.problems
    if problems:
        raise SignatureError("the model does not give what the signatures serve", problems)
    return concrete


def _trace(call: ModelCall, signature: Signature) -> Any:
    specs = {name: tf.TensorSpec(shape, dtype=dtype, name=name) for name, (dtype, shape) in signature.inputs.items()}

    def serve(**inputs: Any) -> dict[str, Any]:
        return call(inputs)

    return tf.function(serve, autograph=False).get_concrete_function(**specs)


def _captured_variables(functions: list[Any]) -> list[Any]:
    found = {variable.ref(): variable for function in functions for variable in function.variables}
    # Functions list their variables by addresses in memory; two processes would not write the same bytes.
    captured = [id(tensor) for function in functions for tensor in function.captured_inputs]
    order = {tensor: place for place, tensor in reversed(list(enumerate(captured)))}
    return sorted(found.values(), key=lambda variable: (order.get(id(variable.handle), len(order)), variable.name))


def _captured_assets(model: Any, functions: list[Any], taken: Collection[str]) -> dict[str, Any]:
    """Gives the files that layers own without a table, such as a `FileAsset`: each by its own name, numbered."""
    captured = {id(tensor) for function in functions for tensor in function.captured_inputs}
    found: dict[str, Any] = {}
    for child in descendants(model):
        if isinstance(child, tf.saved_model.Asset) and id(child.asset_path) in captured:
            name = Path(child.asset_path.numpy().decode()).name
            names = (name if number == 0 else f"{name}_{number}" for number in count())
            found[next(free for free in names if free not in taken and free not in found)] = child
    return found


def _read_vocabularies(model: Any, tables: list[Any]) -> dict[str, Vocabulary]:
    read = {id(table) for table in tables}
    found = {
        layer.vocabulary.name: layer.vocabulary for layer in lookup_layers(model) if id(layer.lookup_table) in read
    }
    return dict(sorted(found.items()))


def _captured_tables(model: Any, functions: list[Any], weights: list[Any]) -> list[Any]:
    captured = {
        id(tensor) for function in functions for tensor in function.captured_inputs if tensor.dtype == tf.resource
    }
    captured -= {id(variable.handle) for variable in weights}
    tables = [
        child
        for child in descendants(model)
        if isinstance(child, tf.saved_model.experimental.TrackableResource) and id(child.resource_handle) in captured
    ]
    missing = captured - {id(table.resource_handle) for table in tables}
    if missing:
        raise AssetError(
            f"the signatures read {len(missing)} lookup tables or other resources that no layer of the model tracks, "
            "so they would be lost. Make each one an attribute of a layer, not an item of its lists and dicts, or use "
            "lexport.layers",
            untracked_resources(functions, missing),
        )
    return tables
