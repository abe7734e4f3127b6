"""`text_ids`, as `TextVectorization` calls it: fewer steps than Keras takes, and the same ids on any bytes."""

from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lexport
import lexport.layers

TERMS = ["the", "gnu", "hurd", "é", "t", "unk", "\xa0", "日本語", "the gnu", "a" * 40]
# Not left alone by any standardisation.
CHANGED = ["the", "The", "don't", "[UNK]", "É", "-", "gnu", "dont"]
WEIGHTS = [0.5, 1.5, 2.5, 0.25, 0.75, 4.0, 3.0, 1.25, 8.0, 0.125]

SETTINGS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "lower": {"standardize": "lower"},
    "strip_punctuation": {"standardize": "strip_punctuation"},
    "no standardize": {"standardize": None},
    "short": {"output_sequence_length": 2},
    "no length": {"output_sequence_length": 0},
    "long": {"output_sequence_length": 9},
    "ragged": {"ragged": True},
    "ragged, short": {"ragged": True, "output_sequence_length": 2},
    "multi_hot": {"output_mode": "multi_hot"},
    "multi_hot, sparse": {"output_mode": "multi_hot", "sparse": True},
    "count": {"output_mode": "count"},
    "count, sparse": {"output_mode": "count", "sparse": True},
    "count, padded": {"output_mode": "count", "max_tokens": 30, "pad_to_max_tokens": True},
    "tf_idf": {"output_mode": "tf_idf"},
    "tf_idf, sparse": {"output_mode": "tf_idf", "sparse": True},
    "tf_idf, padded": {"output_mode": "tf_idf", "max_tokens": 30, "pad_to_max_tokens": True},
    "bigrams": {"ngrams": 2},
    "character": {"split": "character"},
    "no split": {"split": None},
    "callable standardize": {"standardize": tf.strings.upper},
    "callable split": {"split": lambda texts: tf.strings.split(texts, ",")},
}

PIECES = st.one_of(
    st.sampled_from([term.encode() for term in TERMS + CHANGED]),
    st.sampled_from([b"The", b"GNU,", b"...", b"(hurd)", b"t-", b"'", b"\xc3", b"\xff\xfe", b"\0", b"\x85", b"\x1c"]),
    st.sampled_from([b" ", b" ", b" ", b"\t", b"\n", b"\v", b"\f", b"\r", "\u2028".encode(), "\u3000".encode()]),
    st.binary(max_size=4),
    st.text(max_size=4).map(lambda text: text.encode(errors="surrogatepass")),
)
TEXTS = st.lists(st.lists(PIECES, max_size=9).map(b"".join), max_size=6)


@cache
def _layers(name: str, changed: bool) -> tuple[Any, Any]:
    """Gives our layer and Keras's."""
    arguments = SETTINGS[name] | {"vocabulary": CHANGED if changed else TERMS}
    if arguments.get("output_mode") == "tf_idf":
        arguments["idf_weights"] = WEIGHTS[: len(arguments["vocabulary"])]
    return lexport.layers.TextVectorization(**arguments), keras.layers.TextVectorization(**arguments)


@cache
def _traced(name: str, changed: bool, shape: tuple[int | None, ...]) -> list[Any]:
    signature = [tf.TensorSpec(shape, tf.string)]
    return [tf.function(layer, input_signature=signature) for layer in _layers(name, changed)]


def _outcome(layer: Any, inputs: Any) -> Any:
    """Everything about an answer, or the type of the error."""
    try:
        answer = layer(inputs)
    except Exception as error:
        return type(error)
    if isinstance(answer, tf.SparseTensor):
        answer = tf.sparse.reorder(answer)
    parts = tf.nest.flatten(answer, expand_composites=True)
    return type(answer), [(part.dtype, part.shape, part.numpy().tolist()) for part in parts]


def _assert_same(layers: Any, inputs: Any) -> None:
    ours, stock = layers
    assert _outcome(ours, inputs) == _outcome(stock, inputs)


