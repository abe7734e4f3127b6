"""What the bytes of a SentencePiece model are checked for, before anything else reads them."""

import math
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from lexport.errors import Problem
from lexport.vocabulary.sentencepiece_proto import PIECE_TYPES, model_proto

__all__ = ["MAX_BYTES", "MAX_PIECES", "check_model", "parse_model"]

# Far above what models have (a million pieces is the most that is published; their files have up to 20 MB).
MAX_BYTES = 256 << 20
MAX_PIECES = 1 << 23

_MODEL_TYPES = (1, 2, 3, 4)  # unigram, bpe, word, char
_BYTES = {f"<0x{value:02X}>" for value in range(256)}


def parse_model(data: bytes) -> Any:
    """Parses a model.

    Raises:
        ValueError: the bytes are no such message, or too many.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"a model may have {MAX_BYTES:,} bytes; received {len(data):,}")
    try:
        return model_proto().FromString(data)
    except import_module("google.protobuf.message").DecodeError as error:
        raise ValueError(f"the bytes are no SentencePiece model: {error}") from error


def check_model(model: Any) -> list[Problem]:
    """Finds everything that makes a model useless, or dangerous to the C++ code that reads it.

    Args:
        model: what `parse_model` gave.
    """
    return [*_piece_problems(model), *_byte_problems(model), *_normalizer_problems(model)]


def _piece_problems(model: Any) -> Iterator[Problem]:
    if not 0 < len(model.pieces) <= MAX_PIECES:
        yield Problem("pieces", f"must be 1 to {MAX_PIECES:,}; received {len(model.pieces):,}")
        return
    if model.trainer_spec.model_type not in _MODEL_TYPES:
        received = model.trainer_spec.model_type
        yield Problem("trainer_spec.model_type", f"must be 1 (unigram) to 4 (char); received {received}")
    unknown = [index for index, piece in enumerate(model.pieces) if piece.type == 2]
    if len(unknown) != 1:
        yield Problem("pieces", f"exactly one must be the unknown one; {len(unknown)} are")
    seen = Counter(piece.piece for piece in model.pieces)
    for index, piece in enumerate(model.pieces):
        where, text = f"piece {index}", piece.piece
        # Of a field that is not UTF-8, protobuf gives the bytes.
        if not isinstance(text, str) or not text or "\0" in text:
            yield Problem(where, f"must be UTF-8 that is not empty, without NUL; received {text!r}")
        elif seen[text] > 1:
            yield Problem(where, f"{text!r} is there {seen[text]} times")
        if not math.isfinite(piece.score):
            yield Problem(where, f"the score must be a finite number; received {piece.score}")
        if piece.type not in PIECE_TYPES:
            yield Problem(where, f"the type must be 1 to 6; received {piece.type}")


def _byte_problems(model: Any) -> Iterator[Problem]:
    pieces = {str(piece.piece) for piece in model.pieces if piece.type == 6}
    if pieces - _BYTES:
        yield Problem("pieces", f"{min(pieces - _BYTES)!r} cannot stand for a byte", "Bytes are <0x00> to <0xFF>")
    if (pieces or model.trainer_spec.byte_fallback) and _BYTES - pieces:
        yield Problem("pieces", f"{min(_BYTES - pieces)} is missing, where the other bytes are pieces")


def _normalizer_problems(model: Any) -> Iterator[Problem]:
    # With it comes NumPy, which a command that checks a vocabulary file does not wait for.
    from lexport.vocabulary.sentencepiece_charsmap import charsmap_problem

    for where in ("normalizer_spec", "denormalizer_spec"):
        wrong = charsmap_problem(getattr(model, where).precompiled_charsmap)
        if wrong:
            yield Problem(f"{where}.precompiled_charsmap", f"the table {wrong}", "Train the model again")
