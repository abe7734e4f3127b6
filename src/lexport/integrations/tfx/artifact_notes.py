"""Custom properties: what the components note in ML Metadata, and read there."""

from collections.abc import Mapping

from tfx.types.artifact import Artifact

__all__ = ["note", "notes_of"]


def note(artifact: Artifact, notes: Mapping[str, str | int | float]) -> None:
    """Notes what `lexport.integrations.export_notes` gives, each under its name.

    Args:
        artifact: of any type.
        notes: by name.
    """
    setters = {
        str: artifact.set_string_custom_property,
        int: artifact.set_int_custom_property,
        float: artifact.set_float_custom_property,
    }
    for name, value in notes.items():
        setters[type(value)](name, value)


def notes_of(artifact: Artifact) -> dict[str, str | int | float]:
    """Reads all custom properties of an artifact.

    Args:
        artifact: of any type.
    """
    found = artifact.mlmd_artifact.custom_properties.items()
    return {name: getattr(value, value.WhichOneof("value")) for name, value in found}
