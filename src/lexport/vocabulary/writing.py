"""`write_vocabulary`: a vocabulary and its statistics as files of the user's."""

from pathlib import Path
from typing import TYPE_CHECKING

from lexport.errors import VocabularyError
from lexport.vocabulary.atomic_files import atomic_files

if TYPE_CHECKING:
    from lexport.vocabulary.vocabulary import Vocabulary

__all__ = ["write_vocabulary"]


def write_vocabulary(vocabulary: "Vocabulary", path: Path, statistics: Path | None) -> Path:
    """Writes the canonical bytes, and the statistics where their file is named; see `Vocabulary.write`.

    Raises:
        VocabularyError: a file cannot be written, or there are no statistics.
    """
    if statistics is not None and vocabulary.statistics is None:
        raise VocabularyError(f"vocabulary {vocabulary.name!r} has no statistics to write to {statistics}")
    try:
        with atomic_files(path, *([] if statistics is None else [statistics])) as files:
            files[0].write(vocabulary.data)
            if vocabulary.statistics is not None and statistics is not None:
                vocabulary.statistics.write_to(files[1])
    except OSError as error:
        target = path if statistics is None else f"{path} and {statistics}"
        raise VocabularyError(f"cannot write vocabulary {vocabulary.name!r} to {target}: {error.strerror}") from error
    return path
