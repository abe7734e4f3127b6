"""`parse_manifest`: from untrusted bytes to a `Manifest`, or to every reason why not."""

from datetime import datetime, timedelta
from typing import Any

from lexport.errors import AssetError, Problem
from lexport.publish.json_checker import JsonChecker
from lexport.publish.manifest import FORMAT_VERSION, FileEntry, Manifest, VocabularyEntry
from lexport.savedmodel.digest.digest_version import DIGEST_VERSION
from lexport.savedmodel.signature import Signature, TensorSpec

__all__ = ["MANIFEST", "parse_manifest"]

MANIFEST = "assets.extra/lexport/manifest.json"
ASSETS = "assets/"
DIGEST = "canonical_digest"
KEYS = {
    "format_version",
    "name",
    "created",
    "versions",
    "config_sha256",
    "signatures",
    "vocabularies",
    "assets",
    "metrics",
    "verification",
    "files",
}


def parse_manifest(data: bytes, where: str) -> Manifest:
    """Reads a manifest; nothing in it is trusted.

    Args:
        data: the bytes of its file.
        where: what the file is called in errors.

    Raises:
        AssetError: it is not a manifest of this format; every problem is named.
    """
    check = JsonChecker()
    value = check.load(data)
    if not check.problems:
        manifest = _manifest(check, value, where)
    if check.problems:
        count = len(check.problems)
        plural = "s" if count > 1 else ""
        raise AssetError(f"{where} is not a valid manifest: it has {count} problem{plural}", check.problems)
    return manifest


