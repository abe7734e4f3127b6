"""`config_fingerprint`: what makes a cached execution stale."""

import glob
import hashlib
from collections.abc import Iterator
from pathlib import Path

from lexport.config import ExportConfig, VocabulariesConfig
from lexport.errors import ConfigError

__all__ = ["check_fingerprint", "config_fingerprint"]


def config_fingerprint(config: VocabulariesConfig, *, data_given: bool) -> str:
    """Gives a digest of a config file and of the files that it names, which TFX does not look at by itself.

    TFX takes a cached result where inputs and parameters are the same; the path of a config is no more than a path.
    The code of a factory is not part of it, and neither is what lies at a URL.

    Args:
        config: as it was loaded.
        data_given: whether another component gives the data or the vocabularies, so that the files of sources are not
            read.

    Returns:
        A sha256 in hexadecimal.
    """
    digest = hashlib.sha256()
    for file in (config.file, *_named(config), *(() if data_given else _sources(config))):
        digest.update(_sha256(file))
    return digest.hexdigest()


def check_fingerprint(config: VocabulariesConfig, required: str, *, data_given: bool) -> None:
    """Checks that a config is still what it was when the pipeline was defined: its result is cached as of then.

    Args:
        config: as it was loaded.
        required: what `config_fingerprint` gave then.
        data_given: as for `config_fingerprint`.

    Raises:
        ConfigError: it, or a file that it names, was changed.
    """
    received = config_fingerprint(config, data_given=data_given)
    if received != required:
        raise ConfigError(
            f"{config.file}, or a file that it names, was changed since the pipeline was defined: required {required}; "
            f"received {received}. Define the pipeline again, and run it"
        )


def _named(config: VocabulariesConfig) -> Iterator[Path]:
    for vocabulary in config.vocabularies.values():
        update = None if vocabulary.update is None else vocabulary.update.from_
        counts = None if vocabulary.counts is None else vocabulary.counts.from_
        yield from (file for file in (vocabulary.file, vocabulary.statistics, update, counts) if file is not None)
    if isinstance(config, ExportConfig):
        yield from (file for file in (config.verify.examples, config.model.file) if file is not None)


def _sources(config: VocabulariesConfig) -> Iterator[Path]:
    patterns = {one for each in config.vocabularies.values() if each.source for one in each.source.files}
    for pattern in sorted(patterns):
        yield from map(Path, sorted(glob.glob(pattern, recursive=True)))  # noqa: PTH207


def _sha256(path: Path) -> bytes:
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for one in files:
        with one.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.digest()
