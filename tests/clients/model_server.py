"""Serves one version of an export, for tests of clients: `python -m tests.clients.model_server NAME DIRECTORY`.

It is no product: TensorFlow Serving is. It speaks its wire formats, gRPC by its own messages and REST as it documents
them, over its own loader, so that clients can be tested where there is no container. Prints its two ports as JSON, and
ends with its standard input.
"""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import ThreadingHTTPServer
from pathlib import Path

import grpc
from tensorflow_serving.apis import prediction_service_pb2_grpc

from tests.clients.grpc_service import PredictionService
from tests.clients.rest_service import RestHandler
from tests.clients.served_model import ServedModel

HERE = "127.0.0.1"


def main(name: str, directory: Path) -> None:
    """Serves until standard input ends."""
    with ServedModel(directory) as model:
        version = int(directory.name)
        server = grpc.server(ThreadPoolExecutor(max_workers=2))
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
            PredictionService(name, version, model), server
        )
        port = server.add_insecure_port(f"{HERE}:0")
        server.start()
        handler = type("Handler", (RestHandler,), {"name": name, "version": version, "model": model})
        rest = ThreadingHTTPServer((HERE, 0), handler)
        threading.Thread(target=rest.serve_forever, daemon=True).start()
        print(json.dumps({"grpc": port, "rest": rest.server_address[1]}), flush=True)  # noqa: T201
        sys.stdin.read()
        rest.shutdown()
        server.stop(None).wait()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
