"""`definition_of`: what a config says of a vocabulary, as a definition that an engine can count."""

from pathlib import Path
from typing import Any

from lexport.config import TermsConfig, VocabularyConfig
from lexport.corpus import Pattern, Replacement, Source, TextTerms, VocabularyDefinition
from lexport.run.vocabulary_selection import counts_documents, selection_of

__all__ = ["definition_of", "source_of"]


def definition_of(name: str, config: VocabularyConfig, project: Path) -> VocabularyDefinition:
    """Makes the definition of a vocabulary that is built from data.

    Args:
        name: of the vocabulary.
        config: with a source.
        project: where modules with functions of the user's are.

    Raises:
        ConfigError: a function is missing.
        VocabularyError: the terms or the selection are not valid, or the vocabulary to update cannot be read.

    Example:
        >>> config = VocabularyConfig.model_validate({"source": {"files": [__file__], "format": "text"}})
        >>> definition_of("words", config, Path.cwd()).job.column is None
        True
    """
    counts = config.counts
    return VocabularyDefinition(
        name,
        source_of(config),
        _terms(name, config.terms, project),
        selection_of(name, config, project),
        config.dtype,
        documents=counts_documents(config),
        weight=config.weight,
        label=config.label,
        counts_from=counts.from_ if counts else None,
        counts_to=counts.to if counts else None,
    )


def source_of(config: VocabularyConfig) -> Source:
    """Gives the source of a vocabulary that is built from data."""
    if config.source is None:
        raise AssertionError("a vocabulary without a source is read, and not built")
    return Source(config.source.files, config.source.column, config.source.format)


def _terms(name: str, config: TermsConfig, project: Path) -> TextTerms:
    standardize: Any = config.standardize
    if config.replace:
        standardize = Replacement(config.replace.pattern, config.replace.by)
    elif config.function:
        # Only a function of the user's is worth the seconds that TensorFlow takes to load with its package.
        from lexport.serving.function_reference import import_function

        standardize = import_function(config.function, project, f"vocabularies.{name}.terms.function")
    split = Pattern(config.split_pattern) if config.split_pattern else config.split
    ngrams = tuple(config.ngrams) if isinstance(config.ngrams, list) else config.ngrams
    return TextTerms(standardize, split, ngrams)
