"""`SignatureConfig`: what the export can be called with, and what it gives back."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field

from lexport.config.default_values import default_problem
from lexport.config.messages import refusal
from lexport.config.names import FileName, FunctionReference, TensorName
from lexport.config.section import BrokenRule, Section
from lexport.config.signature_families import Family, family_rules, family_schema

__all__ = ["SignatureConfig", "TensorConfig", "TensorDtype"]

TensorDtype = Literal[
    "string",
    "int64",
    "int32",
    "float32",
    "float64",
    "bool",
    "float16",
    "bfloat16",
    "int16",
    "int8",
    "uint64",
    "uint32",
    "uint16",
    "uint8",
]

Dimension = Annotated[int, Field(ge=1)]


class TensorConfig(Section):
    """The dtype and shape of one input.

    Example:
        >>> TensorConfig(dtype="string", shape=[None]).shape
        [None]
    """

    dtype: TensorDtype = Field(description="The dtype of the tensor.")
    shape: list[Dimension | None] = Field(
        description="The size of each dimension, null where it varies; [] for a scalar. The first is the batch."
    )
    default: Any = Field(
        default=None,
        description="The value of one row where a client leaves the input out: nested lists, or one value for all.",
    )

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires a default that is a row of the input."""
        dtype, shape = given.get("dtype"), given.get("shape")
        if "default" in given and dtype in get_args(TensorDtype) and isinstance(shape, list):
            required = default_problem(given["default"], str(dtype), shape)
            if required:
                yield ("default",), refusal(required)


class SignatureConfig(Section):
    """One function that the export serves.

    Example:
        >>> SignatureConfig(inputs={"text": TensorConfig(dtype="string", shape=[None])}).outputs is None
        True
    """

    model_config = ConfigDict(json_schema_extra=family_schema())

    family: Family = Field(
        default="model",
        description="What is served: model, its call; examples, the same on serialized tf.Examples; preprocess, what "
        "its lookups and tokenizers give; classify, the best labels with scores; function, a function of your own.",
    )
    inputs: dict[TensorName, TensorConfig] = Field(
        min_length=1, description="The inputs by name, as the model calls them."
    )
    outputs: list[TensorName] | None = Field(
        default=None,
        min_length=1,
        description="The outputs to serve, by name; left out, all of them. For preprocess, names of layers.",
    )
    scores: TensorName | None = Field(
        default=None, description="classify: the output of the model that holds a float for each label."
    )
    labels: FileName | None = Field(
        default=None, description="classify: the vocabulary that holds the labels, in the order of the scores."
    )
    k: int | None = Field(default=None, ge=1, description="classify: how many labels to give.")
    activation: Literal["none", "softmax", "sigmoid"] | None = Field(
        default=None, description="classify: what makes scores of logits; left out, none."
    )
    function: FunctionReference | None = Field(
        default=None,
        description="function: 'module:function'; it is called with the model and the inputs, a dict of tensors, and "
        "returns a dict of tensors.",
    )

    @classmethod
    def rules(cls, given: Mapping[str, Any]) -> Iterator[BrokenRule]:
        """Requires that no output is named twice, and the keys of the family and no other's."""
        yield from family_rules(given)
        outputs = given.get("outputs")
        seen: set[str] = set()
        for index, name in enumerate(outputs if isinstance(outputs, list) else []):
            if isinstance(name, str):
                if name in seen:
                    yield ("outputs", index), refusal("be named once")
                seen.add(name)
