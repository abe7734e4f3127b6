"""What MLflow calls to load a logged export: its loader module."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lexport.errors import AssetError, SignatureError
from lexport.integrations.mlflow.exported_model import ExportedModel
from lexport.integrations.mlflow.manifest_digest import manifest_digest
from lexport.run.checked_manifest import checked_manifest
from lexport.run.load import load
from lexport.savedmodel import read_inventory
from lexport.savedmodel.op_kinds import op_library

__all__: list[str] = []


def _load_pyfunc(path: str, model_config: Mapping[str, Any] | None = None) -> ExportedModel:
    """Checks a logged export, file by file, and loads it.

    MLflow finds it by this name.

    Args:
        path: of the export, in the logged model.
        model_config: what `log_model` noted.

    Raises:
        AssetError: files are missing, changed or unknown; or the export is another one than was logged.
        SignatureError: it has not the signature that `model_config` names.
    """
    settings = dict(model_config or {})
    directory = Path(path).absolute()
    required = settings.get("manifest_sha256")
    checked_manifest(directory)
    received = manifest_digest(directory)
    if required is not None and received != required:
        raise AssetError(
            f"{directory} is not the export that was logged: its manifest must have the sha256 {required}; received "
            f"{received}. Log the export again"
        )
    _import_op_libraries(directory)
    export = load(directory, allow_ops=settings.get("allow_ops", ()), allow_strings=settings.get("allow_strings", ()))
    signature = settings.get("signature", "serving_default")
    if not isinstance(signature, str) or signature not in export.manifest.signatures:
        known = ", ".join(export.manifest.signatures) or "none"
        raise SignatureError(f"{directory} has no signature {signature!r}, which model_config asks for; it has {known}")
    return ExportedModel(export, signature, settings.get("binary", ()), bool(settings.get("gives_frame", False)))


def _import_op_libraries(directory: Path) -> None:
    """Imports tensorflow-text where the graph has ops of its own: TensorFlow knows them only then."""
    for package in {op_library(op) for op in read_inventory(directory).op_counts} - {""}:
        importlib.import_module(package.replace("-", "_"))
