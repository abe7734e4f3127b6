"""The data of `lexport vocab coverage`, and how they become terms: by options, or by a config."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lexport.cli.vocab_places import Dtype, Placed, is_config, vocabularies_at
from lexport.errors import ConfigError, LexportError, Problem

if TYPE_CHECKING:
    from lexport.config import VocabulariesConfig, VocabularyConfig
    from lexport.corpus import Engine, VocabularyDefinition
    from lexport.vocabulary import Vocabulary

__all__ = ["DataOptions", "NewData", "new_data"]


@dataclass(frozen=True)
class DataOptions:
    """What the command line says of the data.

    Attributes:
        files: paths, globs and URLs.
        column: of the values.
        format: of the files.
        standardize: how values become terms, as `split` and `ngrams` do; not beside a config.
        split: see there.
        ngrams: a number, or several with commas.
        dtype: of the terms.
    """

    files: tuple[str, ...]
    column: str | None = None
    format: str | None = None
    standardize: str | None = None
    split: str | None = None
    ngrams: str | None = None
    dtype: Dtype | None = None


@dataclass(frozen=True)
class NewData:
    """What is to be counted.

    Attributes:
        vocabulary: whose terms are known.
        definition: the data and their terms.
        engine: who counts.
    """

    vocabulary: "Vocabulary"
    definition: "VocabularyDefinition"
    engine: "Engine | None"


def new_data(place: Path, options: DataOptions, config: Path | None, name: str | None) -> NewData:
    """Reads the vocabulary and finds out how the data become terms.

    Args:
        place: of the vocabulary.
        options: of the command line.
        config: which says how values become terms; by default the place, where it is one.
        name: of the vocabulary in the place and in the config; by default the only one, or the one of the same name.

    Raises:
        ConfigError: options contradict each other, or a name is missing; all such problems are named.
        LexportError: the vocabulary cannot be read.
    """
    config = config or (place if is_config(place) else None)
    loaded = _loaded(config, options)
    found = _vocabulary(place, name)
    if loaded is None or config is None:
        return NewData(_made(found, found.dtype or options.dtype or "string"), _by_options(found, options), None)
    from lexport.run.engine import engine_of

    of_config = _named(config, loaded, name or found.name, is_asked=name is not None)
    definition = _by_config(loaded, of_config, options)
    vocabulary = _made(found, found.dtype or definition.dtype)
    return NewData(vocabulary, definition, engine_of(loaded.engine))


def _loaded(config: Path | None, options: DataOptions) -> "VocabulariesConfig | None":
    if config is None:
        return None
    given = {"--standardize": options.standardize, "--split": options.split, "--ngrams": options.ngrams}
    given["--dtype"] = options.dtype
    problems = [
        Problem(option, f"must not stand beside the config {config}, which says it; received {value!r}")
        for option, value in given.items()
        if value is not None
    ]
    if problems:
        raise ConfigError("the options contradict the config", problems)
    from lexport.config import load_vocabularies_config

    return load_vocabularies_config(config)


def _vocabulary(place: Path, name: str | None) -> Placed:
    """Reads the one vocabulary that is asked for; the name of a file does not matter."""
    several = place.is_dir() or is_config(place)
    found = vocabularies_at(place, [name] if name and several else ())
    if len(found) > 1:
        raise ConfigError(f"{place} has the vocabularies {', '.join(found)}. Choose one with --name")
    if not found:
        raise ConfigError(f"{place} has no vocabulary")
    return next(iter(found.values()))


def _named(config: Path, loaded: "VocabulariesConfig", name: str, *, is_asked: bool) -> tuple[str, "VocabularyConfig"]:
    known = {each: one for each, one in loaded.vocabularies.items() if one.source and one.subword is None}
    if name in known:
        return name, known[name]
    if len(known) == 1 and not is_asked:
        return next(iter(known.items()))
    raise ConfigError(
        f"{config} builds no vocabulary {name!r} of terms from data, which would say how values become terms; it "
        f"builds {', '.join(known) or 'none'}. Name one with --name"
    )


def _by_config(
    loaded: "VocabulariesConfig", named: tuple[str, "VocabularyConfig"], options: DataOptions
) -> "VocabularyDefinition":
    from lexport.corpus import Selection, Source
    from lexport.run.vocabulary_definition import definition_of

    name, config = named
    # What selects terms does not matter here, and the files that it would need may be gone.
    kept: dict[str, Any] = {"update": None, "counts": None, "groups": None, "reserved": []}
    definition = definition_of(name, config.model_copy(update=kept), loaded.project)
    column = options.column or definition.source.column
    source = Source(options.files, column, options.format or definition.source.format)
    return replace(definition, source=source, selection=Selection(), weight=None, label=None, documents=False)


def _by_options(found: Placed, options: DataOptions) -> "VocabularyDefinition":
    from lexport.corpus import Source, TextTerms, VocabularyDefinition

    try:
        terms = TextTerms(options.standardize, options.split, _widths(options.ngrams))
        source = Source(options.files, options.column, options.format)
    except LexportError as error:
        raise ConfigError(error.summary, error.problems) from error
    return VocabularyDefinition(_name(found), source, terms, dtype=found.dtype or options.dtype or "string")


def _widths(ngrams: str | None) -> int | tuple[int, ...] | None:
    if ngrams is None:
        return None
    try:
        widths = tuple(int(width) for width in ngrams.split(","))
    except ValueError:
        raise ConfigError(f"--ngrams must be a number, or several with commas; received {ngrams!r}") from None
    return widths if "," in ngrams else widths[0]


def _made(found: Placed, dtype: Dtype) -> "Vocabulary":
    from lexport.vocabulary import Vocabulary

    allow = ("blank-term", "special-token")
    return Vocabulary.from_bytes(_name(found), found.data, dtype=dtype, source=str(found.where), allow=allow)


def _name(found: Placed) -> str:
    """A file may be called what no vocabulary is called."""
    from lexport.vocabulary.checks import NAME

    return found.name if NAME.fullmatch(found.name) and not found.name.endswith(".") else "vocabulary"
