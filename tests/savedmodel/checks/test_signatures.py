from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.savedmodel import ExpectedSignature, TensorSpec

IDS = TensorSpec("int64", (None,))
WORDS = TensorSpec("string", (None,))
Failed = Callable[..., dict[str, str]]


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({"classify": ExpectedSignature({"words": WORDS})}, "there is no signature named 'classify'"),
        ({}, "there is an unexpected signature named 'serving_default'"),
        (
            {"serving_default": ExpectedSignature({"text": WORDS})},
            "there is no input of 'serving_default' named 'text'",
        ),
        ({"serving_default": ExpectedSignature({})}, "there is an unexpected input of 'serving_default' named 'words'"),
        (
            {"serving_default": ExpectedSignature({"words": TensorSpec("int64", (None,))})},
            "the input 'words' of 'serving_default' must be int64 [null]; received string [null]",
        ),
        (
            {"serving_default": ExpectedSignature({"words": TensorSpec("string", (None, 1))})},
            "must be string [null, 1]; received string [null]",
        ),
        (
            {"serving_default": ExpectedSignature({"words": TensorSpec("string", None)})},
            "must be string of any shape; received string [null]",
        ),
        (
            {"serving_default": ExpectedSignature({"words": WORDS}, {"section": None})},
            "there is no output of 'serving_default' named 'section'",
        ),
        (
            {"serving_default": ExpectedSignature({"words": WORDS}, {"ids": TensorSpec("int32", (None,))})},
            "the output 'ids' of 'serving_default' must be int32 [null]; received int64 [null]",
        ),
    ],
)
def test_each_difference_is_found(sound: Path, failed: Failed, expected: dict[str, Any], told: str) -> None:
    """Names, dtypes and shapes, of inputs and outputs."""
    found = failed(sound, signatures=expected)
    assert list(found) == ["signatures"]
    assert told in found["signatures"]


@pytest.mark.parametrize("outputs", [None, {"ids": None}, {"ids": IDS}])
def test_outputs_may_be_left_open(sound: Path, failed: Failed, outputs: Any) -> None:
    """Not configured at all, by name, or by name and type."""
    assert failed(sound, signatures={"serving_default": ExpectedSignature({"words": WORDS}, outputs)}) == {}


def test_a_renamed_output_is_found(sound_copy: Path, edit_graph: Any, failed: Failed) -> None:
    """Clients ask for outputs by name."""

    def rename(message: Any) -> None:
        outputs = message.meta_graphs[0].signature_def["serving_default"].outputs
        outputs["output_0"].CopyFrom(outputs["ids"])
        del outputs["ids"]

    edit_graph(sound_copy, rename)
    expected = {"serving_default": ExpectedSignature({"words": WORDS}, {"ids": IDS})}
    found = failed(sound_copy, signatures=expected)
    assert list(found) == ["signatures"]
    assert "no output of 'serving_default' named 'ids'; there is an unexpected output" in found["signatures"]


def test_a_sparse_tensor_is_not_a_dense_one_of_its_dtype(sound_copy: Path, edit_graph: Any, failed: Failed) -> None:
    """It is three tensors, and no request to a server can hold it; nor a ragged one."""

    def encode(message: Any) -> None:
        signature = message.meta_graphs[0].signature_def["serving_default"]
        signature.outputs["ids"].coo_sparse.values_tensor_name = signature.outputs["ids"].name
        ragged = signature.inputs["words"].composite_tensor
        ragged.type_spec.type_spec_class = ragged.type_spec.RAGGED_TENSOR_SPEC
        ragged.components.add(dtype=signature.inputs["words"].dtype)

    edit_graph(sound_copy, encode)
    found = failed(sound_copy, signatures={"serving_default": ExpectedSignature({"words": WORDS}, {"ids": IDS})})
    assert "must be int64 [null]; received sparse int64 [null]" in found["signatures"]
    assert "must be string [null]; received ragged string of any shape" in found["signatures"]
