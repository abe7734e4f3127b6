"""What a pipeline puts in place of parts of a config: data, files of vocabularies, a trained model.

The config stays what the user wrote, in its digest, too: the same one serves `lexport export` and every pipeline.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from lexport.config.engine import EngineConfig
from lexport.config.export_config import ExportConfig
from lexport.config.sources import SourceConfig, SourceFormat
from lexport.config.vocabularies import VocabularyConfig
from lexport.config.vocabularies_config import VocabulariesConfig
from lexport.errors import ConfigError, Problem

__all__ = ["with_engine", "with_model_file", "with_publication", "with_sources", "with_vocabularies"]

Config = TypeVar("Config", bound=VocabulariesConfig)


def with_sources(config: Config, files: Sequence[str], kind: SourceFormat) -> Config:
    """Gives the config with other files behind all vocabularies that are built; columns and all else stay.

    Args:
        config: any config.
        files: the data, as absolute paths or URLs.
        kind: their format.

    Raises:
        ConfigError: there are no files, or a vocabulary does not say which column it is built from; all are told.
    """
    if not files:
        raise ConfigError("the vocabularies have no data: required at least one file; received none")
    problems = [
        Problem(f"vocabularies.{name}.source.column", f"is required for {kind} files; received none")
        for name, one in config.vocabularies.items()
        if one.source is not None and one.source.column is None and kind != "text"
    ]
    if problems:
        raise ConfigError("vocabularies cannot be built from other data", problems)
    built = {
        name: one.model_copy(update={"source": _source(one.source, files, kind)})
        for name, one in config.vocabularies.items()
        if one.source is not None
    }
    return config.with_parts(vocabularies={**config.vocabularies, **built})


def with_engine(config: Config, engine: EngineConfig) -> Config:
    """Gives the config with another engine to count with.

    Args:
        config: any config.
        engine: who counts.
    """
    return config.with_parts(engine=engine)


def with_vocabularies(config: ExportConfig, vocabularies: Mapping[str, VocabularyConfig]) -> ExportConfig:
    """Gives the config with these vocabularies in place of its own.

    Args:
        config: any config.
        vocabularies: as many as the config has, by the same names.

    Raises:
        ConfigError: names are missing, or unknown to the config, or a vocabulary is not of the dtype or has not the
            sha256 that the config says; all are told.
    """
    missing = [
        Problem(name, "is in the config, and was not built") for name in config.vocabularies.keys() - vocabularies
    ]
    unknown = [
        Problem(name, "was built, and is not in the config") for name in vocabularies.keys() - config.vocabularies
    ]
    unlike = [
        problem
        for name, one in config.vocabularies.items()
        if name in vocabularies
        for problem in _unlike(name, one, vocabularies[name])
    ]
    if missing or unknown or unlike:
        problems = sorted([*missing, *unknown, *unlike], key=lambda one: one.where)
        raise ConfigError("the vocabularies are not those of the config; build them with the same one", problems)
    return config.with_parts(vocabularies={name: vocabularies[name] for name in config.vocabularies})


def with_model_file(config: ExportConfig, file: Path) -> ExportConfig:
    """Gives the config with a trained model in place of what its factory gives, or of the file that it names.

    The factory stays beside it, which no config may say: its module registers the layers and functions of the user
    that the file names, and is imported before the file is read.

    Args:
        config: any config.
        file: as Keras saves it.
    """
    return config.with_parts(model=config.model.model_copy(update={"file": file}))


def with_publication(config: ExportConfig, directory: Path, version: int | None = None) -> ExportConfig:
    """Gives the config with another place to publish to.

    Args:
        config: any config.
        directory: holds the versions.
        version: the number; by default the next one.
    """
    return config.with_parts(publish=config.publish.model_copy(update={"directory": directory, "version": version}))


def _unlike(name: str, written: VocabularyConfig, given: VocabularyConfig) -> Iterator[Problem]:
    if written.sha256 is not None and written.sha256 != given.sha256:
        yield Problem(name, f"the config requires sha256 {written.sha256}; received {given.sha256}")
    if written.dtype != given.dtype:
        yield Problem(name, f"the config requires {written.dtype} terms; received {given.dtype}")


def _source(source: SourceConfig, files: Sequence[str], kind: SourceFormat) -> SourceConfig:
    column = None if kind == "text" else source.column
    return SourceConfig(files=list(files), column=column, format=kind)
