"""The vocabularies of a config: built from data, or read from files."""

from collections.abc import Mapping

from lexport.config import VocabularyConfig
from lexport.corpus import Source, TextTerms, build_vocabulary
from lexport.corpus.subword import build_wordpiece
from lexport.errors import Problem, VocabularyError
from lexport.run.announcer import Announcer
from lexport.vocabulary import Vocabulary

__all__ = ["build_vocabularies"]


def build_vocabularies(configs: Mapping[str, VocabularyConfig], announcer: Announcer) -> dict[str, Vocabulary]:
    """Builds or reads every vocabulary of a config.

    Args:
        configs: by name.
        announcer: hears of each vocabulary and of the bytes read.

    Raises:
        VocabularyError: vocabularies cannot be built; the problems of all are raised at once.
    """
    built: dict[str, Vocabulary] = {}
    problems: list[Problem] = []
    for name, config in configs.items():
        announcer.step(f"{'reading' if config.file else 'building'} vocabulary {name}")
        try:
            built[name] = _build(name, config, announcer)
        except VocabularyError as error:
            file = f"{config.file}, " if config.file and error.problems else ""
            problems += [Problem(f"vocabularies.{name}", f"{file}{text}") for text in _lines(error)]
    if problems:
        raise VocabularyError(f"{len(configs) - len(built)} of {len(configs)} vocabularies cannot be built", problems)
    return built


def _build(name: str, config: VocabularyConfig, announcer: Announcer) -> Vocabulary:
    if config.source is None:
        return Vocabulary.from_file(
            name, config.file or "", dtype=config.dtype, digest=config.sha256, allow=config.allow
        )
    source = Source(config.source.files, config.source.column, config.source.format)
    if config.subword is not None:
        return build_wordpiece(name, source, **config.subword.arguments(), progress=announcer.progress)
    return build_vocabulary(
        name,
        source,
        TextTerms(config.terms.standardize, config.terms.split),
        max_terms=config.max_terms,
        min_count=config.min_count,
        dtype=config.dtype,
        progress=announcer.progress,
    )


def _lines(error: VocabularyError) -> list[str]:
    return [str(problem) for problem in error.problems] or [error.summary]
