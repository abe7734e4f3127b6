"""`ServedModel`: an export as TensorFlow Serving has it in memory, by its C++ loader, and what it refuses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lexport.savedmodel.graph import dtype_name
from lexport.tfformats.protos import parse_message
from lexport.verify.c_api.library import find_library, open_library
from lexport.verify.c_api.saved_model import CSavedModel
from lexport.verify.c_api.status import StatusError
from lexport.verify.tensors import Tensor

DEFAULT = "serving_default"


class InvalidRequestError(Exception):
    """What TensorFlow Serving answers with INVALID_ARGUMENT."""


class ServedModel:
    """A loaded SavedModel and its signatures."""

    def __init__(self, directory: Path) -> None:
        self._loaded = CSavedModel(open_library(find_library()), directory)
        self._signatures = parse_message("MetaGraphDef", self._loaded.meta_graph).signature_def

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loaded.__exit__(kind, error, traceback)

    @property
    def signatures(self) -> dict[str, Any]:
        """The `SignatureDef` messages by name."""
        return dict(self._signatures)

    def signature(self, name: str) -> Any:
        """Finds a signature; without a name it is the default one."""
        name = name or DEFAULT
        if name not in self._signatures:
            raise InvalidRequestError(f'Serving signature name: "{name}" not found in signature def')
        return self._signatures[name]

    def predict(self, signature: str, inputs: Mapping[str, Tensor], wanted: Sequence[str] = ()) -> dict[str, Tensor]:
        """Answers a request: exactly the inputs of the signature, and all outputs or those that are wanted."""
        known = self.signature(signature)
        if inputs.keys() != set(known.inputs):
            expected, sent = ", ".join(sorted(known.inputs)), ", ".join(sorted(inputs))
            raise InvalidRequestError(f"input names mismatch: the signature expects {expected}; received {sent}")
        for name, tensor in inputs.items():
            expected, sent = dtype_name(known.inputs[name].dtype), str(tensor.dtype).replace("object", "string")
            if expected != sent:
                raise InvalidRequestError(f"input {name} must be {expected}; received {sent}")
        names = list(wanted) or sorted(known.outputs)
        unknown = [name for name in names if name not in known.outputs]
        if unknown:
            raise InvalidRequestError(f"output tensor alias not found in signature: {', '.join(unknown)}")
        feeds = {known.inputs[name].name: tensor for name, tensor in inputs.items()}
        try:
            values = self._loaded.run(feeds, [known.outputs[name].name for name in names])
        except StatusError as error:
            raise InvalidRequestError(str(error)) from error
        return dict(zip(names, values, strict=True))
