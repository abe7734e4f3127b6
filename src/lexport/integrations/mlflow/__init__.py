"""A published export as a model of MLflow, checked wherever it is loaded.

- `log_model.py`: `log_model`, which puts an export into a run, or under a registered name.
- `model_schema.py`: what the signature of a SavedModel is in MLflow's words; `input_examples.py`: rows of the export's
  own examples.
- `pyfunc.py`: what MLflow calls to load it; `exported_model.py`: `ExportedModel`, which answers;
  `manifest_digest.py`: by which both know that it is the same export.

Importing it needs MLflow: `pip install 'lexport[mlflow]'`, docs/mlflow.md.
"""

import warnings

from lexport.errors import MissingExtraError

try:
    with warnings.catch_warnings():
        # MLflow warns of type hints in classes of its own when it is imported; 3.17.2 does.
        warnings.filterwarnings("ignore", ".*Any type hint is inferred as AnyType", UserWarning)
        import mlflow.pyfunc  # noqa: F401
except ImportError as error:
    raise MissingExtraError(
        f"lexport.integrations.mlflow needs MLflow, which cannot be imported: {error}. "
        "Run: pip install 'lexport[mlflow]'"
    ) from error

from lexport.integrations.mlflow.log_model import log_model

__all__ = ["log_model"]
