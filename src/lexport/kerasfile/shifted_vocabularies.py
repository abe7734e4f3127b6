"""Finds vocabularies in a `.keras` file that are read back as other ones than were written."""

import io
import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import PurePosixPath

from lexport.errors import Problem
from lexport.kerasfile.archive import KerasArchive

__all__ = ["RECORD_FILE", "TERMS_FILE", "shifted_terms", "shifted_vocabularies"]

TERMS_FILE = "vocabulary.txt"
RECORD_FILE = "vocabulary.json"  # beside those that a layer of lexport wrote, which reads them as they are
KERAS_HUB = "keras_hub"
# The folders of Keras's own layers: within a list each is called after its class.
KERAS_LAYERS = re.compile(r"(string_lookup|integer_lookup|text_vectorization)(_\d+)?|_lookup_layer")
REMEDY = "Call lexport.adopt(model) where the model was trained, and save it again"


def shifted_vocabularies(archive: KerasArchive) -> Iterator[Problem]:
    r"""Compares what Keras's own layers, and keras-hub's tokenizers, wrote with what they will read.

    Keras joins the terms by `\n` and parts them by `splitlines`, which also cuts at U+2028, `\x85` and other
    characters: such a term becomes two, and every later id another one than in training, without a word. It drops empty
    terms at the end, and reads in the encoding of the locale. keras-hub drops white space at the end of a piece.

    Args:
        archive: the file.

    Raises:
        AssetError: a vocabulary is not safe to be unpacked, or damaged.
    """
    with_keras_hub = KERAS_HUB in json.dumps(archive.config)
    for name in sorted(archive.names):
        member = PurePosixPath(name)
        if member.name == TERMS_FILE and str(member.with_name(RECORD_FILE)) not in archive.names:
            data = archive.read(name)
            # Its files end in a line end; Keras's only where the last term is empty.
            is_hubs = with_keras_hub and data.endswith(b"\n") and not KERAS_LAYERS.fullmatch(member.parent.name)
            yield from (_stripped_pieces if is_hubs else shifted_terms)(name, data)


def shifted_terms(name: str, data: bytes, encoding: str | None = None) -> Iterator[Problem]:
    """Finds the first term of a vocabulary that Keras reads otherwise than it wrote it.

    Args:
        name: the member of the archive.
        data: its bytes, as a machine with UTF-8 wrote them.
        encoding: in which Keras reads them; by default that of the locale, as `open` takes it.
    """
    try:
        read = io.TextIOWrapper(io.BytesIO(data), encoding=encoding).read().splitlines()
        written = data.decode().split("\n") if data else []
    except UnicodeDecodeError:
        return  # Keras, which reads and writes in the encoding of the locale, has its own word on it
    while read and not read[-1]:
        read.pop()
    for number, (term, line) in enumerate(zip_longest(written, read), start=1):
        if term != line and term is not None:
            told = "leaves the term {0!r} out" if line is None else "reads the term {0!r} as {1!r}"
            later = "" if line is None else ", and every later term under another id than in training"
            yield Problem(f"{name}, line {number}", f"Keras {told.format(term, line)}{later}", REMEDY)
            return


def _stripped_pieces(name: str, data: bytes) -> Iterator[Problem]:
    for number, piece in enumerate(data.decode(errors="replace").split("\n"), start=1):
        if piece != piece.rstrip():
            message = f"keras-hub reads the piece {piece!r} as {piece.rstrip()!r}"
            yield Problem(f"{name}, line {number}", message, "Leave white space at the end of pieces out")
            return
