"""Exports in MLflow, for the tests of this folder."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlflow
from mlflow.models.model import ModelInfo

from lexport.integrations.mlflow import log_model

ELSEWHERE = """\
import json, sys
import mlflow
model = mlflow.pyfunc.load_model(sys.argv[1])
answers = {name: list(map(str, one)) for name, one in model.predict(model.input_example).items()}
print(json.dumps({"answers": answers, "libraries": "tensorflow_text" in sys.modules}))
"""


def logged(directory: Path, **settings: Any) -> ModelInfo:
    """Logs an export in a run of its own."""
    with mlflow.start_run():
        return log_model(directory, **settings)


def files_of(info: ModelInfo) -> Path:
    """Where the store keeps the one export of a logged model."""
    artifacts = Path(mlflow.artifacts.download_artifacts(info.model_uri))
    (data,) = (artifacts / "data").iterdir()
    return data


def elsewhere(info: ModelInfo, folder: Path) -> subprocess.CompletedProcess[str]:
    """Loads a model in another process, and asks it its own example."""
    environment = {**os.environ, "MLFLOW_TRACKING_URI": mlflow.get_tracking_uri(), "LEXPORT_HOME": str(folder / "home")}
    command = [sys.executable, "-c", ELSEWHERE, info.model_uri]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
