"""Finds vocabularies in a `.keras` file that Keras reads back as other ones than it wrote."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lexport.errors import Problem

__all__ = ["RECORD_FILE", "TERMS_FILE", "shifted_terms", "shifted_vocabularies"]

TERMS_FILE = "vocabulary.txt"
RECORD_FILE = "vocabulary.json"  # beside those that a layer of lexport wrote, which reads them as they are


def shifted_vocabularies(path: Path) -> Iterator[Problem]:
    r"""Compares what Keras's own layers wrote with what they will read.

    They join the terms by `\n` and part them by `splitlines`, which also cuts at U+2028, `\x85` and other characters:
    such a term becomes two, and every later id another one than in training, without a word.

    Args:
        path: the file; anything but a zip archive holds no such vocabulary.
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for name in sorted(names):
            member = PurePosixPath(name)
            if member.name == TERMS_FILE and str(member.with_name(RECORD_FILE)) not in names:
                yield from shifted_terms(name, archive.read(name))


def shifted_terms(name: str, data: bytes) -> Iterator[Problem]:
    """Finds the first term of a vocabulary that Keras reads otherwise than it wrote it.

    Args:
        name: the member of the archive.
        data: its bytes.
    """
    try:
        read = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read().splitlines()
        written = data.decode().rstrip("\n").split("\n")
    except UnicodeDecodeError:
        return  # Keras, which reads and writes in the encoding of the locale, has its own word on it
    for number, (term, line) in enumerate(zip(written, read, strict=False), start=1):
        if term != line:
            yield Problem(
                f"{name}, line {number}",
                f"Keras reads the term {term!r} as {line!r}, and every later term under another id than in training",
                "Call lexport.adopt(model) where the model was trained, and save it again",
            )
            return
