"""lexport in a TFX pipeline: components between ExampleGen and a server.

- `vocabulary_builder.py`: `VocabularyBuilder`, from Examples to `Vocabularies`, counted by the pipeline's Beam.
- `keras_trainer.py`: `KerasTrainer`, TFX's Trainer with one more input: the vocabularies.
- `keras_exporter.py`: `KerasExporter`, from a trained model, or a factory, to a verified SavedModel.
- `checked_pusher.py`: `CheckedPusher`, TFX's Pusher for what is still as it was verified.
- `*_executor.py`: what each does when the pipeline runs; `example_files.py`, `artifact_notes.py`, `blessings.py`: the
  files that they read, what they note in ML Metadata, and what Pusher looks for.
- `local_folders.py`: artifacts at URLs, as folders here.
- `artifact_types.py`: `Vocabularies`; `config_fingerprint.py`: what makes a cached execution stale.

Importing it needs TFX: `pip install 'lexport[tfx]'`, docs/tfx.md.
"""

from lexport.errors import MissingExtraError

try:
    import tfx.v1  # noqa: F401
except ImportError as error:
    raise MissingExtraError(
        f"lexport.integrations.tfx needs TFX, which cannot be imported: {error}. Install 'lexport[tfx]'; docs/tfx.md "
        "says where that is possible"
    ) from error

from lexport.integrations.tfx.artifact_types import Vocabularies
from lexport.integrations.tfx.checked_pusher import CheckedPusher
from lexport.integrations.tfx.keras_exporter import KerasExporter
from lexport.integrations.tfx.keras_trainer import KerasTrainer
from lexport.integrations.tfx.vocabulary_builder import VocabularyBuilder

__all__ = ["CheckedPusher", "KerasExporter", "KerasTrainer", "Vocabularies", "VocabularyBuilder"]
