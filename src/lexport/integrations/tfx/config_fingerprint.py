"""`config_fingerprint`: what makes a cached execution stale."""

import hashlib
from pathlib import Path

from lexport.config import ExportConfig, VocabulariesConfig

__all__ = ["config_fingerprint"]


def config_fingerprint(config: VocabulariesConfig) -> str:
    """Gives a digest of a config file and of the files that it names, which TFX does not look at by itself.

    TFX takes a cached result where inputs and parameters are the same; the path of a config is no more than a path.
    The code of a factory is not part of it.

    Args:
        config: as it was loaded.

    Returns:
        A sha256 in hexadecimal.
    """
    files = [config.file]
    for vocabulary in config.vocabularies.values():
        files += [file for file in (vocabulary.file, vocabulary.statistics) if file is not None]
    if isinstance(config, ExportConfig):
        files += [file for file in (config.verify.examples, config.model.file) if file is not None]
    digest = hashlib.sha256()
    for file in files:
        digest.update(_sha256(file))
    return digest.hexdigest()


def _sha256(path: Path) -> bytes:
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for one in files:
        with one.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.digest()
