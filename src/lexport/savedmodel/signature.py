"""The signatures of a graph: what a server takes and gives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lexport.savedmodel.graph import dtype_name

__all__ = ["INIT_OP", "Signature", "TensorSpec", "output_names", "read_signatures"]

INIT_OP = "__saved_model_init_op"


@dataclass(frozen=True)
class TensorSpec:
    """The type of a named tensor.

    Attributes:
        dtype: such as `string` or `float32`; `sparse int64` or `ragged int64` where it is no dense tensor.
        shape: None for a dimension of any size; None as a whole where even the rank is open.

    Example:
        >>> print(TensorSpec("string", (None, 3)))
        string [null, 3]
    """

    dtype: str
    shape: tuple[int | None, ...] | None

    def __str__(self) -> str:
        if self.shape is None:
            return f"{self.dtype} of any shape"
        sizes = ", ".join("null" if size is None else str(size) for size in self.shape)
        return f"{self.dtype} [{sizes}]"


@dataclass(frozen=True)
class Signature:
    """One entry point of a SavedModel.

    Attributes:
        inputs: by name.
        outputs: by name.
        method: such as `tensorflow/serving/predict`.
    """

    inputs: Mapping[str, TensorSpec]
    outputs: Mapping[str, TensorSpec]
    method: str = "tensorflow/serving/predict"


def read_signatures(meta_graph: Any) -> dict[str, Signature]:
    """Reads the signatures of a meta graph, without the one that names the initialization op."""
    return {
        name: Signature(
            inputs=_specs(signature.inputs),
            outputs=_specs(signature.outputs),
            method=signature.method_name,
        )
        for name, signature in sorted(meta_graph.signature_def.items())
        if name != INIT_OP
    }


def output_names(signature: Any) -> Iterator[str]:
    """Yields the names of the tensors behind the outputs of a `SignatureDef`, those of sparse and ragged ones too."""
    for info in signature.outputs.values():
        sparse = info.coo_sparse
        parts = (sparse.values_tensor_name, sparse.indices_tensor_name, sparse.dense_shape_tensor_name)
        components = (component.name for component in info.composite_tensor.components)
        yield from (name for name in (info.name, *parts, *components) if name)


def _specs(tensors: Mapping[str, Any]) -> dict[str, TensorSpec]:
    return {name: _spec(info) for name, info in sorted(tensors.items())}


def _spec(info: Any) -> TensorSpec:
    if info.WhichOneof("encoding") == "composite_tensor":
        return TensorSpec(_composite(info.composite_tensor), None)
    # A sparse tensor is several dense ones: it must not pass for a dense one of its dtype.
    dtype = f"{'sparse ' if info.HasField('coo_sparse') else ''}{dtype_name(info.dtype)}"
    if info.tensor_shape.unknown_rank:
        return TensorSpec(dtype, None)
    sizes = (dimension.size for dimension in info.tensor_shape.dim)
    return TensorSpec(dtype, tuple(None if size < 0 else size for size in sizes))


def _composite(tensor: Any) -> str:
    ragged = tensor.type_spec.type_spec_class == tensor.type_spec.RAGGED_TENSOR_SPEC
    values = [dtype_name(component.dtype) for component in tensor.components][:1]
    return " ".join(["ragged" if ragged else "composite", *values])
