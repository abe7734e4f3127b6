"""`export_notes`: what an export is, as flat figures for the metadata that another tool keeps."""

import os
from collections.abc import Mapping

from lexport.publish import Manifest
from lexport.run.vocabulary_folder import VocabularyFolder
from lexport.verify import VerificationReport

__all__ = ["digest_notes", "export_notes", "folder_notes", "noted_digests", "read_noted"]

DIGEST = "sha256:"
LIST = "vocabularies_sha256"


def digest_notes(digests: Mapping[str, str]) -> dict[str, str]:
    """Gives the sha256 of each vocabulary, as `sha256:NAME`.

    Args:
        digests: by the names of vocabularies.

    Example:
        >>> digest_notes({"words": "0f"})
        {'sha256:words': '0f'}
    """
    return {f"{DIGEST}{name}": digest for name, digest in digests.items()}


def folder_notes(folder: VocabularyFolder) -> dict[str, str]:
    """Gives the sha256 of each vocabulary, and that of the list that tells dtypes and statistics.

    Args:
        folder: as a step has written it.
    """
    return {**digest_notes(folder.digests), LIST: folder.sha256}


def read_noted(path: str | os.PathLike[str], notes: Mapping[str, object]) -> VocabularyFolder:
    """Reads vocabularies that another step has written, and compares them with what was noted of them.

    Args:
        path: the folder. Nothing in it is trusted.
        notes: what `folder_notes` gave, among whatever else is noted.

    Raises:
        VocabularyError: the list is missing or damaged, or something is not what was noted; all is named.
    """
    noted = notes.get(LIST)
    return VocabularyFolder.read(path, noted_digests(notes), None if noted is None else str(noted))


def noted_digests(notes: Mapping[str, object]) -> dict[str, str]:
    """Finds what `digest_notes` gave, among whatever else is noted.

    Args:
        notes: metadata of any kind.

    Example:
        >>> noted_digests({"sha256:words": "0f", "name": "fruit"})
        {'words': '0f'}
    """
    return {key.removeprefix(DIGEST): str(value) for key, value in notes.items() if key.startswith(DIGEST)}


def export_notes(
    manifest: Manifest, report: VerificationReport | None, version: int | None = None
) -> dict[str, str | int | float]:
    """Gives what was exported, and what came of its verification.

    Args:
        manifest: of the export.
        report: its verification; None where nothing was verified, as after `lexport.save`.
        version: the number under which it is to be found; None where it has none.

    Example:
        >>> manifest = Manifest("fruit", "2026-01-01T00:00:00Z", {}, metrics={"accuracy": 0.5})
        >>> export_notes(manifest, None, 3)
        {'name': 'fruit', 'verification': 'not run', 'version': '3', 'metric:accuracy': 0.5}
    """
    notes: dict[str, str | int | float | None] = {
        **digest_notes({name: one.sha256 for name, one in manifest.vocabularies.items()}),
        "name": manifest.name,
        "canonical_digest": manifest.canonical_digest,
        "config_sha256": manifest.config_sha256,
        "verification": _outcome(report),
        "checks_passed": None if report is None else sum(check.passed is True for check in report.checks),
        "lexport_version": manifest.versions.get("lexport"),
        "version": None if version is None else str(version),
        **{f"metric:{name}": figure for name, figure in manifest.metrics.items()},
    }
    return {key: value for key, value in notes.items() if value is not None}


def _outcome(report: VerificationReport | None) -> str:
    if report is None:
        return "not run"
    return "passed" if report.passed else "failed"
