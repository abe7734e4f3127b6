"""Models of JAX, in processes of their own: a process has one backend of Keras."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("jax_tasks.py")


@pytest.fixture(scope="session")
def with_jax() -> Callable[[str, Path], dict[str, Any]]:
    """Does a task of `jax_tasks.py`."""
    if importlib.util.find_spec("jax") is None:
        pytest.skip("JAX is not installed: it is the extra jax, and part of requirements-clusters.lock")

    def do(task: str, folder: Path) -> dict[str, Any]:
        environment = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
        finished = subprocess.run(
            [sys.executable, str(PROGRAM), task, str(folder)],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 0, finished.stderr
        told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
        return told

    return do
