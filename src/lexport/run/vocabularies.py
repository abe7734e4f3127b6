"""The vocabularies of a config: built from data, or read from files."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from lexport.config import EngineConfig, VocabularyConfig
from lexport.corpus import VocabularyDefinition
from lexport.corpus import build_vocabularies as build_from_data
from lexport.corpus.count_histogram import CountHistogram
from lexport.errors import Problem, VocabularyError
from lexport.run.announcer import Announcer
from lexport.run.engine import engine_of
from lexport.run.vocabulary_definition import definition_of
from lexport.vocabulary import Vocabulary

__all__ = ["build_vocabularies"]

T = TypeVar("T")


def build_vocabularies(
    configs: Mapping[str, VocabularyConfig],
    engine: EngineConfig,
    project: Path,
    announcer: Announcer,
    histograms: MutableMapping[str, CountHistogram] | None = None,
) -> dict[str, Vocabulary]:
    """Builds or reads every vocabulary of a config; what comes from the same files is built in one pass over them.

    Args:
        configs: by name.
        engine: who counts.
        project: where modules with functions of the user's are.
        announcer: hears of each step and of the bytes read.
        histograms: to be filled, by name, with the counts of all terms of those that are built.

    Raises:
        ConfigError: a function of the user's is missing.
        VocabularyError: vocabularies cannot be built; the problems of all are raised at once.
    """
    problems: list[Problem] = []
    read: dict[str, Vocabulary] = {}
    definitions: list[VocabularyDefinition] = []
    for name, config in configs.items():
        if config.source is None:
            announcer.step(f"reading vocabulary {name}")
            file = f"{config.file}, "
            read |= {name: one for one in _tried(partial(_read, name, config), name, problems, file)}
        else:
            definitions += _tried(partial(definition_of, name, config, project), name, problems)
    built: dict[str, Vocabulary] = {}
    if definitions:
        announcer.step(_building(definitions))
        counter = engine_of(engine)
        only = definitions[0].name if len(definitions) == 1 else ""
        for found in _tried(
            partial(build_from_data, definitions, counter, announcer.progress, histograms), only, problems
        ):
            built = found
    if problems:
        raise VocabularyError("the vocabularies cannot be built", problems)
    return {name: (read | built)[name] for name in configs}


def _building(definitions: list[VocabularyDefinition]) -> str:
    names = ", ".join(one.name for one in definitions)
    return f"building vocabulary {names}" if len(definitions) == 1 else f"building vocabularies {names}"


def _read(name: str, config: VocabularyConfig) -> Vocabulary:
    return Vocabulary.from_file(
        name,
        config.file or "",
        dtype=config.dtype,
        digest=config.sha256,
        statistics=config.statistics,
        allow=config.allow,
    )


def _tried(work: Callable[[], T], name: str, problems: list[Problem], file: str = "") -> Iterator[T]:
    """Gives the result of the work, or else nothing, and its problems to the others."""
    try:
        yield work()
    except VocabularyError as error:
        where = f"vocabularies.{name}" if name else "vocabularies"
        prefix = file if error.problems else ""
        problems += [Problem(where, f"{prefix}{problem}") for problem in error.problems or [error.summary]]
