"""The vocabularies of a config: built from data, or read from files."""

from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TypeVar

from lexport.config import EngineConfig, VocabulariesConfig, VocabularyConfig
from lexport.corpus import VocabularyDefinition
from lexport.corpus import build_vocabularies as build_from_data
from lexport.corpus.count_histogram import CountHistogram
from lexport.corpus.subword import build_sentencepiece, build_wordpiece
from lexport.errors import Problem, VocabularyError
from lexport.run.announcer import Announcer
from lexport.run.engine import engine_of
from lexport.run.vocabulary_definition import definition_of, source_of
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["build_vocabularies"]

T = TypeVar("T")


def build_vocabularies(
    config: VocabulariesConfig,
    announcer: Announcer,
    names: Collection[str] | None = None,
    histograms: MutableMapping[str, CountHistogram] | None = None,
    counts: ExitStack | None = None,
) -> dict[str, Vocabulary | SentencePieceModel]:
    """Builds or reads the vocabularies of a config; what comes from the same files is built in one pass over them.

    Args:
        config: its vocabularies, the engine that counts, and the project in which functions of the user's are.
        announcer: hears of each step and of the bytes read.
        names: of some of the vocabularies; by default all.
        histograms: to be filled, by name, with the counts of all terms, those that were not chosen included.
        counts: at whose end the files of counts take their places, if it ends without an error; without it none are
            written.

    Returns:
        By name, in the order of the config: a `Vocabulary`, or a `SentencePieceModel` where the config asks for one.

    Raises:
        ConfigError: a function of the user's is missing.
        VocabularyError: vocabularies cannot be built; the problems of all are raised at once.
    """
    problems: list[Problem] = []
    read: dict[str, Vocabulary | SentencePieceModel] = {}
    definitions: list[VocabularyDefinition] = []
    wanted = {name: one for name, one in config.vocabularies.items() if names is None or name in names}
    for name, one in wanted.items():
        if one.source is None or one.subword is not None:
            announcer.step(f"{'reading' if one.source is None else 'building'} vocabulary {name}")
            work = partial(_read, name, one) if one.source is None else partial(_learn, name, one, config, announcer)
            for vocabulary in _tried(work, name, problems, f"{one.file}, " if one.file else ""):
                read[name] = vocabulary
        else:
            definitions += _tried(partial(definition_of, name, one, config.project), name, problems)
    built: Mapping[str, Vocabulary] = {}
    if definitions:
        announcer.step(_building(definitions))
        only = definitions[0].name if len(definitions) == 1 else ""
        if counts is None:
            definitions = [replace(one, counts_to=None) for one in definitions]
        count = partial(_build, definitions, config.engine, announcer, histograms, counts)
        for result in _tried(count, only, problems):
            built = result
    if problems:
        raise VocabularyError("the vocabularies cannot be built", problems)
    return {name: read[name] if name in read else built[name] for name in wanted}


def _build(
    definitions: list[VocabularyDefinition],
    engine: EngineConfig,
    announcer: Announcer,
    histograms: MutableMapping[str, CountHistogram] | None,
    counts: ExitStack | None,
) -> dict[str, Vocabulary]:
    return build_from_data(definitions, engine_of(engine), announcer.progress, histograms, counts)


def _building(definitions: list[VocabularyDefinition]) -> str:
    names = ", ".join(one.name for one in definitions)
    return f"building vocabulary {names}" if len(definitions) == 1 else f"building vocabularies {names}"


def _read(name: str, config: VocabularyConfig) -> Vocabulary | SentencePieceModel:
    if config.is_sentencepiece:
        return SentencePieceModel.from_file(name, config.file or "", digest=config.sha256)
    return Vocabulary.from_file(
        name,
        config.file or "",
        dtype=config.dtype,
        digest=config.sha256,
        statistics=config.statistics,
        allow=config.allow,
    )


def _learn(
    name: str, one: VocabularyConfig, config: VocabulariesConfig, announcer: Announcer
) -> Vocabulary | SentencePieceModel:
    subword = one.subword.arguments() if one.subword else {}
    if one.is_sentencepiece:
        # Trained in this process by one thread, whichever engine counts terms: so the bytes are the same each time.
        return build_sentencepiece(name, source_of(one), **subword, progress=announcer.progress)
    engine = engine_of(config.engine)
    return build_wordpiece(name, source_of(one), **subword, engine=engine, progress=announcer.progress)


def _tried(work: Callable[[], T], name: str, problems: list[Problem], file: str = "") -> Iterator[T]:
    """Gives the result of the work, or else nothing, and its problems to the others."""
    try:
        yield work()
    except VocabularyError as error:
        where = f"vocabularies.{name}" if name else "vocabularies"
        prefix = file if error.problems else ""
        problems += [Problem(where, f"{prefix}{problem}") for problem in error.problems or [error.summary]]
