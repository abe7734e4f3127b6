"""The gRPC service of TensorFlow Serving, by the messages of its own package."""

from typing import Any

import grpc
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import get_model_metadata_pb2, predict_pb2, prediction_service_pb2_grpc

from tests.clients.served_model import DEFAULT, InvalidRequestError, ServedModel

METADATA = "signature_def"


class PredictionService(prediction_service_pb2_grpc.PredictionServiceServicer):
    """Answers `Predict` and `GetModelMetadata` for one model."""

    def __init__(self, name: str, version: int, model: ServedModel) -> None:
        self._name, self._version, self._model = name, version, model

    def Predict(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Runs a signature."""
        self._check(request.model_spec, context)
        # As the server does: what the client sent is parsed by TensorFlow, from packed bytes or from listed values.
        inputs = {name: _plain(tf.make_ndarray(tensor)) for name, tensor in request.inputs.items()}
        try:
            answers = self._model.predict(request.model_spec.signature_name, inputs, list(request.output_filter))
        except InvalidRequestError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        response = predict_pb2.PredictResponse()
        self._fill(response.model_spec, request.model_spec.signature_name)
        for name, value in answers.items():
            response.outputs[name].CopyFrom(tf.make_tensor_proto(value))
        return response

    def GetModelMetadata(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Tells the signatures."""
        self._check(request.model_spec, context)
        told = get_model_metadata_pb2.SignatureDefMap()
        for name, signature in self._model.signatures.items():
            told.signature_def[name].ParseFromString(signature.SerializeToString())
        response = get_model_metadata_pb2.GetModelMetadataResponse()
        self._fill(response.model_spec, "")
        response.metadata[METADATA].Pack(told)
        return response

    def _check(self, spec: Any, context: grpc.ServicerContext) -> None:
        if spec.name != self._name:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Servable not found for request: Latest({spec.name})")
        if spec.HasField("version") and spec.version.value != self._version:
            message = f"Servable not found for request: Specific({spec.name}, {spec.version.value})"
            context.abort(grpc.StatusCode.NOT_FOUND, message)

    def _fill(self, spec: Any, signature: str) -> None:
        spec.name, spec.signature_name = self._name, signature or DEFAULT
        spec.version.value = self._version


def _plain(array: Any) -> Any:
    return array.astype(object) if array.dtype.kind in "SU" else np.asarray(array)
