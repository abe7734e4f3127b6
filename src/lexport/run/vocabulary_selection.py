"""`selection_of` and `counts_documents`: what the config of a vocabulary asks of counting and choosing."""

from pathlib import Path
from typing import Any

from lexport.config import VocabularyConfig
from lexport.config.term_limits import LIMITS, GroupsConfig, TermLimits
from lexport.corpus.selection import Selection, TermGroups
from lexport.corpus.selection.selection import Rank
from lexport.vocabulary import Vocabulary

__all__ = ["counts_documents", "selection_of"]


def selection_of(name: str, config: VocabularyConfig, project: Path) -> Selection:
    """Makes the selection that a config describes; the vocabulary to update is read for it.

    Args:
        name: of the vocabulary; errors name it.
        config: with a source.
        project: where modules with group functions are.

    Raises:
        ConfigError: the function of the groups is missing.
        VocabularyError: the vocabulary to update cannot be read, or is larger than `max_terms`.

    Example:
        >>> source = {"files": [__file__], "format": "csv", "column": "text"}
        >>> config = VocabularyConfig.model_validate({"source": source, "weight": "w"})
        >>> selection_of("words", config, Path.cwd()).rank
        'weight'
    """
    groups = config.groups and _groups(f"vocabularies.{name}.groups.function", config.groups, project)
    update = config.update
    keep = update and Vocabulary.from_file(
        name, update.from_, dtype=config.dtype, digest=update.sha256, allow=("blank-term", "special-token")
    )
    return Selection(
        **_limits(config),
        rank=config.rank or _usual_rank(config),
        order=config.order,
        reserved=tuple(config.reserved),
        groups=groups or None,
        keep=keep or None,
        min_difference=config.min_difference,
    )


def counts_documents(config: VocabularyConfig) -> bool:
    """Tells whether the rows that hold each term must be counted.

    Mutual information is about rows: a term that stands in one twice is in it once. With weights, the weights count.
    """
    needed = config.min_documents > 0 or (config.groups is not None and config.groups.min_documents > 0)
    return needed or (config.label is not None if config.documents is None else config.documents)


def _usual_rank(config: VocabularyConfig) -> Rank:
    if config.label is not None:
        return "mutual_information"
    return "count" if config.weight is None else "weight"


def _groups(where: str, config: GroupsConfig, project: Path) -> TermGroups:
    if config.pattern is not None:
        return TermGroups(**_limits(config), key=config.pattern)
    # Only a function of the user's is worth the seconds that TensorFlow takes to load with its package.
    from lexport.serving.function_reference import import_function

    return TermGroups(**_limits(config), key=import_function(config.function or "", project, where))


def _limits(config: TermLimits) -> dict[str, Any]:
    return {name: getattr(config, name) for name in LIMITS}
