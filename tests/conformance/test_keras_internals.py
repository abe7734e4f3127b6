"""The names of Keras that lexport leans on without a promise: each test says what changed, and who needs it.

`src/lexport/layers/keras_internals.py` is the list. Where a test fails after an upgrade, look there first.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
from keras.src.layers.preprocessing.index_lookup import IndexLookup
from keras.src.saving import serialization_lib

import lexport.layers
from lexport.layers import keras_internals
from lexport.layers.text_ids import text_ids

LAYERS = Path(lexport.layers.__file__).parent


def _changed(name: str, file: str) -> str:
    return f"Keras {keras.__version__} has changed {name}, which src/lexport/layers/{file} leans on"


METHODS = {
    "_lookup_table_from_tokens": ["self", "tokens"],
    "_uninitialized_lookup_table": ["self"],
    "_record_vocabulary_size": ["self"],
    "_oov_start_index": ["self"],
    "_token_start_index": ["self"],
    "_ensure_known_vocab_size": ["self"],
}


@pytest.mark.parametrize(("name", "parameters"), METHODS.items(), ids=METHODS.keys())
def test_the_lookup_layer_still_has_its_private_methods(name: str, parameters: list[str]) -> None:
    """With the parameters that we pass or take."""
    method = getattr(IndexLookup, name, None)
    assert method is not None, _changed(f"IndexLookup.{name}", "owned_vocabulary.py")
    assert list(inspect.signature(method).parameters) == parameters, _changed(name, "owned_vocabulary.py")


STATE = [
    "_has_input_vocabulary",
    "input_vocabulary",
    "_key_dtype",
    "_value_dtype",
    "_default_value",
    "vocabulary_dtype",
    "mask_token",
    "oov_token",
    "invert",
    "output_mode",
    "max_tokens",
    "pad_to_max_tokens",
    "lookup_table",
]


@pytest.mark.parametrize("name", STATE)
def test_the_lookup_layer_still_has_its_state(name: str) -> None:
    """As attributes of the object."""
    assert hasattr(keras.layers.StringLookup(vocabulary=["a"]), name), _changed(name, "owned_vocabulary.py")


def test_the_weights_of_tf_idf_are_still_a_constant() -> None:
    """Beside a variable of the same values."""
    layer = keras.layers.StringLookup(vocabulary=["a"], output_mode="tf_idf", idf_weights=[1.0])
    for name in ("idf_weights", "idf_weights_const"):
        assert hasattr(layer, name), _changed(name, "owned_vocabulary.py")
    assert layer.idf_weights_const.numpy().tolist() == [1.0, 1.0], _changed("idf_weights_const", "terms.py")


@pytest.mark.parametrize(
    ("mask", "oov", "mode", "starts"),
    [(None, 1, "int", (0, 1)), ("", 1, "int", (1, 2)), ("", 3, "int", (1, 4)), ("", 2, "count", (0, 2))],
)
def test_ids_are_still_laid_out_as_before(mask: str | None, oov: int, mode: str, starts: tuple[int, int]) -> None:
    """Mask, out-of-vocabulary ids, terms."""
    layer = keras.layers.StringLookup(vocabulary=["a"], mask_token=mask, num_oov_indices=oov, output_mode=mode)
    found = (layer._oov_start_index(), layer._token_start_index())
    assert found == starts, _changed("the layout of ids", "owned_vocabulary.py")


SOURCES: dict[str, Callable[[Any], None]] = {
    "list": lambda layer: layer.set_vocabulary(["a", "b"]),
    "array": lambda layer: layer.set_vocabulary(tf.constant(["a", "b"]).numpy()),
    "tensor": lambda layer: layer.set_vocabulary(tf.constant(["a", "b"])),
    "adapt": lambda layer: layer.adapt(["b", "a", "a"]),
}


@pytest.mark.parametrize("give", SOURCES.values(), ids=SOURCES.keys())
def test_every_source_but_a_path_still_ends_in_the_hook(give: Callable[[Any], None]) -> None:
    """A source that went elsewhere would become constants in the graph."""
    seen: list[list[bytes]] = []

    class Watched(keras.layers.StringLookup):
        def _lookup_table_from_tokens(self, tokens: Any) -> Any:
            seen.append(tf.convert_to_tensor(tokens).numpy().tolist())
            return super()._lookup_table_from_tokens(tokens)

    give(Watched())
    assert seen == [[b"a", b"b"]], _changed("who calls IndexLookup._lookup_table_from_tokens", "owned_vocabulary.py")


def test_a_layer_without_a_vocabulary_still_asks_for_its_table() -> None:
    """Where ours cannot be exported, and Keras's exports nothing."""
    made: list[Any] = []

    class Watched(keras.layers.StringLookup):
        def _uninitialized_lookup_table(self) -> Any:
            made.append(super()._uninitialized_lookup_table())
            return made[-1]

    layer = Watched()
    assert made == [layer.lookup_table], _changed("IndexLookup._uninitialized_lookup_table", "owned_vocabulary.py")


