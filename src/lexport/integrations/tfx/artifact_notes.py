"""What the components note in ML Metadata, and read there."""

from collections.abc import Mapping

from tfx.types.artifact import Artifact

from lexport.publish import Manifest
from lexport.verify import VerificationReport

__all__ = ["note_digests", "note_export", "noted_digests"]

DIGEST = "sha256:"


def note_digests(artifact: Artifact, digests: Mapping[str, str]) -> None:
    """Notes the sha256 of each vocabulary, as `sha256:NAME`.

    Args:
        artifact: of any type.
        digests: by the names of vocabularies.
    """
    for name, digest in digests.items():
        artifact.set_string_custom_property(f"{DIGEST}{name}", digest)


def noted_digests(artifact: Artifact) -> dict[str, str]:
    """Reads what `note_digests` noted.

    Args:
        artifact: of any type.
    """
    found = artifact.mlmd_artifact.custom_properties
    return {key.removeprefix(DIGEST): one.string_value for key, one in found.items() if key.startswith(DIGEST)}


def note_export(artifact: Artifact, manifest: Manifest, report: VerificationReport, version: int | None) -> None:
    """Notes what was exported, and what came of the verification.

    Args:
        artifact: of any type.
        manifest: of the export.
        report: its verification.
        version: the number under which it was published; None where it was not.
    """
    note_digests(artifact, {name: one.sha256 for name, one in manifest.vocabularies.items()})
    passed = sum(check.passed is True for check in report.checks)
    notes = {
        "name": manifest.name,
        "canonical_digest": manifest.canonical_digest,
        "config_sha256": manifest.config_sha256,
        "verification": "passed" if report.passed else "failed",
        "lexport_version": manifest.versions.get("lexport"),
        "version": None if version is None else str(version),
    }
    for key, value in notes.items():
        if value is not None:
            artifact.set_string_custom_property(key, value)
    artifact.set_int_custom_property("checks_passed", passed)
    for name, figure in manifest.metrics.items():
        artifact.set_float_custom_property(f"metric:{name}", figure)
