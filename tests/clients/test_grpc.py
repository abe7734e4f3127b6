"""A gRPC client gets the answers of the training, with the messages and the service of TensorFlow Serving."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import get_model_metadata_pb2, predict_pb2, prediction_log_pb2, prediction_service_pb2_grpc

from lexport.publish import read_manifest
from lexport.run.places import BASELINE
from lexport.verify import Baseline
from tests.clients.conftest import NAME, WORDS, Served

pytestmark = pytest.mark.slow

WARMUP = "assets.extra/tf_serving_warmup_requests"


@pytest.fixture(scope="module")
def stub(served: Served) -> Iterator[Any]:
    """A client with a connection over a socket of this machine."""
    with grpc.insecure_channel(f"127.0.0.1:{served.grpc}") as channel:
        yield prediction_service_pb2_grpc.PredictionServiceStub(channel)


def asked(inputs: dict[str, Any], signature: str = "serving_default", name: str = NAME) -> Any:
    """A request as clients write it."""
    request = predict_pb2.PredictRequest()
    request.model_spec.name, request.model_spec.signature_name = name, signature
    for key, value in inputs.items():
        request.inputs[key].CopyFrom(tf.make_tensor_proto(value))
    return request


def test_all_recorded_requests_get_the_answers_of_the_training(served: Served, stub: Any) -> None:
    """Ids and strings to the letter, floats within the tolerance with which the export was verified."""
    cases = [case for case in Baseline.read(served.directory / BASELINE).cases if case.outputs is not None]
    assert len(cases) > 10
    for case in cases:
        response = stub.Predict(asked(dict(case.inputs), case.signature))
        assert response.outputs.keys() == case.outputs.keys()
        for name, expected in case.outputs.items():
            received = tf.make_ndarray(response.outputs[name])
            assert received.shape == expected.shape
            if expected.dtype.kind == "f":
                np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-6)
            else:
                assert received.tolist() == expected.tolist()


def test_ids_are_lines_of_the_vocabulary(stub: Any) -> None:
    """Letters that are no ASCII, and line ends of Unicode, too."""
    response = stub.Predict(asked({"word": [*WORDS, "?"], "text": [""] * 5, "year": np.int64([1999, 2024, 0, 1, 2])}))
    assert tf.make_ndarray(response.outputs["id"]).tolist() == [1, 2, 3, 4, 0]
    assert tf.make_ndarray(response.outputs["year"]).tolist() == [1, 2, 0, 0, 0]
    assert response.model_spec.version.value == 7


def test_requests_to_warm_up_with_are_answered(served: Served, stub: Any) -> None:
    """As the server reads them from the file, byte for byte what a client would have sent."""
    records = list(tf.data.TFRecordDataset(str(served.directory / WARMUP)).as_numpy_iterator())
    assert records
    for record in records:
        log = prediction_log_pb2.PredictionLog.FromString(record)
        request = log.predict_log.request
        # The server loads a model under whatever name its own configuration gives it.
        request.model_spec.name = NAME
        assert stub.Predict(request).outputs


def test_metadata_tells_the_signatures(served: Served, stub: Any) -> None:
    """Names, dtypes and shapes, as the manifest has them."""
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    request.model_spec.name = NAME
    told = get_model_metadata_pb2.SignatureDefMap()
    stub.GetModelMetadata(request).metadata["signature_def"].Unpack(told)
    manifest = read_manifest(Path(served.directory))
    signature = told.signature_def["serving_default"]
    assert sorted(signature.inputs) == sorted(manifest.signatures["serving_default"].inputs)
    assert sorted(signature.outputs) == sorted(manifest.signatures["serving_default"].outputs)


ROW = {"word": ["apple"], "text": [""], "year": np.int64([5])}


@pytest.mark.parametrize(
    ("request_", "code", "told"),
    [
        (asked(ROW, name="other"), grpc.StatusCode.NOT_FOUND, "Servable not found"),
        (asked(ROW, signature="other"), grpc.StatusCode.INVALID_ARGUMENT, '"other" not found'),
        (asked({"word": ["apple"]}), grpc.StatusCode.INVALID_ARGUMENT, "expects text, word, year; received word"),
        (asked(ROW | {"year": np.int32([5])}), grpc.StatusCode.INVALID_ARGUMENT, "year must be int64; received int32"),
    ],
)
def test_what_cannot_be_answered_has_the_code_of_the_server(
    stub: Any, request_: Any, code: grpc.StatusCode, told: str
) -> None:
    """A client tells a wrong name from a wrong request."""
    with pytest.raises(grpc.RpcError) as raised:
        stub.Predict(request_)
    assert raised.value.code() is code
    assert told in raised.value.details()


def test_outputs_may_be_chosen(stub: Any) -> None:
    """What a client does not need is not sent."""
    request = asked(ROW)
    request.output_filter.append("id")
    assert list(stub.Predict(request).outputs) == ["id"]
