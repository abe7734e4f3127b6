"""Which vocabularies of two places belong together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lexport.cli.vocab_places import Placed, is_config, vocabularies_at
from lexport.errors import ConfigError, LexportError, Problem, VocabularyError

__all__ = ["Pairs", "paired"]


@dataclass(frozen=True)
class Pairs:
    """The vocabularies of two places.

    Attributes:
        both: those that are in both, by name: the old and the new one.
        only_old: the names of those that only the old place has.
        only_new: the names of those that only the new place has.
    """

    both: Mapping[str, tuple[Placed, Placed]]
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()


def paired(old: Path, new: Path, names: Sequence[str]) -> Pairs:
    """Reads two places and puts together what belongs together.

    Two files belong together, whatever they are called. A file and a place of several: with the one that has its
    name, or that is alone. Two places of several: by name.

    Args:
        old: a vocabulary file, a directory or a config.
        new: another.
        names: which vocabularies; none for all.

    Raises:
        ConfigError: something cannot be read, or it is not clear what belongs together; all problems are named. The
            exit code is 2, since 1 says that two vocabularies differ.
    """
    found: list[Mapping[str, Placed]] = []
    problems: list[Problem] = []
    for place in (old, new):
        try:
            found.append(vocabularies_at(place, names if _has_several(place) else ()))
        except LexportError as error:
            problems += [Problem(error.summary, str(one)) for one in error.problems] or [Problem("", error.summary)]
    if problems:
        raise ConfigError(f"{old} and {new} cannot be compared", problems)
    try:
        return _together(old, new, *found)
    except VocabularyError as error:
        raise ConfigError(f"{old} and {new} cannot be compared", [Problem("", error.summary)]) from error


def _has_several(place: Path) -> bool:
    return place.is_dir() or is_config(place)


def _together(old: Path, new: Path, olds: Mapping[str, Placed], news: Mapping[str, Placed]) -> Pairs:
    if _has_several(old) and _has_several(new):
        both = {name: (one, news[name]) for name, one in olds.items() if name in news}
        if not both:
            raise VocabularyError(f"they have no vocabulary in common: {', '.join(olds)} and {', '.join(news)}")
        only_old, only_new = (tuple(name for name in these if name not in both) for these in (olds, news))
        return Pairs(both, only_old, only_new)
    name = next(iter(olds if not _has_several(old) else news))
    pair = (_one_of(old, olds, name), _one_of(new, news, name))
    return Pairs({pair[1].name if _has_several(new) else pair[0].name: pair})


def _one_of(place: Path, vocabularies: Mapping[str, Placed], name: str) -> Placed:
    if len(vocabularies) == 1:
        return next(iter(vocabularies.values()))
    if name not in vocabularies:
        raise VocabularyError(f"{place} has {', '.join(vocabularies) or 'no vocabulary'}. Choose one with --name")
    return vocabularies[name]
