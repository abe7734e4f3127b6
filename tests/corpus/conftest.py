"""Servers on this machine from which files are read."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import s3fs
from moto.server import ThreadedMotoServer

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    # Nothing of the machine that runs the tests.
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    "AWS_CONFIG_FILE": "/nowhere",
}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Gives the address of an S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Gives a client of an S3 server with an empty bucket; the environment leads every other client there, too."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": s3_server}.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    files = s3fs.S3FileSystem()
    files.mkdir("bucket")
    yield files
    files.rm("bucket", recursive=True)
    s3fs.S3FileSystem.clear_instance_cache()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; some names stand for what goes wrong on the way."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Says nothing."""

    def do_GET(self) -> None:
        """Gives a file, with the answers of a bad day by name."""
        path = self.path.partition("?")[0]
        if path.startswith("/forbidden"):
            self.send_error(403)
        elif path.startswith("/broken"):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(b"a\nb\n")
        elif path.startswith("/unknown_size"):
            self.send_response(200)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(b"a\nb\n")
        else:
            self._give(Path(self.directory, path.lstrip("/")))

    do_HEAD = do_GET  # noqa: N815 - the name of the base class

    def _give(self, path: Path) -> None:
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        wanted = self.headers.get("Range", "")
        status, part = 200, data
        if wanted and path.name.startswith("ranges"):
            start, _, end = wanted.removeprefix("bytes=").partition("-")
            status, part = 206, data[int(start) : int(end) + 1 if end else None]
        self.send_response(status)
        self.send_header("Content-Length", str(len(part)))
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{int(start) + len(part) - 1}/{len(data)}")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(part)


@pytest.fixture
def http_folder(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Gives the address of an HTTP server and the folder that it serves; it gives parts of `ranges...` only."""
    folder = tmp_path / "served"
    folder.mkdir()

    def handler(*args: Any) -> Handler:
        return Handler(*args, directory=str(folder))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()
