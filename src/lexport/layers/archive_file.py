"""A vocabulary's bytes inside a `.keras` archive, or in a folder of a directory-form save."""

import os
import stat
from pathlib import Path

from lexport.errors import VocabularyError
from lexport.layers.vocabulary_record import VocabularyRecord
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = [
    "read_archived_model",
    "read_archived_terms",
    "read_archived_vocabulary",
    "write_archived_model",
    "write_archived_vocabulary",
]

# The name that Keras gives the file, so that either reads what the other wrote.
TERMS_FILE = "vocabulary.txt"
MODEL_FILE = "sentencepiece.model"
RECORD_FILE = "vocabulary.json"
RECORD_LIMIT = 4096


def write_archived_vocabulary(folder: str, vocabulary: Vocabulary) -> None:
    """Writes the canonical bytes, and the record that names them, into a layer's folder of the archive."""
    (Path(folder) / TERMS_FILE).write_bytes(vocabulary.data)
    (Path(folder) / RECORD_FILE).write_bytes(VocabularyRecord.of(vocabulary).to_json())


def read_archived_vocabulary(folder: str, expected: VocabularyRecord | None, layer: str) -> Vocabulary | None:
    """Reads what `write_archived_vocabulary` wrote, trusting nothing but the digest.

    Args:
        folder: the layer's folder of the archive.
        expected: what the layer's config names; None for a layer that was not made from a config.
        layer: the layer's name, for errors.

    Returns:
        The vocabulary; None where neither the config nor the archive has a record of one: Keras wrote the file.

    Raises:
        VocabularyError: a file is missing, is a link, or does not hold what the record names.
    """
    where = f"layer {layer!r}: the archive's vocabulary"
    record = expected
    if (Path(folder) / RECORD_FILE).exists():
        record = VocabularyRecord.from_json(_read(Path(folder) / RECORD_FILE, RECORD_LIMIT, where), where)
    if record is None:
        return None
    if expected is not None and expected.sha256 != record.sha256:
        raise VocabularyError(f"{where} is not the one that the config names: required {expected}; received {record}")
    data = _read(Path(folder) / TERMS_FILE, record.size, f"{where} {record}")
    return Vocabulary.from_bytes(record.name, data, dtype=record.terms_dtype, digest=record.sha256)


def write_archived_model(folder: str, model: SentencePieceModel) -> None:
    """Writes a SentencePiece model into a layer's folder of the archive."""
    (Path(folder) / MODEL_FILE).write_bytes(model.data)


def read_archived_model(folder: str, expected: VocabularyRecord, layer: str) -> SentencePieceModel:
    """Reads what `write_archived_model` wrote, trusting nothing but the digest.

    Args:
        folder: the layer's folder of the archive.
        expected: what the layer's config names.
        layer: the layer's name, for errors.

    Raises:
        VocabularyError: the file is missing, is a link, or is not what the config names.
    """
    data = _read(Path(folder) / MODEL_FILE, expected.size, f"layer {layer!r}: the archive's model {expected}")
    return SentencePieceModel.from_bytes(expected.name, data, digest=expected.sha256)


def read_archived_terms(folder: str, layer: str) -> list[str]:
    r"""Reads the file that Keras's own layer wrote: terms joined by `\n`, special tokens first.

    Keras reads it back with `splitlines`, which cuts terms at U+2028, `\x85` and other characters and shifts
    every later id; here only `\n` ends a term.

    Raises:
        VocabularyError: the file is missing, is a link or is not UTF-8.
    """
    path = Path(folder) / TERMS_FILE
    where = f"layer {layer!r}: the archive's vocabulary"
    try:
        text = _read(path, None, where).decode()
    except UnicodeDecodeError as error:
        raise VocabularyError(f"{where} is not UTF-8 at byte {error.start}") from error
    return text.rstrip("\n").split("\n")


def _read(path: Path, limit: int | None, where: str) -> bytes:
    try:
        # Following a link would let an archive read any file of this machine; a pipe would block for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise VocabularyError(
            f"{where}: {path.name} cannot be read: {error.strerror}. Save the model again, whole"
        ) from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise VocabularyError(f"{where}: {path.name} must be an ordinary file")
        if limit is not None and status.st_size > limit:
            raise VocabularyError(f"{where}: {path.name} must hold at most {limit} bytes; received {status.st_size}")
        return file.read()
