"""The one place where lexport leans on names that Keras does not promise to keep.

Checked against Keras 3.15.1; `tests/conformance/test_keras_internals.py` fails when one of them changes. What
the layers override or read beyond the public API:

- `IndexLookup` itself, to check that the ownership mix-in stands in front of a lookup layer;
- `IndexLookup._lookup_table_from_tokens(tokens)`: every list, tensor and `adapt()` result ends here;
- `IndexLookup._uninitialized_lookup_table()`: the table of a layer that has no vocabulary yet;
- `IndexLookup._record_vocabulary_size()`, `._oov_start_index()`, `._token_start_index()`: Keras's id layout;
- `IndexLookup._ensure_known_vocab_size()`: Keras's own error for a layer whose output has no known width;
- `IndexLookup._has_input_vocabulary`, `.input_vocabulary`, `.idf_weights_const`: its state;
- `IndexLookup._key_dtype`, `._value_dtype`, `._default_value`: what its table maps, and to what by default;
- `TextVectorization._lookup_layer`: its inner lookup;
- `TextVectorization._standardize`, `._split`, `._ngrams`, `._ragged`, `._output_mode`, `._output_sequence_length`: what
  it was given;
- `TextVectorization._preprocess`: its standardizing and splitting, which subclasses may override;
- `KerasTensor._keras_history` and `Operation._inbound_nodes`: how a functional model was put together;
- `Layer._flatten_layers()`: every layer below one, those in lists, tuples and dicts too;
- `Layer._convert_input_args` and `Layer._allow_non_tensor_positional_args`: whether Keras makes tensors of
  its backend of what a layer is called on;
- `KerasTensor._keras_mask`: the mask that a layer gave with a symbolic tensor;
- `serialization_lib.in_safe_mode()`: whether a `.keras` file that nobody vouched for is being read.
"""

from typing import Any

from keras.src.layers.preprocessing.index_lookup import IndexLookup
from keras.src.saving import serialization_lib

__all__ = [
    "IndexLookup",
    "converts_its_inputs",
    "flat_layers",
    "get_mask",
    "in_safe_mode",
    "made_by",
    "takes_what_it_is_given",
]


def in_safe_mode() -> bool:
    """Tells whether Keras is deserializing a file that nobody vouched for."""
    mode: Any = serialization_lib.in_safe_mode()
    return bool(mode)


def flat_layers(layer: Any) -> list[Any]:
    """Gives a layer and every layer below it; TensorFlow's view of a checkpoint leaves out those in lists."""
    return list(layer._flatten_layers(include_self=True, recursive=True))


def made_by(tensor: Any) -> tuple[Any, list[Any], int]:
    """Gives the operation that made a symbolic tensor, the tensors that it was called on, and which output it is."""
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return None, [], 0
    nodes = history.operation._inbound_nodes
    inputs = nodes[history.node_index].input_tensors if history.node_index < len(nodes) else []
    return history.operation, list(inputs), history.tensor_index


def takes_what_it_is_given(layer: Any) -> None:
    """Makes a layer be called on what its caller gave: strings are no tensors of other backends, nor lists of them."""
    layer._convert_input_args = False
    layer._allow_non_tensor_positional_args = True


def converts_its_inputs(layer: Any) -> bool:
    """Whether Keras makes tensors of its backend of what a layer is called on."""
    return bool(layer._convert_input_args)


def get_mask(tensor: Any) -> Any:
    """Gives the mask of a symbolic tensor; None where it has none."""
    return getattr(tensor, "_keras_mask", None)
