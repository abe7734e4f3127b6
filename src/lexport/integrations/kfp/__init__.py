"""lexport in Kubeflow Pipelines: two components of the KFP v2 SDK.

- `vocabulary_builder.py`: `vocabulary_builder` makes the component that builds the vocabularies of a config.
- `keras_exporter.py`: `keras_exporter` makes the component that exports a trained model, or a factory, and verifies it.
- `build_step.py`, `export_step.py`: what each does in its container; `data_files.py`, `model_files.py`,
  `pinned_config.py`, `report_markdown.py`: what they read and write there.

Importing it needs KFP's SDK: `pip install 'lexport[kfp]'`, docs/kubeflow.md.
"""

from lexport.errors import MissingExtraError

try:
    import kfp  # noqa: F401
except ImportError as error:
    raise MissingExtraError(
        f"lexport.integrations.kfp needs the SDK of Kubeflow Pipelines, which cannot be imported: {error}. "
        "Run: pip install 'lexport[kfp]'"
    ) from error

from lexport.integrations.kfp.keras_exporter import keras_exporter
from lexport.integrations.kfp.vocabulary_builder import vocabulary_builder

__all__ = ["keras_exporter", "vocabulary_builder"]
