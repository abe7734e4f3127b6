"""The REST interface of TensorFlow Serving: rows (`instances`) and columns (`inputs`).

The format is that of https://www.tensorflow.org/tfx/serving/api_rest.
"""

import base64
import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import numpy as np

from lexport.savedmodel.graph import dtype_name
from lexport.verify.tensors import Tensor
from tests.clients.served_model import InvalidRequestError, ServedModel

B64, BYTES = "b64", "_bytes"


class RestHandler(BaseHTTPRequestHandler):
    """Answers `/v1/models/NAME`, its `/metadata` and its `:predict`, also with `/versions/N`."""

    name: ClassVar[str]
    version: ClassVar[int]
    model: ClassVar[ServedModel]

    def do_GET(self) -> None:
        """Tells whether the model can be asked."""
        if self._path() != "":
            self._answer(404, {"error": f"Malformed request: GET {self.path}"})
            return
        status = {
            "version": str(self.version),
            "state": "AVAILABLE",
            "status": {"error_code": "OK", "error_message": ""},
        }
        self._answer(200, {"model_version_status": [status]})

    def do_POST(self) -> None:
        """Runs a signature."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self._path() != ":predict":
            self._answer(404, {"error": f"Malformed request: POST {self.path}"})
            return
        try:
            self._answer(200, predicted(self.model, json.loads(body)))
        except (InvalidRequestError, ValueError) as error:
            self._answer(400, {"error": str(error)})

    def log_message(self, *_: Any) -> None:
        """Keeps quiet."""

    def _path(self) -> str | None:
        for prefix in (f"/v1/models/{self.name}/versions/{self.version}", f"/v1/models/{self.name}"):
            if self.path.startswith(prefix):
                return self.path.removeprefix(prefix)
        return None

    def _answer(self, code: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def predicted(model: ServedModel, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answers the body of a request, in the form in which it was asked."""
    signature = model.signature(request.get("signature_name", ""))
    rows, columns = request.get("instances"), request.get("inputs")
    if (rows is None) == (columns is None):
        raise InvalidRequestError("Request must have one of 'instances' and 'inputs'")
    names = sorted(signature.inputs)
    if rows is not None:
        named = [row if isinstance(row, dict) and row.keys() != {B64} else {names[0]: row} for row in rows]
        given = {name: [row[name] for row in named] for name in {name for row in named for name in row}}
    else:
        given = columns if isinstance(columns, dict) and columns.keys() != {B64} else {names[0]: columns}
    inputs = {name: _tensor(value, signature.inputs.get(name)) for name, value in given.items()}
    answers = {
        name: _plain(name, value) for name, value in model.predict(request.get("signature_name", ""), inputs).items()
    }
    if columns is not None:
        return {"outputs": answers if len(answers) > 1 else next(iter(answers.values()))}
    if len(answers) == 1:
        return {"predictions": next(iter(answers.values()))}
    return {"predictions": [dict(zip(answers, row, strict=True)) for row in zip(*answers.values(), strict=True)]}


def _tensor(value: Any, spec: Any) -> Tensor:
    dtype = dtype_name(spec.dtype) if spec is not None else "string"
    array = np.array(_bytes_in(value), object if dtype == "string" else dtype)
    if dtype == "string" and not all(isinstance(one, bytes) for one in array.ravel().tolist()):
        raise InvalidRequestError(f"JSON Value: {value} Type: Number is not of expected type: string")
    return array


def _bytes_in(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {B64}:
        return base64.b64decode(value[B64], validate=True)
    if isinstance(value, list):
        return [_bytes_in(one) for one in value]
    return value.encode() if isinstance(value, str) else value


def _plain(name: str, value: Tensor) -> Any:
    if value.dtype.kind != "O":
        return value.tolist()
    texts = [{B64: base64.b64encode(one).decode()} if name.endswith(BYTES) else one.decode() for one in value.ravel()]
    return np.array(texts, object).reshape(value.shape).tolist()
