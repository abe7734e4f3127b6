"""The files that `lexport vocab build --out` writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lexport.cli.vocab_files import STATISTICS
from lexport.errors import Problem, VocabularyError
from lexport.vocabulary.writing import write_vocabularies as write_all

if TYPE_CHECKING:
    from lexport.vocabulary import Vocabulary
    from lexport.vocabulary.sentencepiece_model import SentencePieceModel

    Built = Vocabulary | SentencePieceModel

__all__ = ["Written", "write_vocabularies"]


@dataclass(frozen=True)
class Written:
    """The files of a vocabulary.

    Attributes:
        file: its terms.
        statistics: what was counted for them; None where nothing was.
    """

    file: Path
    statistics: Path | None


def write_vocabularies(vocabularies: Mapping[str, "Built"], out: Path, *, force: bool) -> dict[str, Written]:
    """Writes each vocabulary as NAME.txt or NAME.model, and what was counted as NAME.statistics.parquet.

    Args:
        vocabularies: by name.
        out: the directory.
        force: whether to replace other vocabularies.

    Raises:
        VocabularyError: a file is that of another vocabulary, or cannot be written; none is written
            then.
    """
    files = {
        name: Written(out / _file_name(vocabulary), out / f"{name}{STATISTICS}" if vocabulary.statistics else None)
        for name, vocabulary in vocabularies.items()
    }
    problems = [problem for name, one in vocabularies.items() for problem in _in_the_way(one, files[name])]
    if problems and not force:
        raise VocabularyError(f"the vocabularies were not written to {out}, which holds others", problems)
    write_all([(one, files[name].file, files[name].statistics) for name, one in vocabularies.items()])
    return files


def _file_name(vocabulary: "Built") -> str:
    return f"{vocabulary.name}.{'model' if vocabulary.dtype == 'sentencepiece' else 'txt'}"


def _in_the_way(vocabulary: "Built", files: Written) -> list[Problem]:
    """Finds files that are those of another vocabulary; ones of the same vocabulary may be written again."""
    remedy = "Write elsewhere, or replace it with --force"
    problems = []
    try:
        if files.file.read_bytes() != vocabulary.data:
            message = f"is another vocabulary than {vocabulary.name!r}, sha256 {vocabulary.digest}"
            problems.append(Problem(str(files.file), message, remedy))
    except FileNotFoundError:
        pass
    except OSError as error:
        problems.append(Problem(str(files.file), f"cannot be read: {error.strerror}"))
    if files.statistics and files.statistics.exists() and not problems:
        problems += [Problem(str(files.statistics), why, remedy) for why in _foreign(vocabulary, files.statistics)]
    return problems


def _foreign(vocabulary: "Built", path: Path) -> list[str]:
    from lexport.vocabulary import Statistics

    try:
        found = Statistics.read(path).vocabulary
    except VocabularyError as error:
        return [f"is in the way: {error.summary}"]
    return [] if found == vocabulary.digest else [f"holds the statistics of another vocabulary, sha256 {found}"]
