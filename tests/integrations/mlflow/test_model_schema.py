"""What a signature is in MLflow's words, and what it has no words for."""

import numpy as np
import pytest

from lexport.errors import SignatureError
from lexport.integrations.mlflow.model_schema import model_schema
from lexport.savedmodel.signature import Signature, TensorSpec

WORD = {"word": TensorSpec("string", (None,))}


@pytest.mark.parametrize(
    ("dtype", "told"),
    [
        ("string", "string"),
        ("bool", "boolean"),
        ("int32", "integer"),
        ("int64", "long"),
        ("float32", "float"),
        ("float64", "double"),
    ],
)
def test_one_value_a_row_is_a_column(dtype: str, told: str) -> None:
    """Of the type that holds the same values."""
    schema = model_schema("s", Signature({"x": TensorSpec(dtype, (None,))}, WORD))
    assert str(schema.signature.inputs) == f"['x': {told} (required)]"
    assert (schema.takes_frame, schema.gives_frame) == (True, True)


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint8", "uint16", "uint32", "uint64", "float16"])
def test_a_type_that_no_column_has_makes_tensors(dtype: str) -> None:
    """Of all inputs, as MLflow does not mix the two."""
    schema = model_schema("s", Signature({"x": TensorSpec(dtype, (None,)), **WORD}, WORD))
    assert schema.signature.inputs.input_types() == [np.dtype(dtype), np.dtype("str")]
    assert (schema.takes_frame, schema.gives_frame) == (False, True)


@pytest.mark.parametrize("shape", [(3,), (None, 3), ()])
def test_other_shapes_make_tensors(shape: tuple[int | None, ...]) -> None:
    """Where a row is one value and their number is open, and only there, is a column."""
    schema = model_schema("s", Signature(WORD, {"y": TensorSpec("float32", shape)}))
    (told,) = schema.signature.outputs.inputs
    assert told.shape == tuple(-1 if size is None else size for size in shape)
    assert (schema.takes_frame, schema.gives_frame) == (True, False)


def test_bytes_are_told_from_text() -> None:
    """TensorFlow has one type for both, MLflow two."""
    schema = model_schema("s", Signature(WORD, {"echo": TensorSpec("string", (None,))}), binary=["word"])
    assert str(schema.signature.inputs) == "['word': binary (required)]"
    assert str(schema.signature.outputs) == "['echo': string (required)]"


def test_all_that_cannot_be_told_is_named() -> None:
    """At once, with the place."""
    inputs = {
        "a": TensorSpec("bfloat16", (None,)),
        "b": TensorSpec("ragged string", None),
        "c": TensorSpec("string", None),
        "d": TensorSpec("string", (None, 2)),
    }
    with pytest.raises(SignatureError) as raised:
        model_schema("s", Signature(inputs, {"e": TensorSpec("int64", (None,))}), binary=["d", "e", "f"])
    told = [(problem.where, problem.message.split(",")[0]) for problem in raised.value.problems]
    assert told == [
        ("signatures.s.inputs.a", "has the dtype bfloat16"),
        ("signatures.s.inputs.b", "has the dtype ragged string"),
        ("signatures.s.inputs.c", "may be of any rank; MLflow has to be told one"),
        (
            "signatures.s.inputs.d",
            "holds bytes beside tensors of several values a row; MLflow's tensors of strings hold text",
        ),
        ("signatures.s.outputs.e", "is int64"),
        ("binary", "'f' is neither an input nor an output of s; there are a"),
    ]
