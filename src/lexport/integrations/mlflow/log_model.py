"""`log_model`: puts a published export into a run of MLflow."""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import pandas as pd  # type: ignore[import-untyped]
from mlflow.models.model import ModelInfo

from lexport.errors import SignatureError
from lexport.integrations.export_notes import export_notes
from lexport.integrations.mlflow.input_examples import InputExamples
from lexport.integrations.mlflow.manifest_digest import manifest_digest
from lexport.integrations.mlflow.model_schema import ModelSchema, model_schema
from lexport.publish import Manifest
from lexport.run.checked_manifest import checked_manifest
from lexport.verify import VerificationReport
from lexport.verify.tensors import Tensor

__all__ = ["log_model"]

LOADER = "lexport.integrations.mlflow.pyfunc"
OWN = frozenset({"data_path", "input_example", "loader_module", "model_config"})
SERVED_WITH = ("tensorflow", "tensorflow-text")


def log_model(
    directory: str | os.PathLike[str],
    name: str | None = None,
    *,
    signature: str = "serving_default",
    binary: Collection[str] = (),
    allow_ops: Collection[str] = (),
    allow_strings: Collection[str] = (),
    pip_requirements: Sequence[str] | None = None,
    **options: Any,
) -> ModelInfo:
    """Logs a published export as a model, as it is, file by file; whoever loads it gets it checked.

    `mlflow.pyfunc.load_model` compares every file with the manifest, and the manifest with its digest at the time of
    logging, before TensorFlow reads any. The model takes and gives a DataFrame where every input has one value a row,
    and dicts of arrays elsewhere; no code and no pickle travels.

    Example:
        ```python
        report = lexport.export(model, "exports/fruit", examples=[{"text": "red apple"}])
        with mlflow.start_run():
            info = lexport.integrations.mlflow.log_model(report.path, name="fruit")
        mlflow.pyfunc.load_model(info.model_uri).predict(pandas.DataFrame({"text": ["green apple"]}))
        ```

    Args:
        directory: a version that `lexport.export` or `lexport export` published.
        name: of the model; by default that of the export.
        signature: which of its signatures the model answers.
        binary: string inputs and outputs that hold bytes and not text, such as serialized examples. Those of which
            an example of the export is no UTF-8 are known.
        allow_ops: as for `lexport.load`, each time the model is loaded.
        allow_strings: likewise.
        pip_requirements: what `mlflow models serve` installs; by default this lexport with MLflow, and the TensorFlow
            that the export was verified with.
        options: further arguments of `mlflow.pyfunc.log_model`, such as `registered_model_name`, `tags`, `metadata`;
            what lexport notes itself stays in `metadata`, whatever is given under the same names.

    Returns:
        What MLflow gives; its `model_uri` loads the model.

    Raises:
        AssetError: the directory is not what its manifest says; nothing is logged.
        SignatureError: there is no such signature, or MLflow has no words for it; nothing is logged.
        TypeError: an option is one that lexport makes of the export, such as `input_example`.
    """
    taken = sorted(OWN & options.keys())
    if taken:
        raise TypeError(f"log_model takes no {', '.join(taken)}: lexport makes them of the export")
    root = Path(directory).absolute()
    manifest = checked_manifest(root)
    if signature not in manifest.signatures:
        known = ", ".join(manifest.signatures) or "none"
        raise SignatureError(f"{root} has no signature {signature!r}; it has {known}")
    examples = InputExamples.read(root, signature)
    binary = sorted({*binary, *examples.binary})
    schema = model_schema(signature, manifest.signatures[signature], binary, alike=examples.alike)
    settings = {"signature": signature, "binary": binary, "gives_frame": schema.gives_frame}
    allowed = {"allow_ops": sorted(allow_ops), "allow_strings": sorted(allow_strings)}
    return mlflow.pyfunc.log_model(
        name=name or manifest.name,
        loader_module=LOADER,
        data_path=str(root),
        signature=schema.signature,
        input_example=_input_example(examples.rows, schema, binary),
        model_config={**settings, **allowed, "manifest_sha256": manifest_digest(root)},
        pip_requirements=list(_requirements(manifest) if pip_requirements is None else pip_requirements),
        metadata={**(options.pop("metadata", None) or {}), **_notes(root, manifest)},
        **options,
    )


def _input_example(rows: Mapping[str, Tensor] | None, schema: ModelSchema, binary: Collection[str]) -> Any:
    if rows is None:
        return None
    values = {name: _values(value, as_text=name not in binary) for name, value in rows.items()}
    if schema.takes_frame:
        return pd.DataFrame(values)
    return {name: value.astype(str) if value.dtype.kind == "O" else value for name, value in values.items()}


def _values(value: Tensor, *, as_text: bool) -> Any:
    if value.dtype.kind != "O" or not as_text:
        return value
    texts = value.copy()
    texts.ravel()[:] = [one.decode() for one in value.ravel()]
    return texts


def _requirements(manifest: Manifest) -> list[str]:
    served_with = [f"{one}=={manifest.versions[one]}" for one in SERVED_WITH if one in manifest.versions]
    return [f"lexport[mlflow]=={version('lexport')}", f"mlflow=={mlflow.__version__}", *served_with]


def _notes(root: Path, manifest: Manifest) -> dict[str, str | int | float]:
    record = manifest.verification
    report = None if record is None else VerificationReport.from_json(json.dumps(record["report"]))
    return export_notes(manifest, report, int(root.name) if root.name.isdecimal() else None)
