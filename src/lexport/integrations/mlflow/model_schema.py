"""`model_schema`: what a signature of a SavedModel takes and gives, in MLflow's words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema
from mlflow.types import TensorSpec as TensorColumn

from lexport.errors import Problem, SignatureError
from lexport.savedmodel.signature import Signature, TensorSpec

__all__ = ["ModelSchema", "model_schema"]

STRING = "string"
COLUMNS = {
    STRING: DataType.string,
    "bool": DataType.boolean,
    "int32": DataType.integer,
    "int64": DataType.long,
    "float32": DataType.float,
    "float64": DataType.double,
}
TENSORS = frozenset(
    {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64"}
)


@dataclass(frozen=True)
class ModelSchema:
    """A signature as MLflow keeps it, and how values go in and out.

    Attributes:
        signature: of MLflow.
        takes_frame: whether rows come as a pandas DataFrame, with a column for each input; else as a dict of arrays.
        gives_frame: whether answers are a DataFrame.
    """

    signature: ModelSignature
    takes_frame: bool
    gives_frame: bool


def model_schema(name: str, signature: Signature, binary: Collection[str] = (), *, alike: bool = True) -> ModelSchema:
    """Gives columns where every row has one value of a type that MLflow's columns have, and tensors elsewhere.

    Args:
        name: of the signature.
        signature: as the SavedModel has it.
        binary: the string inputs and outputs that hold bytes, and not text.
        alike: whether outputs have as many rows as each other; where not, they are no columns of one table.

    Raises:
        SignatureError: MLflow has no words for an input or output; all are named.

    Example:
        >>> words = Signature({"word": TensorSpec("string", (None,))}, {"id": TensorSpec("int64", (None,))})
        >>> model_schema("serving_default", words).signature.inputs
        ['word': string (required)]
        >>> vectors = Signature({"x": TensorSpec("float32", (None, 3))}, {"y": TensorSpec("float32", (None,))})
        >>> model_schema("serving_default", vectors).signature.inputs
        ['x': Tensor('float32', (-1, 3))]
    """
    problems = [
        *_problems(f"signatures.{name}.inputs", signature.inputs, binary),
        *_problems(f"signatures.{name}.outputs", signature.outputs, binary),
    ]
    known = {*signature.inputs, *signature.outputs}
    problems += [
        Problem("binary", f"{one!r} is neither an input nor an output of {name}; there are {', '.join(sorted(known))}")
        for one in sorted(set(binary) - known)
    ]
    if problems:
        raise SignatureError(f"the signature {name!r} cannot be told to MLflow", problems)
    takes_frame, gives_frame = _are_columns(signature.inputs), alike and _are_columns(signature.outputs)
    inputs = _schema(signature.inputs, binary, takes_frame)
    outputs = _schema(signature.outputs, binary, gives_frame)
    return ModelSchema(ModelSignature(inputs=inputs, outputs=outputs), takes_frame, gives_frame)


def _are_columns(specs: Mapping[str, TensorSpec]) -> bool:
    return all(spec.dtype in COLUMNS and spec.shape == (None,) for spec in specs.values())


def _schema(specs: Mapping[str, TensorSpec], binary: Collection[str], columns: bool) -> Schema:
    if columns:
        kinds = {name: DataType.binary if name in binary else COLUMNS[spec.dtype] for name, spec in specs.items()}
        return Schema([ColSpec(kind, name) for name, kind in kinds.items()])
    return Schema([TensorColumn(_numpy(spec), _shape(spec), name) for name, spec in specs.items()])


def _numpy(spec: TensorSpec) -> np.dtype:
    return np.dtype("str" if spec.dtype == STRING else spec.dtype)


def _shape(spec: TensorSpec) -> tuple[int, ...]:
    return tuple(-1 if size is None else size for size in spec.shape or ())


def _problems(where: str, specs: Mapping[str, TensorSpec], binary: Collection[str]) -> Iterator[Problem]:
    columns = _are_columns(specs)
    for name, spec in specs.items():
        place = f"{where}.{name}"
        if spec.dtype != STRING and spec.dtype not in TENSORS:
            yield Problem(place, f"has the dtype {spec.dtype}, which MLflow has no type for", "Cast it in the model")
        elif spec.shape is None:
            yield Problem(place, "may be of any rank; MLflow has to be told one", "Give the input a shape")
        elif name in binary and spec.dtype != STRING:
            yield Problem(place, f"is {spec.dtype}, and bytes are strings", "Leave it out of binary")
        elif name in binary and not columns:
            message = "holds bytes beside tensors of several values a row; MLflow's tensors of strings hold text"
            yield Problem(place, message, "Log a signature that takes one value a row")
