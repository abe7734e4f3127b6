"""`PredictionLog`: the message in which TensorFlow Serving finds a warm-up request.

TensorFlow's wheel does not have the messages of TensorFlow Serving. The few fields that a warm-up request has are
declared here, with the numbers of `tensorflow_serving/apis/` in TensorFlow Serving 2.20.0, which are those of 1.8.0:

- `prediction_log.proto`: `PredictionLog.predict_log = 6`, `PredictLog.request = 1`;
- `predict.proto`: `PredictRequest.model_spec = 1`, `.inputs = 2` (a map from string to `TensorProto`);
- `model.proto`: `ModelSpec.name = 1`, `.signature_name = 3`.
"""

import importlib
from functools import cache
from typing import Any

from lexport.tfformats.protos import wheel_pool

__all__ = ["parse_prediction_log", "prediction_log_class"]

TENSOR_PROTO = "tensorflow/core/framework/tensor.proto"
FILE = "lexport/prediction_log.proto"
PACKAGE = "tensorflow.serving"

# Message, field, number, type; a type in capitals is a scalar.
FIELDS = (
    ("ModelSpec", "name", 1, "STRING"),
    ("ModelSpec", "signature_name", 3, "STRING"),
    ("PredictRequest", "model_spec", 1, f".{PACKAGE}.ModelSpec"),
    ("PredictRequest", "inputs", 2, f".{PACKAGE}.PredictRequest.InputsEntry"),
    ("PredictLog", "request", 1, f".{PACKAGE}.PredictRequest"),
    ("PredictionLog", "predict_log", 6, f".{PACKAGE}.PredictLog"),
)


@cache
def prediction_log_class() -> Any:
    """Gives the message class, whose tensors are `TensorProto`s of the installed TensorFlow.

    Example:
        >>> log = prediction_log_class()()
        >>> log.predict_log.request.model_spec.signature_name = "serving_default"
        >>> log.predict_log.request.inputs["x"].dtype = 3
        >>> len(log.SerializeToString())
        32
    """
    pool = wheel_pool(TENSOR_PROTO)
    pool.Add(_file())
    factory = importlib.import_module("google.protobuf.message_factory")
    return factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.PredictionLog"))


def parse_prediction_log(data: bytes) -> Any:
    """Parses a message; fields that are not declared here are kept, and not looked at.

    Raises:
        ValueError: the bytes are no `PredictionLog`.
    """
    message = importlib.import_module("google.protobuf.message")
    try:
        return prediction_log_class().FromString(data)
    except message.DecodeError as error:
        raise ValueError(f"not a PredictionLog: {error}") from error


def _file() -> Any:
    descriptors = importlib.import_module("google.protobuf.descriptor_pb2")
    file = descriptors.FileDescriptorProto(name=FILE, package=PACKAGE, syntax="proto3", dependency=[TENSOR_PROTO])
    messages = {name: file.message_type.add(name=name) for name in dict.fromkeys(field[0] for field in FIELDS)}
    for owner, name, number, kind in FIELDS:
        _add_field(messages[owner], name, number, kind)
    inputs = messages["PredictRequest"].nested_type.add(name="InputsEntry")
    inputs.options.map_entry = True
    _add_field(inputs, "key", 1, "STRING")
    _add_field(inputs, "value", 2, ".tensorflow.TensorProto")
    # A map is a repeated message of this form.
    messages["PredictRequest"].field[1].label = descriptors.FieldDescriptorProto.LABEL_REPEATED
    return file


def _add_field(message: Any, name: str, number: int, kind: str) -> None:
    field = message.field.add(name=name, number=number)
    field.label = field.LABEL_OPTIONAL
    if kind == "STRING":
        field.type = field.TYPE_STRING
    else:
        field.type, field.type_name = field.TYPE_MESSAGE, kind
