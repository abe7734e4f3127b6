"""`build_vocabulary_folder`: the vocabularies of a config as a step of a pipeline builds them."""

import os
from collections.abc import Sequence
from contextlib import ExitStack

from lexport.config import EngineConfig, VocabulariesConfig
from lexport.config.given_parts import with_engine, with_sources
from lexport.config.sources import SourceFormat
from lexport.errors import ConfigError, Problem
from lexport.run.announcer import Announcer, SilentAnnouncer
from lexport.run.vocabularies import build_vocabularies
from lexport.run.vocabulary_folder import VocabularyFolder

__all__ = ["build_vocabulary_folder"]


def build_vocabulary_folder(
    config: VocabulariesConfig,
    out: str | os.PathLike[str],
    *,
    files: Sequence[str] | None = None,
    kind: SourceFormat = "tfrecord",
    engine: EngineConfig | None = None,
    announcer: Announcer | None = None,
) -> VocabularyFolder:
    """Builds or reads all vocabularies of a config, and writes them into a folder.

    Args:
        config: which vocabularies.
        out: the folder.
        files: absolute paths or URLs of the data of the step before, in place of the files that the config names;
            columns stay. Vocabularies that the config reads from files are read from those.
        kind: the format of `files`.
        engine: who counts, in place of the engine of the config.
        announcer: hears of each step.

    Raises:
        ConfigError: the config names a function that is missing, there is no data, or counts would be added to their
            own file.
        VocabularyError: vocabularies cannot be built or written.
    """
    _check_counts(config)
    if files is not None:
        config = with_sources(config, files, kind)
    if engine is not None:
        config = with_engine(config, engine)
    # Files of counts take their places once the folder is written, so that a step that fails leaves the old ones.
    with ExitStack() as counts:
        built = build_vocabularies(config, announcer or SilentAnnouncer(), counts=counts)
        return VocabularyFolder.write(built, out)


def _check_counts(config: VocabulariesConfig) -> None:
    """A pipeline runs a step again as it likes, and each time the same data would be counted once more."""
    problems = [
        Problem(
            f"vocabularies.{name}.counts",
            f"must not be read from the file to which they are written; received {one.counts.to} for both",
            "Give each day a file of its own, or count with lexport vocab build before the pipeline",
        )
        for name, one in config.vocabularies.items()
        if one.counts is not None and one.counts.to is not None and one.counts.to == one.counts.from_
    ]
    if problems:
        raise ConfigError("a step of a pipeline cannot add to a file of counts", problems)