def test_the_text_layer_still_makes_its_lookup_as_an_attribute() -> None:
    """Which ours keeps out, and replaces by one that owns."""
    layer = keras.layers.TextVectorization(vocabulary=["a"])
    for name in ("_lookup_layer", "_has_input_vocabulary"):
        assert hasattr(layer, name), _changed(f"TextVectorization.{name}", "text_vectorization.py")
    made = {name for name, value in vars(layer).items() if isinstance(value, keras.layers.StringLookup)}
    assert made == {"_lookup_layer"}, _changed("TextVectorization._lookup_layer", "text_vectorization.py")
    assert layer._lookup_layer.mask_token == "", _changed("its mask token", "text_vectorization.py")


TEXT_STATE = ["_standardize", "_split", "_ngrams", "_ragged", "_output_mode", "_output_sequence_length"]


def test_the_text_layer_still_knows_what_it_was_given() -> None:
    """By which ours decides whether it takes its own steps."""
    arguments = {"standardize": "lower", "split": "character", "ngrams": 2, "output_sequence_length": 3}
    layer = keras.layers.TextVectorization(ragged=True, vocabulary=["a"], **arguments)
    found = [getattr(layer, name, None) for name in TEXT_STATE]
    assert found == ["lower", "character", (1, 2), True, "int", 3], _changed("its state", "text_vectorization.py")


STANDARDIZATIONS = [None, "lower", "strip_punctuation", "lower_and_strip_punctuation"]


@pytest.mark.parametrize("standardize", STANDARDIZATIONS, ids=str)
def test_the_text_layer_still_prepares_every_byte_as_ours(standardize: str | None) -> None:
    """Alone, and among bytes that are no UTF-8; whitespace splits, and nothing else does."""
    changed = _changed("TextVectorization._preprocess", "text_ids.py")
    for before, after in ((b"", b""), (b"\xc3", b"\xff"), (b"x", b"")):
        texts = [before + bytes([byte]) + after for byte in range(256)]
        layer = keras.layers.TextVectorization(standardize=standardize)
        [tokens, *_] = tf.nest.flatten(layer._preprocess(tf.constant(texts)), expand_composites=True)
        # Each token is an id of its own, so that equal ids are equal tokens.
        terms = list(dict.fromkeys(tokens.numpy().tolist()))
        made = tf.lookup.KeyValueTensorInitializer(terms, tf.range(len(terms), dtype=tf.int64))
        table = tf.lookup.StaticHashTable(made, -1)
        ours = text_ids(tf.constant(texts), table, standardize).ragged()
        assert ours.to_list() == tf.ragged.map_flat_values(table.lookup, layer._preprocess(texts)).to_list(), changed
        assert -1 not in ours.flat_values.numpy(), changed


def test_safe_mode_can_still_be_asked_for() -> None:
    """True while an untrusted file is being read, and not otherwise."""
    what = _changed("serialization_lib.in_safe_mode", "keras_internals.py")
    assert keras_internals.in_safe_mode() is False, what
    with serialization_lib.SafeModeScope(True):
        assert keras_internals.in_safe_mode() is True, what


def test_sublayers_can_still_be_walked() -> None:
    """The layers below a model, wherever they are nested."""
    inputs = keras.Input((1,), dtype="string")
    model = keras.Model(inputs, keras.layers.TextVectorization(vocabulary=["a"])(inputs))
    kinds = {type(layer).__name__ for layer in model._flatten_layers()}
    assert {"TextVectorization", "StringLookup"} <= kinds, _changed("Layer._flatten_layers", "keras_internals.py")


def test_a_layer_can_still_ask_for_what_its_caller_gave() -> None:
    """A list of strings, which Keras would otherwise refuse."""

    class Taking(keras.layers.Layer):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            return inputs

    layer = Taking()
    with pytest.raises(ValueError, match="Only input tensors"):
        layer(["a"])
    keras_internals.takes_what_it_is_given(layer)
    assert layer(["a"]) == ["a"], _changed("Layer._convert_input_args", "keras_internals.py")


def test_no_other_private_name_of_keras_is_leaned_on() -> None:
    """Whoever needs another one adds it to the list, and a test of it here."""
    listed = set(re.findall(r"`[\w.]*?(\b_\w+|\.\w+)\b", keras_internals.__doc__ or ""))
    listed = {name.removeprefix(".") for name in listed}
    # Of TensorFlow: tests/conformance/test_tensorflow_internals.py has it.
    listed |= {"_shared_name", "_track_trackable"}
    foreign = {name for path in LAYERS.glob("*.py") for name in _foreign_names(ast.parse(path.read_text()))}
    assert foreign - listed - _own_names() == set()


def _foreign_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            yield node.attr


def _own_names() -> set[str]:
    """The private names that lexport's own classes define, and Keras's do not."""
    own: set[str] = set()
    for path in LAYERS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                own.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                own.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                own.add(node.attr)
    return own - {*dir(keras.layers.StringLookup()), *dir(keras.layers.TextVectorization())}


# -- serving/single_variables.py --------------------------------------------------------------------------------


def test_a_variable_is_still_asked_for_its_place_in_a_saved_graph() -> None:
    """Where a Keras variable puts a copy of itself, and lexport the original."""
    variable = keras.Variable([1.0], name="variable")
    asked = getattr(type(variable), "_export_to_saved_model_graph", None)
    assert asked is keras.Variable._export_to_saved_model_graph
    assert list(inspect.signature(asked).parameters)[:4] == ["self", "object_map", "tensor_map", "options"]
    assert isinstance(variable.value, tf.Variable)
