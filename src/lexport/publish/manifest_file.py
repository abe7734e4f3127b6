"""The manifest on disk: made from an export's files, written into it, read back, and compared with them."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lexport.errors import AssetError, Problem, PublishError
from lexport.publish.installed_versions import installed_versions
from lexport.publish.manifest import FileEntry, Manifest, VocabularyEntry
from lexport.publish.manifest_schema import MANIFEST, parse_manifest
from lexport.publish.version import existing_versions
from lexport.savedmodel.signature import Signature
from lexport.savedmodel.tree import TreeFile, open_inside, path_problem, read_content, read_tree

__all__ = ["MANIFEST", "check_files", "make_manifest", "read_manifest", "write_manifest"]

MAX_BYTES = 64 << 20
RESTORE, REMOVE = "Restore the file from where it was published, or publish anew", "Remove it, or publish anew"


def make_manifest(
    directory: str | os.PathLike[str],
    *,
    name: str,
    vocabularies: Mapping[str, VocabularyEntry] | None = None,
    assets: Mapping[str, str] | None = None,
    signatures: Mapping[str, Signature] | None = None,
    config_sha256: str | None = None,
    metrics: Mapping[str, float] | None = None,
    verification: Mapping[str, Any] | None = None,
    versions: Mapping[str, str] | None = None,
    canonical_digest: str | None = None,
) -> Manifest:
    """Makes the manifest of an export, with the digest of every file that is there.

    Args:
        directory: the export, complete but for the manifest.
        name: what the export is called.
        vocabularies: by name; each must be one of the files.
        assets: paths below `assets/` by the relative names that the user knows them by.
        signatures: such as those of `read_inventory`.
        config_sha256: the digest of the configuration.
        metrics: figures to report; finite.
        verification: a JSON object; can be added later with `dataclasses.replace`.
        versions: of what made the export; by default what is installed.
        canonical_digest: the sha256 that `lexport.savedmodel.digest.read_digest` gives for the SavedModel.

    Raises:
        AssetError: there are links among the files, or the arguments contradict them; all problems are named.

    Example:
        >>> import tempfile
        >>> directory = Path(tempfile.mkdtemp())
        >>> _ = (directory / "saved_model.pb").write_bytes(b"")
        >>> make_manifest(directory, name="words").files["saved_model.pb"].size
        0
    """
    root = Path(directory)
    files = list(_files(root).values())
    problems = [Problem(file.path, f"is {file.what}, not a file") for file in files if file.kind != "file"]
    problems += [Problem(file.path, why) for file in files if (why := path_problem(file.path))]
    if problems:
        raise AssetError(f"{root} holds what cannot be published", problems)
    manifest = Manifest(
        name=name,
        created=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        files={file.path: _entry(root, file.path) for file in files},
        vocabularies=vocabularies or {},
        assets=assets or {},
        signatures=signatures or {},
        versions=installed_versions() if versions is None else versions,
        config_sha256=config_sha256,
        metrics={key: float(number) for key, number in (metrics or {}).items()},
        verification=verification,
        canonical_digest=canonical_digest,
    )
    return _parsed(manifest)


def write_manifest(directory: str | os.PathLike[str], manifest: Manifest) -> Path:
    """Writes a manifest to its place in the export; one that is there already is replaced.

    Raises:
        AssetError: it could not be read back.
        PublishError: it cannot be written.

    Example:
        >>> import tempfile
        >>> directory = tempfile.mkdtemp()
        >>> write_manifest(directory, make_manifest(directory, name="words")).name
        'manifest.json'
    """
    _parsed(manifest)
    path = Path(directory) / MANIFEST
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(manifest.encode())
        temporary.replace(path)
    except OSError as error:
        raise PublishError(f"cannot write {path}: {error.strerror}") from error
    return path


def read_manifest(directory: str | os.PathLike[str]) -> Manifest:
    """Reads the manifest of an export; nothing in it is trusted, and no link is followed.

    Raises:
        AssetError: there is none, it is larger than 64 MiB, or it is not valid; all problems are named.

    Example:
        >>> import tempfile
        >>> directory = tempfile.mkdtemp()
        >>> _ = write_manifest(directory, make_manifest(directory, name="words"))
        >>> read_manifest(directory).name
        'words'
    """
    where = f"{Path(directory) / MANIFEST}"
    if not Path(directory).is_dir():
        raise AssetError(f"{directory} is not a directory. Give the directory of an export")
    try:
        with open_inside(directory, MANIFEST) as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        versions = existing_versions(Path(directory))
        hint = (
            f"Did you mean {Path(directory) / versions[max(versions)]}?"
            if versions
            else "lexport inspect reads any SavedModel"
        )
        raise AssetError(f"{where} does not exist: {directory} is no export of lexport. {hint}") from error
    except OSError as error:
        raise AssetError(f"cannot read {where}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise AssetError(f"{where} is larger than {MAX_BYTES} bytes. No export of lexport has such a manifest")
    return parse_manifest(data, where)


def check_files(directory: str | os.PathLike[str], manifest: Manifest) -> list[Problem]:
    """Compares the files of an export with its manifest.

    Args:
        directory: the export.
        manifest: what it should consist of.

    Returns:
        Every file that is missing, changed, or not in the manifest, and every link, ordered by path; empty where
        the export is what it should be.

    Raises:
        AssetError: the directory cannot be read.

    Example:
        >>> import tempfile
        >>> directory = Path(tempfile.mkdtemp())
        >>> manifest = make_manifest(directory, name="words")
        >>> _ = (directory / "late.txt").write_text("")
        >>> [str(problem) for problem in check_files(directory, manifest)]
        ['late.txt: is not in the manifest. Remove it, or publish anew']
    """
    root = Path(directory)
    found = _files(root)
    problems = []
    for path in sorted(set(found) | set(manifest.files)):
        problem = _file_problem(root, path, found.get(path), manifest.files.get(path))
        if problem:
            problems.append(Problem(path, problem, RESTORE if path in manifest.files else REMOVE))
    return problems


def _files(root: Path) -> dict[str, TreeFile]:
    """Gives every file but the manifest; a link in its place is no manifest."""
    return {file.path: file for file in read_tree(root) if (file.path, file.kind) != (MANIFEST, "file")}


def _file_problem(root: Path, path: str, found: TreeFile | None, entry: FileEntry | None) -> str | None:
    refused = path_problem(path)
    if refused:
        return f"the path is refused: {refused}"
    if found is None:
        return "is in the manifest and not on disk"
    if found.kind != "file":
        return f"is {found.what}" + ("; it is not followed" if found.kind == "symlink" else "")
    if entry is None:
        return "is not in the manifest"
    try:
        received = _entry(root, path)
    except AssetError as error:
        return str(error)
    if received != entry:
        return (
            f"was changed: required {entry.size} bytes with sha256 {entry.sha256}; "
            f"received {received.size} bytes with sha256 {received.sha256}"
        )
    return None


def _entry(root: Path, path: str) -> FileEntry:
    content = read_content(root, path)
    return FileEntry(content.sha256, content.size)


def _parsed(manifest: Manifest) -> Manifest:
    """Reads a manifest back from its bytes, so that none is written that could not be read."""
    try:
        data = manifest.encode()
    except (TypeError, ValueError) as error:
        raise AssetError(f"the manifest of {manifest.name!r} cannot be written as JSON: {error}") from error
    return parse_manifest(data, f"the manifest of {manifest.name!r}")
