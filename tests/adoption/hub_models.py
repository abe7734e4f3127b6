"""Tokenizers of keras-hub that need no download, with vocabularies made here."""

import io
from functools import cache
from typing import Any

import pytest

keras_hub: Any = pytest.importorskip("keras_hub")

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "gnu", "##s", "!", "hurd", "é", "e", "漢", "a-b", "##'"]
LINES = ["the gnu and the hurd are greatest", "they're not the gnus' équipe 漢字 🙂", "a-b-c ﬁ ß É"] * 20


@cache
def proto(kind: str = "unigram") -> bytes:
    """A small SentencePiece model with the pieces that the tokenizers of models want."""
    sentencepiece = pytest.importorskip("sentencepiece")
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(LINES),
        model_writer=file,
        vocab_size=90,
        model_type=kind,
        pad_id=0,
        unk_id=1,
        bos_id=2,
        eos_id=3,
        pad_piece="<pad>",
        user_defined_symbols=["[CLS]", "[SEP]", "[MASK]", "[PAD]"],
        hard_vocab_limit=False,
        minloglevel=9,
    )
    return file.getvalue()


def word_piece(**options: Any) -> Any:
    """A `WordPieceTokenizer`."""
    return keras_hub.tokenizers.WordPieceTokenizer(PIECES, **options)


def sentence_piece(**options: Any) -> Any:
    """A `SentencePieceTokenizer`."""
    return keras_hub.tokenizers.SentencePieceTokenizer(proto(), **options)
