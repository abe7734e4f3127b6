"""Inputs that a client may leave out, in memory and in every way of loading."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from lexport import Signature
from lexport.errors import LexportError, SignatureError
from lexport.serving.families.bind import bind
from lexport.serving.model_root import serving_root
from lexport.serving.writing import write_saved_model
from lexport.tfformats.protos import parse_message
from lexport.verify.candidates.signature_defaults import recorded_defaults

Problems = Callable[[LexportError], dict[str, str]]
# In an order that is not the alphabet's, since TensorFlow sorts names in some places and not in others.
INPUTS = {
    "zeta": ("float32", (None,)),
    "beta": ("string", (None,)),
    "mid": ("float32", (None, 2)),
    "alpha": ("int32", ()),
}
DEFAULTS = {"beta": "dflt", "mid": [0.5, 1.5], "alpha": 3}


class Echo(keras.Model):
    """Gives back what it takes."""

    def call(self, inputs: Any) -> Any:
        return {f"{name}_": tf.identity(value) for name, value in inputs.items()}


def answers(outputs: Any) -> dict[str, Any]:
    """Gives outputs as lists."""
    return {name: np.asarray(value).tolist() for name, value in outputs.items()}


def in_session(directory: Path, **inputs: Any) -> dict[str, Any]:
    """Asks as session-based servers do."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        signature = tf.compat.v1.saved_model.load(session, ["serve"], str(directory)).signature_def["serving_default"]
        feeds = {signature.inputs[name].name: value for name, value in inputs.items()}
        return answers(session.run({name: info.name for name, info in signature.outputs.items()}, feeds))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export with one input that has to be sent, and three that may be left out."""
    write_saved_model(serving_root(Echo(), {"serving_default": Signature(INPUTS, defaults=DEFAULTS)}), tmp_path / "1")
    return tmp_path / "1"


FULL = {"zeta": [1.0, 2.0], "beta": ["x", "y"], "mid": [[1.0, 2.0], [3.0, 4.0]], "alpha": 7}
FULL_ANSWER = {"zeta_": [1, 2], "beta_": [b"x", b"y"], "mid_": [[1, 2], [3, 4]], "alpha_": 7}
DEFAULT_ANSWER = {"zeta_": [1, 2], "beta_": [b"dflt", b"dflt"], "mid_": [[0.5, 1.5], [0.5, 1.5]], "alpha_": 3}


@pytest.mark.parametrize("missing", [(), ("beta",), ("mid",), ("alpha",), ("beta", "mid", "alpha")])
def test_what_is_left_out_takes_its_default_in_memory_and_in_a_session(missing: tuple[str, ...], export: Path) -> None:
    """For every row of the request; what is sent stays as it was sent."""
    inputs = {name: value for name, value in FULL.items() if name not in missing}
    expected = {name: (DEFAULT_ANSWER if name.rstrip("_") in missing else FULL_ANSWER)[name] for name in FULL_ANSWER}
    signature = Signature(INPUTS, defaults=DEFAULTS)
    tensors = {name: tf.constant(value, INPUTS[name][0]) for name, value in inputs.items()}
    assert answers(bind(Echo(), "serving_default", signature).call(tensors)) == expected
    assert in_session(export, **inputs) == expected


def test_the_signature_records_the_defaults_for_servers(export: Path) -> None:
    """TensorFlow Serving completes requests from `SignatureDef.defaults`: a row, or a scalar."""
    [meta_graph] = parse_message("SavedModel", (export / "saved_model.pb").read_bytes()).meta_graphs
    recorded = meta_graph.signature_def["serving_default"].defaults
    assert set(recorded) == set(DEFAULTS)
    found = answers(recorded_defaults(export)["serving_default"])
    assert found == {"beta": [b"dflt"], "mid": [[0.5, 1.5]], "alpha": 3}


def test_what_a_server_puts_in_place_gives_the_same_answer(export: Path) -> None:
    """The recorded default is one row, whatever the number of rows of the request."""
    recorded = recorded_defaults(export)["serving_default"]
    assert in_session(export, zeta=[1.0, 2.0], **recorded) == DEFAULT_ANSWER
    serve = tf.saved_model.load(str(export)).signatures["serving_default"]
    tensors = {name: tf.constant(value, INPUTS[name][0]) for name, value in {"zeta": [1.0, 2.0], **recorded}.items()}
    assert answers(serve(**tensors)) == DEFAULT_ANSWER


def test_the_python_loader_ignores_defaults(export: Path) -> None:
    """As docs/signatures.md says; should TensorFlow learn it, the docs and the candidate want a change."""
    serve = tf.saved_model.load(str(export)).signatures["serving_default"]
    with pytest.raises(TypeError, match="missing a required argument"):
        serve(zeta=tf.constant([1.0]))


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_defaults_are_repeated_for_every_row(rows: int, export: Path) -> None:
    """Of an empty batch none."""
    found = in_session(export, zeta=np.zeros(rows, np.float32))
    assert (len(found["beta_"]), len(found["mid_"])) == (rows, rows)


def test_an_optional_input_with_another_number_of_rows_is_an_error(export: Path) -> None:
    """Only one row stands for all."""
    with pytest.raises(tf.errors.InvalidArgumentError):
        in_session(export, zeta=[1.0, 2.0, 3.0], beta=["x", "y"])


def test_all_inputs_may_be_optional(tmp_path: Path) -> None:
    """Then an empty request is one row, and what is sent decides how many rows there are."""
    inputs = {"a": ("int64", (None,)), "b": ("int64", (None,))}
    signature = Signature(inputs, defaults={"a": 1, "b": 2})
    write_saved_model(serving_root(Echo(), {"serving_default": signature}), tmp_path / "1")
    assert in_session(tmp_path / "1") == {"a_": [1], "b_": [2]}
    assert in_session(tmp_path / "1", b=[5, 6]) == {"a_": [1, 1], "b_": [5, 6]}
    assert in_session(tmp_path / "1", a=[5, 6, 7]) == {"a_": [5, 6, 7], "b_": [2, 2, 2]}


def test_a_fixed_batch_is_filled_with_the_default(tmp_path: Path) -> None:
    """There is nothing to decide."""
    signature = Signature({"a": ("float32", (2,)), "b": ("string", (2, 1))}, defaults={"b": ["x"]})
    write_saved_model(serving_root(Echo(), {"serving_default": signature}), tmp_path / "1")
    assert in_session(tmp_path / "1", a=[1.0, 2.0]) == {"a_": [1, 2], "b_": [[b"x"], [b"x"]]}


@pytest.mark.parametrize(
    "dtype",
    ["bool", "int8", "int16", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "bfloat16", "float64"],
)
def test_every_dtype_has_defaults(dtype: str, tmp_path: Path) -> None:
    """In the graph and in the signature."""
    default = True if dtype == "bool" else 1
    signature = Signature({"a": ("string", (None,)), "b": (dtype, (None,))}, defaults={"b": default})
    write_saved_model(serving_root(Echo(), {"serving_default": signature}), tmp_path / "1")
    assert in_session(tmp_path / "1", a=["x", "y"])["b_"] == [default, default]


def test_rows_of_any_length_have_a_default_of_some_length(tmp_path: Path) -> None:
    """Only the number of rows is made to fit."""
    signature = Signature({"a": ("string", (None,)), "b": ("int64", (None, None))}, defaults={"b": [7, 8, 9]})
    write_saved_model(serving_root(Echo(), {"serving_default": signature}), tmp_path / "1")
    assert in_session(tmp_path / "1", a=["x", "y"])["b_"] == [[7, 8, 9], [7, 8, 9]]
    assert in_session(tmp_path / "1", a=["x", "y"], b=[[1], [2]])["b_"] == [[1], [2]]


def test_signatures_without_defaults_are_saved_as_before() -> None:
    """The graph of an export does not change by the feature."""
    root = serving_root(Echo(), {"serving_default": Signature(INPUTS)})
    assert root.saved_functions == root.concrete_functions


def test_defaults_that_do_not_fit_are_refused_together(problems_of: Problems) -> None:
    """Before there is a model."""
    defaults = {"zeta": "x", "beta": 3, "mid": [1.0], "alpha": 2**31, "gamma": 1}
    with pytest.raises(SignatureError, match="the signature contradicts itself") as raised:
        Signature(INPUTS, defaults=defaults)
    assert problems_of(raised.value) == {
        "inputs.zeta.default": "must be a finite float32; received 'x'",
        "inputs.beta.default": "must be string; received 3",
        "inputs.mid.default": "must be one row of shape [2]; received [1.0]",
        "inputs.alpha.default": "must be int32, -2147483648 to 2147483647; received 2147483648",
        "inputs.gamma": "has a default and must be one of the inputs ['zeta', 'beta', 'mid', 'alpha']",
    }
