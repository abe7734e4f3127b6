"""`checked_manifest`: the manifest of a directory that is what it says."""

from pathlib import Path

from lexport.errors import AssetError, Problem
from lexport.publish import Manifest, check_files, read_manifest
from lexport.savedmodel.digest import read_digest

__all__ = ["checked_manifest"]


def checked_manifest(directory: Path) -> Manifest:
    """Reads the manifest and checks every file against it.

    Raises:
        AssetError: there is none, or files are missing, changed or unknown; all are named. Or the SavedModel has
            another canonical digest than the manifest says.
    """
    manifest = read_manifest(directory)
    problems = check_files(directory, manifest)
    if not problems and manifest.canonical_digest is not None:
        received = read_digest(directory).sha256
        if received != manifest.canonical_digest:
            message = f"required {manifest.canonical_digest}; received {received}"
            problems = [Problem("canonical_digest", message, "Publish anew")]
    if problems:
        raise AssetError(f"{directory} is not what its manifest says", problems)
    return manifest