@pytest.mark.parametrize("changed", [False, True], ids=["fixed points", "other terms"])
@pytest.mark.parametrize("name", SETTINGS)
@given(texts=TEXTS)
@example(texts=[])
@example(texts=[b"", b" "])
@example(texts=[b"... -", b"!"])
@example(texts=[b"[UNK] The - gnu, GNU", b"don't", b"t" * 500])
@settings(max_examples=20, deadline=None)
def test_any_bytes_have_the_ids_of_keras(name: str, changed: bool, texts: list[bytes]) -> None:
    """In every mode, and where the standardisation changes a term; eager and traced, as a vector and as a column."""
    vector = tf.constant(texts, tf.string)
    column = vector[:, None]
    _assert_same(_layers(name, changed), vector)
    _assert_same(_layers(name, changed), column)
    _assert_same(_traced(name, changed, (None,)), vector)
    _assert_same(_traced(name, changed, (None, 1)), column)


@pytest.mark.parametrize("name", ["defaults", "strip_punctuation", "ragged"])
@given(texts=TEXTS.filter(bool), rows=st.integers(126, 300))
@example(texts=[b"", b"The - GNU,"], rows=128)
@example(texts=[b"the gnu\0", b"\0hurd", b"."], rows=129)
@example(texts=[b"\xc3", b"-", b"\xff!"], rows=200)
@settings(max_examples=20, deadline=None)
def test_many_texts_have_the_ids_of_keras(name: str, texts: list[bytes], rows: int) -> None:
    """They are standardized as one text, with a NUL between them; some have one themselves."""
    batch = tf.constant((texts * rows)[:rows], tf.string)
    _assert_same(_layers(name, False), batch)
    _assert_same(_traced(name, False, (None,)), batch)
    _assert_same(_traced(name, False, (None, 1)), batch[:, None])


def test_many_texts_of_a_known_number_have_the_ids_of_keras() -> None:
    """No branch is left in the graph then but the one for texts with a NUL."""
    for text in (b"The - GNU,", b"The\0 - GNU,"):
        _assert_same(_traced("defaults", False, (200,)), tf.constant([text] * 199 + [b""]))


