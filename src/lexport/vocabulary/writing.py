"""`write_vocabularies`: vocabularies and their statistics as files of the user's."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lexport.errors import VocabularyError
from lexport.vocabulary.atomic_files import atomic_files

if TYPE_CHECKING:
    from lexport.vocabulary.sentencepiece_model import SentencePieceModel
    from lexport.vocabulary.vocabulary import Vocabulary

__all__ = ["write_vocabularies"]

# As many files as a process may have open on any system, with room for others.
AT_ONCE = 100


def write_vocabularies(files: Sequence[tuple["Vocabulary | SentencePieceModel", Path, Path | None]]) -> list[Path]:
    """Writes the bytes of vocabularies and SentencePiece models, and the statistics where a file is named.

    All files are on the disk before the first of them has its name, a hundred vocabularies at a time: where one cannot
    be written, none of those has changed.

    Args:
        files: each vocabulary with its file and that of its statistics, or None.

    Returns:
        The files of the vocabularies.

    Raises:
        VocabularyError: a file cannot be written, or there are no statistics.
    """
    for vocabulary, _, statistics in files:
        if statistics is not None and vocabulary.statistics is None:
            raise VocabularyError(f"vocabulary {vocabulary.name!r} has no statistics to write to {statistics}")
    for start in range(0, len(files), AT_ONCE):
        some = files[start : start + AT_ONCE]
        paths = [path for _, *both in some for path in both if path is not None]
        try:
            _write(some, paths)
        except OSError as error:
            names = ", ".join(repr(vocabulary.name) for vocabulary, *_ in some)
            targets = " and ".join(dict.fromkeys(str(path) for path in (paths if len(some) == 1 else _folders(paths))))
            message = f"cannot write vocabulary {names} to {targets}: {error.strerror or error}"
            raise VocabularyError(message) from error
    return [path for _, path, _ in files]


def _write(files: Sequence[tuple["Vocabulary | SentencePieceModel", Path, Path | None]], paths: Sequence[Path]) -> None:
    with atomic_files(*paths) as opened:
        targets = iter(opened)
        for vocabulary, _, statistics in files:
            next(targets).write(vocabulary.data)
            if vocabulary.statistics is not None and statistics is not None:
                vocabulary.statistics.write_to(next(targets))


def _folders(paths: Sequence[Path]) -> list[Path]:
    return [path.parent for path in paths]
