"""A client without Python: Node.js loads the export by TensorFlow's binding, and gets the answers of the training.

The binding (`@tensorflow/tfjs-node`) is compiled here, against the library of TensorFlow's wheel: what its package
would download is an older TensorFlow, and a binary from elsewhere.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lexport.run.places import BASELINE
from lexport.verify import Baseline, Case

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="needs Node.js and npm"),
]

CLIENT = Path(__file__).parent / "node"
PACKAGE = Path("node_modules", "@tensorflow", "tfjs-node")
BINDING = PACKAGE / "lib" / "napi-v8" / "tfjs_binding.node"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages of the client and the compiled binding; nothing of theirs runs to install them."""
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLIENT / name, folder)
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    wheel = Path(tf.sysconfig.get_lib())
    libraries = [str(wheel / name) for name in ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")]
    includes = [f"-I{path}" for path in ("node_modules/node-api-headers/include", wheel / "include")]
    sources = [str(path.relative_to(folder)) for path in sorted((folder / PACKAGE / "binding").glob("*.cc"))]
    (folder / BINDING).parent.mkdir(parents=True)
    compiler = [sys.executable, "-m", "ziglang", "c++", "-shared", "-fPIC", "-O1", "-std=c++17", "-w"]
    options = ["-DNAPI_VERSION=8", *includes, f"-Wl,-rpath,{wheel}", "-o", str(BINDING)]
    run([*compiler, *options, *sources, *libraries], folder)
    return folder


def run(command: list[str], folder: Path, **options: Any) -> None:
    """Runs a program, and shows what it said where it fails."""
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    finished = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, **options
    )
    assert finished.returncode == 0, finished.stderr[-4000:]


def ask(client: Path, export: Path, cases: list[Case]) -> dict[str, Any]:
    """Gives the answers to requests, and the version of TensorFlow that gave them."""
    requests = [{"signature": case.signature, "inputs": {n: sent(v) for n, v in case.inputs.items()}} for case in cases]
    answers = client / "answers.json"
    run(["node", str(CLIENT / "ask.js"), str(export), str(answers)], client, input=json.dumps(requests))
    found: dict[str, Any] = json.loads(answers.read_text())
    return found


def sent(value: Any) -> dict[str, Any]:
    """An input as the client takes it: it has integers of 32 bits and texts."""
    kind = {"O": "string", "i": "int32", "f": "float32"}[value.dtype.kind]
    values = [one.decode() for one in value.ravel().tolist()] if kind == "string" else value.ravel().tolist()
    return {"dtype": kind, "shape": list(value.shape), "values": values}


def is_sendable(case: Case) -> bool:
    """Whether JavaScript has all values of a request: texts, and integers of 32 bits."""
    for value in case.inputs.values():
        if value.dtype.kind == "O" and not all(is_text(one) for one in value.ravel().tolist()):
            return False
        if value.dtype.kind == "i" and value.size and np.abs(value.astype(object)).max() >= 1 << 31:
            return False
    return case.outputs is not None


def is_text(value: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_recorded_requests_get_the_answers_of_the_training(client: Path, published: Path) -> None:
    """Ids and strings to the letter, floats within the tolerance, by the TensorFlow of the wheel."""
    cases = [case for case in Baseline.read(published / BASELINE).cases if is_sendable(case)]
    assert len(cases) > 5
    found = ask(client, published, cases)
    assert found["tensorflow"] == tf.__version__
    for case, answer in zip(cases, found["answers"], strict=True):
        assert case.outputs is not None
        assert answer.keys() == case.outputs.keys()
        for name, expected in case.outputs.items():
            received = answer[name]["values"]
            assert answer[name]["shape"] == list(expected.shape)
            if expected.dtype.kind == "f":
                np.testing.assert_allclose(received, expected.ravel(), rtol=1e-5, atol=1e-6)
            elif expected.dtype.kind == "O":
                assert received == [one.decode() for one in expected.ravel().tolist()]
            else:
                assert [int(one) for one in received] == expected.ravel().tolist()
