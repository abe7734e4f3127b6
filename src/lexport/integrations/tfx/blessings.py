"""What Pusher and Resolver look for before they take a model."""

from pathlib import Path

from tfx.types.artifact import Artifact

from lexport.integrations.tfx.local_folders import written_locally

__all__ = ["bless_infrastructure", "bless_model", "note_pushed"]

# As TFX's InfraValidator, Evaluator and Pusher name them.
BLESSED, INFRA_BLESSED_FILE, MODEL_BLESSED_FILE = "blessed", "INFRA_BLESSED", "BLESSED"
PUSHED, DESTINATION, VERSION = "pushed", "pushed_destination", "pushed_version"


def bless_infrastructure(blessing: Artifact, report: str) -> None:
    """Says that the model is served by the loaders of TensorFlow, as InfraValidator says it.

    Args:
        blessing: of the standard type InfraBlessing.
        report: the verification, as JSON.
    """
    _bless(blessing, INFRA_BLESSED_FILE, report)


def bless_model(blessing: Artifact, report: str) -> None:
    """Says that the model answers as the one that was trained, for a Pusher.

    It tells no id of the model, by which Resolver's LatestBlessedModelStrategy would take it for a baseline: whether a
    model is good enough to compare others with, only an Evaluator knows.

    Args:
        blessing: of the standard type ModelBlessing.
        report: the verification, as JSON.
    """
    _bless(blessing, MODEL_BLESSED_FILE, report)


def note_pushed(pushed: Artifact, destination: Path, version: int) -> None:
    """Says where a version was published, as Pusher says it.

    Args:
        pushed: of the standard type PushedModel.
        destination: the version's directory.
        version: its number.
    """
    pushed.set_int_custom_property(PUSHED, 1)
    pushed.set_string_custom_property(DESTINATION, str(destination))
    pushed.set_string_custom_property(VERSION, str(version))


def _bless(blessing: Artifact, file: str, report: str) -> None:
    with written_locally(blessing.uri) as folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "verification.json").write_text(report, encoding="utf-8")
        (folder / file).write_bytes(b"")
    blessing.set_int_custom_property(BLESSED, 1)
