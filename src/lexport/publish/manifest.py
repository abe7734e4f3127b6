"""`Manifest`: what an export consists of, and where it comes from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lexport.savedmodel.digest.digest_version import DIGEST_VERSION
from lexport.savedmodel.signature import Signature, TensorSpec

__all__ = ["FORMAT_VERSION", "FileEntry", "Manifest", "VocabularyEntry"]

FORMAT_VERSION = 1


@dataclass(frozen=True)
class FileEntry:
    """One file of an export.

    Attributes:
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
    """

    sha256: str
    size: int


@dataclass(frozen=True)
class VocabularyEntry:
    """One vocabulary of an export.

    Attributes:
        asset: the path of its file, below `assets/`.
        sha256: of its canonical bytes, which are the file's.
        terms: how many it has; of a SentencePiece model how many pieces.
        dtype: `string` or `int64`; `sentencepiece` for a SentencePiece model.
    """

    asset: str
    sha256: str
    terms: int
    dtype: str


@dataclass(frozen=True)
class Manifest:
    """What an export consists of. Paths are relative to its directory, with `/`.

    Attributes:
        name: what the export is called.
        created: when, in UTC, ISO 8601.
        files: every file but the manifest itself, by path.
        vocabularies: by name.
        assets: the path below `assets/` of each asset, by the relative name that the user knows it by.
        signatures: by name.
        versions: of lexport, TensorFlow, Keras, tensorflow-text and Python.
        config_sha256: the digest of the configuration; None where there was none.
        metrics: figures that the model's factory reported.
        verification: what was verified, as JSON; None where nothing was.
        canonical_digest: the sha256 of what the SavedModel is, as `lexport digest` prints it; None in manifests that
            were written before there was one.
        format_version: of the manifest itself.
    """

    name: str
    created: str
    files: Mapping[str, FileEntry]
    vocabularies: Mapping[str, VocabularyEntry] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    config_sha256: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    verification: Mapping[str, Any] | None = None
    canonical_digest: str | None = None
    format_version: int = FORMAT_VERSION

    def to_json(self) -> dict[str, Any]:
        """Gives the manifest as JSON."""
        return {
            "format_version": self.format_version,
            "name": self.name,
            "created": self.created,
            "versions": dict(self.versions),
            "config_sha256": self.config_sha256,
            **self._canonical(),
            "signatures": {name: _signature(signature) for name, signature in self.signatures.items()},
            "vocabularies": {name: vars(entry) for name, entry in self.vocabularies.items()},
            "assets": dict(self.assets),
            "metrics": dict(self.metrics),
            "verification": None if self.verification is None else dict(self.verification),
            "files": {path: vars(entry) for path, entry in sorted(self.files.items())},
        }

    def _canonical(self) -> dict[str, Any]:
        digest = self.canonical_digest
        return {} if digest is None else {"canonical_digest": {"version": DIGEST_VERSION, "sha256": digest}}

    def encode(self) -> bytes:
        """Gives the bytes of the manifest's file, the same for equal manifests."""
        text = json.dumps(self.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
        return f"{text}\n".encode()


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "inputs": {name: _tensor(spec) for name, spec in signature.inputs.items()},
        "outputs": {name: _tensor(spec) for name, spec in signature.outputs.items()},
        "method": signature.method,
    }


def _tensor(spec: TensorSpec) -> dict[str, Any]:
    return {"dtype": spec.dtype, "shape": None if spec.shape is None else list(spec.shape)}
