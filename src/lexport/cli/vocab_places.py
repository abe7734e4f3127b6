"""The vocabularies that a place on the command line stands for: a file, a directory or a config."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.foreign_output import prints_to_stderr
from lexport.cli.output import print_note
from lexport.cli.vocab_files import VocabularyFile, chosen, find_vocabulary_files
from lexport.errors import AssetError, ConfigError, Problem, VocabularyError

if TYPE_CHECKING:
    from lexport.config import VocabularyConfig
    from lexport.vocabulary import Statistics

__all__ = ["Dtype", "Placed", "is_config", "vocabularies_at"]

Dtype = Literal["string", "int64"]


@dataclass(frozen=True)
class Placed:
    """A sound vocabulary, wherever it comes from.

    Attributes:
        name: of the vocabulary.
        where: what it was read from, or built by.
        data: its canonical bytes.
        sha256: of those.
        dtype: what the terms are; None where nothing says it.
        statistics: what was counted, or None.
    """

    name: str
    where: Path
    data: bytes
    sha256: str
    dtype: Dtype | None
    statistics: "Statistics | None"

    def terms(self, dtype: Dtype) -> Any:
        """Gives the terms as an Arrow array, after the checks of a vocabulary.

        Raises:
            VocabularyError: TensorFlow would read the file differently; everything that is wrong is named.
        """
        import pyarrow as pa

        from lexport.vocabulary.arrow_terms import arrow_bytes, arrow_terms

        try:
            terms = arrow_terms(self.data, dtype)
            if arrow_bytes(self.name, terms, special_tokens=()) == self.data:
                return terms
        except pa.ArrowInvalid:
            pass  # the lint says in which line
        from lexport.vocabulary import lint

        problems = lint(self.data, dtype=dtype, allow=["blank-term", "special-token"])
        raise VocabularyError(f"{self.where} cannot be read as a vocabulary of {dtype} terms", problems)


def is_config(place: Path) -> bool:
    """Says whether a place is a config."""
    return place.suffix.lower() in (".yaml", ".yml") and not place.is_dir()


def vocabularies_at(place: Path, names: Sequence[str] = ()) -> dict[str, Placed]:
    """Reads the vocabularies of a file or a directory, or builds those of a config.

    Args:
        place: a vocabulary file; a directory, as `lexport vocab show` takes it; a config, whose vocabularies are
            read or built, with progress on stderr, and no file of counts written.
        names: which of them; none for all.

    Raises:
        LexportError: something cannot be read or built, is not what its manifest says, or is not there.

    Returns:
        The vocabularies by name.
    """
    if is_config(place):
        return _of_config(place, names)
    files = find_vocabulary_files(place, names)
    problems = [problem for file in files for problem in file.problems]
    if problems:
        raise AssetError(f"{place} is not what its manifest says", problems)
    _check_terms(place, [file.name for file in files if file.dtype == "sentencepiece"])
    return {file.name: _of_file(file) for file in files}


def _check_terms(place: Path, models: Sequence[str]) -> None:
    """Refuses SentencePiece models: what they do to text is more than the list of their pieces.

    Raises:
        ConfigError: there are some; all are named.
    """
    if models:
        remedy = "Compare the sha256 of `lexport vocab show`, or choose other vocabularies with --name"
        problems = [Problem(name, "is a SentencePiece model, and no list of terms", remedy) for name in models]
        raise ConfigError(f"{place} has vocabularies that are not compared with others or with data", problems)


def _of_file(file: VocabularyFile) -> Placed:
    import hashlib

    data = file.canonical
    dtype = cast("Dtype | None", file.dtype)
    return Placed(file.name, file.path, data, hashlib.sha256(data).hexdigest(), dtype, _beside(file))


def _beside(file: VocabularyFile) -> "Statistics | None":
    """Reads the statistics beside a file; those of another vocabulary are told of, and left out."""
    path = file.statistics_path
    if not path.is_file() or path.is_symlink():
        return None
    try:
        return file.statistics(path)
    except VocabularyError as error:
        print_note(f"left out: {error.summary}")
        return None


def _of_config(config: Path, names: Sequence[str]) -> dict[str, Placed]:
    from lexport.config import load_vocabularies_config

    loaded = load_vocabularies_config(config)
    wanted = {name: _without_target(one) for name, one in chosen(config, loaded.vocabularies, names).items()}
    _check_terms(config, [name for name, one in wanted.items() if one.is_sentencepiece])
    loaded = loaded.model_copy(update={"vocabularies": wanted})
    with prints_to_stderr(), StepAnnouncer() as announcer:
        from lexport.run.vocabularies import build_vocabularies

        built = build_vocabularies(loaded, announcer)
        announcer.step("built")
    return {
        name: Placed(name, config, one.data, one.digest, one.dtype, one.statistics)
        for name, one in built.items()
        if one.dtype != "sentencepiece"
    }


def _without_target(config: "VocabularyConfig") -> "VocabularyConfig":
    """Keeps a comparison from writing the counts that a build would write."""
    if config.counts is None:
        return config
    return config.model_copy(update={"counts": config.counts.model_copy(update={"to": None})})
