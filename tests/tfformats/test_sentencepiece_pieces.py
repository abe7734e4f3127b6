"""The pieces of a SentencePiece model are counted by its framing, whatever the bytes are."""

from hypothesis import given
from hypothesis import strategies as st

from lexport.tfformats.sentencepiece_pieces import count_pieces
from lexport.vocabulary.sentencepiece_proto import model_proto


def test_the_pieces_of_a_model_are_counted(sentencepiece_model: bytes) -> None:
    """As the message itself counts them."""
    assert count_pieces(sentencepiece_model) == len(model_proto().FromString(sentencepiece_model).pieces)


@given(st.binary(max_size=40))
def test_bytes_that_are_no_message_have_no_number(data: bytes) -> None:
    """Nothing raises; and what the parser of protocol buffers takes has as many as it says."""
    count = count_pieces(data)
    assert count is None or 0 <= count <= len(data)


def test_what_is_cut_off_has_no_number(sentencepiece_model: bytes) -> None:
    """Within a field, within a number, or behind a tag that does not exist."""
    assert count_pieces(sentencepiece_model[:-1]) is None
    assert count_pieces(bytes([10])) is None
    assert count_pieces(bytes([11])) is None
    assert count_pieces(bytes([0x80] * 12)) is None
    assert count_pieces(b"") == 0
