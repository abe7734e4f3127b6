"""The tensors of a signature, as sessions know them: by the names in the `SignatureDef`."""

from collections.abc import Mapping
from typing import Any

from lexport.verify.candidates.dense_tensors import refuse_composite
from lexport.verify.request import Request
from lexport.verify.tensors import Tensor

__all__ = ["feeds", "fetches", "find_signature"]


def find_signature(meta_graph: Any, name: str) -> Any:
    """Gives the `SignatureDef` of that name.

    Args:
        meta_graph: a `MetaGraphDef` message.
        name: as requests call it.

    Raises:
        ValueError: there is none; the message names those that there are.
    """
    if name not in meta_graph.signature_def:
        names = sorted(found for found in meta_graph.signature_def if not found.startswith("__"))
        raise ValueError(f"the export has no signature {name!r}; it has {names}")
    return meta_graph.signature_def[name]


def feeds(signature: Any, request: Request) -> dict[str, Tensor]:
    """Gives what to feed: the tensors of a request by the names that the graph has for them.

    Raises:
        ValueError: the request does not have the inputs of the signature, but for those that have defaults, or one
            is not a dense tensor.
    """
    declared = _tensor_names(signature.inputs, "input")
    optional = set(signature.defaults)
    if not declared.keys() - optional <= request.inputs.keys() <= declared.keys():
        raise ValueError(f"the inputs must be {sorted(declared)}; received {sorted(request.inputs)}")
    return {declared[name]: value for name, value in request.inputs.items()}


def fetches(signature: Any) -> dict[str, str]:
    """Gives what to fetch: the graph's name of each output, by the output's name.

    Raises:
        ValueError: an output is not a dense tensor.
    """
    return _tensor_names(signature.outputs, "output")


def _tensor_names(tensors: Mapping[str, Any], kind: str) -> dict[str, str]:
    refuse_composite(kind, [name for name, info in tensors.items() if info.WhichOneof("encoding") != "name"])
    return {name: info.name for name, info in tensors.items()}