def _manifest(check: JsonChecker, value: Any, where: str) -> Manifest:
    version = check.mapping(value, "").get("format_version") if isinstance(value, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT_VERSION:
        raise AssetError(
            f"{where} has format {version}; this lexport reads format {FORMAT_VERSION}. Install a newer lexport"
        )
    # Manifests of before there was a digest have none.
    digest = check.mapping(value, "").pop(DIGEST, None) if isinstance(value, dict) else None
    found = check.record(value, "", KEYS)
    if check.problems:
        return Manifest("", "", {})
    if version != FORMAT_VERSION or isinstance(version, bool):
        check.fail("format_version", f"must be {FORMAT_VERSION}; received {version!r}")
    manifest = Manifest(
        name=check.string(found["name"], "name"),
        created=_created(check, found["created"]),
        files=_files(check, found["files"]),
        vocabularies=_vocabularies(check, found["vocabularies"]),
        assets={
            check.path(name, f"assets.{name}"): check.path(path, f"assets.{name}")
            for name, path in check.mapping(found["assets"], "assets").items()
        },
        signatures=_signatures(check, found["signatures"]),
        versions={
            name: check.string(version, f"versions.{name}")
            for name, version in check.mapping(found["versions"], "versions").items()
        },
        config_sha256=_optional_digest(check, found["config_sha256"]),
        metrics={
            name: check.number(number, f"metrics.{name}")
            for name, number in check.mapping(found["metrics"], "metrics").items()
        },
        verification=_verification(check, found["verification"]),
        canonical_digest=_canonical_digest(check, digest),
    )
    check.problems += _contradictions(manifest)
    return manifest


def _created(check: JsonChecker, value: Any) -> str:
    text = check.string(value, "created")
    try:
        in_utc = datetime.fromisoformat(text).utcoffset() == timedelta(0)
    except ValueError:
        in_utc = False
    if text and not in_utc:
        check.fail("created", f"must be a time in UTC, such as 2025-01-31T12:00:00Z; received {text!r}")
    return text


def _files(check: JsonChecker, value: Any) -> dict[str, FileEntry]:
    files = {}
    for path, entry in check.mapping(value, "files").items():
        where = f"files.{path[:200]!r}"
        fields = check.record(entry, where, {"sha256", "size"})
        files[check.path(path, where)] = FileEntry(
            sha256=check.digest(fields.get("sha256"), f"{where}.sha256"),
            size=check.integer(fields.get("size"), f"{where}.size", 0),
        )
    return files


def _vocabularies(check: JsonChecker, value: Any) -> dict[str, VocabularyEntry]:
    vocabularies = {}
    for name, entry in check.mapping(value, "vocabularies").items():
        where = f"vocabularies.{name[:200]}"
        fields = check.record(entry, where, {"asset", "sha256", "terms", "dtype"})
        if fields.get("dtype") not in ("string", "int64", "sentencepiece"):
            received = f"received {fields.get('dtype')!r:.100}"
            check.fail(f"{where}.dtype", f"must be string, int64 or sentencepiece; {received}")
        vocabularies[check.string(name, where)] = VocabularyEntry(
            asset=check.path(fields.get("asset"), f"{where}.asset"),
            sha256=check.digest(fields.get("sha256"), f"{where}.sha256"),
            terms=check.integer(fields.get("terms"), f"{where}.terms", 1),
            dtype=str(fields.get("dtype")),
        )
    return vocabularies


def _signatures(check: JsonChecker, value: Any) -> dict[str, Signature]:
    signatures = {}
    for name, entry in check.mapping(value, "signatures").items():
        where = f"signatures.{name[:200]}"
        fields = check.record(entry, where, {"inputs", "outputs", "method"})
        signatures[check.string(name, where)] = Signature(
            inputs=_tensors(check, fields.get("inputs"), f"{where}.inputs"),
            outputs=_tensors(check, fields.get("outputs"), f"{where}.outputs"),
            method=check.string(fields.get("method"), f"{where}.method"),
        )
    return signatures


def _tensors(check: JsonChecker, value: Any, where: str) -> dict[str, TensorSpec]:
    tensors = {}
    for name, entry in check.mapping(value, where).items():
        inner = f"{where}.{name[:200]}"
        fields = check.record(entry, inner, {"dtype", "shape"})
        sizes = fields.get("shape")
        shape = None if sizes is None else check.sequence(sizes, f"{inner}.shape")
        tensors[check.string(name, inner)] = TensorSpec(
            dtype=check.string(fields.get("dtype"), f"{inner}.dtype"),
            shape=None
            if shape is None
            else tuple(None if size is None else check.integer(size, f"{inner}.shape", 0) for size in shape),
        )
    return tensors


def _optional_digest(check: JsonChecker, value: Any) -> str | None:
    return None if value is None else check.digest(value, "config_sha256")


def _canonical_digest(check: JsonChecker, value: Any) -> str | None:
    if value is None:
        return None
    fields = check.record(value, DIGEST, {"version", "sha256"})
    version = fields.get("version")
    if version != DIGEST_VERSION or isinstance(version, bool):
        check.fail(f"{DIGEST}.version", f"must be {DIGEST_VERSION}; received {version!r:.100}")
    return check.digest(fields.get("sha256"), f"{DIGEST}.sha256")


def _verification(check: JsonChecker, value: Any) -> dict[str, Any] | None:
    return None if value is None else check.mapping(value, "verification")


def _contradictions(manifest: Manifest) -> list[Problem]:
    """Finds what is well-formed by itself and does not fit together."""
    named = [(f"vocabularies.{name}", entry.asset) for name, entry in manifest.vocabularies.items()]
    named += [(f"assets.{name}", path) for name, path in manifest.assets.items()]
    problems = [
        Problem(where, f"{path!r} must be a file below {ASSETS} that stands in files")
        for where, path in named
        if path and not (path.startswith(ASSETS) and path in manifest.files)
    ]
    for name, entry in manifest.vocabularies.items():
        file = manifest.files.get(entry.asset)
        if file is not None and file.sha256 != entry.sha256:
            message = f"has sha256 {entry.sha256}, but the file {entry.asset!r} has {file.sha256}"
            problems.append(Problem(f"vocabularies.{name}", message))
    if MANIFEST in manifest.files:
        problems.append(Problem("files", f"{MANIFEST!r} is the manifest itself"))
    return problems