OTHER_INPUTS: dict[str, Any] = {
    "text": "The gnu",
    "scalar": tf.constant("The gnu, - hurd"),
    "list": ["The gnu", ""],
    "list of lists": [["The gnu"], ["-"]],
    "array": np.array(["The gnu", "é"]),
    "array of bytes": np.array([b"The gnu", b"\xff"]),
    "array of objects": np.array([["The gnu"], ["é"]], dtype=object),
    "matrix": tf.constant([["The gnu", "hurd"], ["-", ""]]),
    "cube": tf.constant([[["The gnu"], ["hurd"]], [["-"], [""]]]),
    "wide cube": tf.constant([[["The gnu", "hurd"]]]),
    "no rows": tf.zeros([0, 1], tf.string),
    "no columns": tf.zeros([2, 0], tf.string),
    "ragged": tf.ragged.constant([["The gnu", "hurd"], [], ["-"]]),
    "sparse": tf.sparse.from_dense([["The gnu", ""], ["", "hurd"]]),
    "numbers": tf.constant([1, 2]),
    "None": None,
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("inputs", OTHER_INPUTS.values(), ids=OTHER_INPUTS.keys())
def test_whatever_is_no_vector_or_column_is_as_in_keras(name: str, inputs: Any) -> None:
    """The answers, and the errors."""
    _assert_same(_layers(name, False), inputs)


@pytest.mark.parametrize("shape", [(4,), (4, 1), (None, None), (None, 1, 1), None], ids=str)
@pytest.mark.parametrize("name", SETTINGS)
def test_static_shapes_are_those_of_keras(name: str, shape: Any) -> None:
    """What a later layer is built for must not change."""
    found = []
    for layer in _layers(name, False):
        try:
            concrete = tf.function(layer).get_concrete_function(tf.TensorSpec(shape, tf.string))
        except Exception as error:
            found.append(str(type(error)))
        else:
            found.append(str(tf.nest.map_structure(lambda spec: spec.shape, concrete.structured_outputs)))
    assert found[0] == found[1]


def _mapped(layer: Any) -> Any:
    def first(texts: Any) -> Any:
        [answer] = tf.data.Dataset.from_tensors(texts).map(layer)
        return answer

    return first


def _in_model(layer: Any) -> Any:
    text = keras.Input((1,), dtype="string")
    return keras.Model(text, layer(text))


@pytest.mark.parametrize("name", SETTINGS)
def test_a_model_and_a_dataset_have_the_ids_of_keras(name: str) -> None:
    """Symbolic inputs and `tf.data`."""
    layers = _layers(name, False)
    texts = tf.constant([["The - gnu, zzz"], ["don't"], [""]])
    _assert_same(map(_mapped, layers), texts)
    ours, stock = map(_in_model, layers)
    assert (ours.output.shape, ours.output.dtype) == (stock.output.shape, stock.output.dtype)
    _assert_same((ours, stock), texts)


def _ops(layer: Any) -> list[str]:
    concrete = tf.function(layer).get_concrete_function(tf.TensorSpec([None], tf.string))
    return [node.op for node in concrete.graph.as_graph_def().node]


LEAN = ["defaults", "lower", "strip_punctuation", "no standardize", "short", "long", "ragged", "ragged, short"]
OTHERS = ["bigrams", "character", "no split", "callable standardize", "callable split", "multi_hot", "tf_idf"]


@pytest.mark.parametrize("name", LEAN)
def test_there_are_fewer_steps_than_in_keras(name: str) -> None:
    """One lookup, none of the comparisons with a mask that no token can be, and less in all."""
    ours, stock = map(_ops, _layers(name, False))
    assert ours.count("LookupTableFindV2") == stock.count("LookupTableFindV2") == 1
    assert "SelectV2" in stock
    assert "SelectV2" not in ours
    assert len(ours) < len(stock)


@pytest.mark.parametrize("name", OTHERS)
def test_the_steps_are_those_of_keras_elsewhere(name: str) -> None:
    """N-grams, other splits, functions of the user's, and what is counted instead of listed."""
    ours, stock = map(_ops, _layers(name, False))
    assert ours == stock


def test_another_vocabulary_is_looked_up_in() -> None:
    """After `set_vocabulary` and after `adapt()`."""
    layer = lexport.layers.TextVectorization()
    for terms in (["gnu"], ["The", "gnu"], ["the"], ["don't"]):
        layer.set_vocabulary(terms)
        stock = keras.layers.TextVectorization(vocabulary=terms)
        _assert_same((layer, stock), tf.constant(["The gnu don't the dont"]))
    layer.adapt(["GNU"])
    assert layer(["Gnu the"]).numpy().tolist() == [[2, 1]]


class _Shouting(lexport.layers.TextVectorization):  # type: ignore[misc]
    def _preprocess(self, inputs: Any) -> Any:
        return tf.strings.split(tf.strings.upper(inputs))


def test_a_subclass_that_prepares_text_itself_is_obeyed() -> None:
    """Keras's hook for it is private, but people override it: ids must not be those of the built-in steps."""
    assert _Shouting(vocabulary=["GNU"])(["gnu"]).numpy().tolist() == [[2]]


@pytest.mark.slow
def test_every_loader_has_the_same_ids_for_few_and_for_many_texts(tmp_path: Path) -> None:
    """Both branches of the saved graph, and the one for texts with a NUL."""
    text = keras.Input((), dtype="string", name="text")
    ids = lexport.layers.TextVectorization(vocabulary=TERMS[:4], output_sequence_length=4, name="words")(text)
    examples = [{"text": ["The - GNU, hurd!", "é zzz"][row % 2]} for row in range(200)]
    for count, texts in enumerate((examples, [*examples, {"text": "the\0 gnu."}]), start=1):
        report = lexport.export(keras.Model(text, {"ids": ids}), tmp_path / "models", version=count, examples=texts)
        assert (report.path / "assets" / "words.txt").read_text() == "the\ngnu\nhurd\né\n"
        loaded = tf.saved_model.load(str(report.path)).signatures["serving_default"]
        stock = keras.layers.TextVectorization(vocabulary=TERMS[:4], output_sequence_length=4)
        batch = tf.constant([row["text"] for row in texts])
        for rows in (batch[:1], batch[:127], batch):
            assert loaded(text=rows)["ids"].numpy().tolist() == stock(rows).numpy().tolist()
