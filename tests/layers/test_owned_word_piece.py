"""`OwnedWordPiece`: what tensorflow-text's fast tokenizer gives, for every dtype, out of files."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_text as text

from lexport.layers.owned_word_piece import OwnedWordPiece
from lexport.layers.piece_lookup import FastOptions, PieceLookup

PIECES = ["[UNK]", "gnu", "##s", "the"]
OPTIONS = FastOptions(100, "##", "[UNK]", True, True)
INPUTS: list[Any] = [
    tf.constant(["gnus", "hurd", "the", ""]),
    tf.constant([["gnus"], ["the"]]),
    tf.ragged.constant([["gnus", "the"], []], tf.string),
    tf.constant("gnus"),
]


@pytest.mark.parametrize("inputs", INPUTS, ids=["words", "dense", "ragged", "one"])
@pytest.mark.parametrize("out_type", ["int32", "int64", "string", "int16"])
def test_pieces_are_those_of_tensorflow_text(inputs: Any, out_type: str) -> None:
    """Of any shape; where it gives pieces instead of ids, so does this."""
    ours = OwnedWordPiece(PieceLookup(fast=OPTIONS, vocabulary=PIECES), "[UNK]", out_type)
    theirs = text.FastWordpieceTokenizer(PIECES, token_out_type=out_type, no_pretokenization=True)
    received, expected = ours.tokenize(inputs), theirs.tokenize(inputs)
    assert type(received) is type(expected)
    assert received.dtype == expected.dtype
    parts = (tf.nest.flatten(one, expand_composites=True) for one in (received, expected))
    for mine, other in zip(*parts, strict=True):
        np.testing.assert_array_equal(mine.numpy(), other.numpy())


def test_ids_are_those_of_the_vocabulary_file() -> None:
    """The automaton cuts, and the file says which id a piece has, and which pieces there are."""
    lookup = PieceLookup(fast=OPTIONS, vocabulary=PIECES)
    shifted = PieceLookup(fast=OPTIONS, vocabulary=["[UNK]", "the", "gnu"])
    shifted.automaton = lookup.automaton
    assert OwnedWordPiece(shifted, "[UNK]", tf.int32).tokenize(["gnus", "the"]).to_list() == [[2, 3], [1]]
    assert OwnedWordPiece(shifted, "[UNK]", tf.string).tokenize(["gnus"]).to_list() == [[b"gnu", b"[UNK]"]]
