"""`BertTokenizer`: the ids of tensorflow-text, packed as BERT models take them."""

from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
import tensorflow_text as text
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport import Vocabulary
from lexport.errors import VocabularyError
from lexport.layers import BertTokenizer

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused1]"]
PIECES = [*SPECIAL, "they", "'", "re", "the", "great", "##est", "a", "##b", "é", "e", "漢", "##🙂", "b", "!", "fi", " "]
SOME_TEXT = st.text(st.sampled_from("Theygrast'rÉebé漢🙂\u0301\u2028 \x00ﬁ! [unused1]"), max_size=20)
TEXTS = st.lists(st.one_of(st.text(max_size=12).map(str.encode), SOME_TEXT.map(str.encode), st.binary(max_size=12)))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vocabulary as tensorflow-text takes it."""
    return Vocabulary.from_terms("pieces", PIECES, special_tokens=()).write(tmp_path_factory.mktemp("v") / "pieces.txt")


@settings(max_examples=80)
@given(
    texts=TEXTS,
    lower_case=st.booleans(),
    keep_whitespace=st.booleans(),
    unused=st.booleans(),
    form=st.sampled_from([None, "NFC", "NFKC", "NFD"]),
)
def test_the_classic_kernel_gives_the_ids_of_tensorflow_text(
    file: Path, texts: list[bytes], lower_case: bool, keep_whitespace: bool, unused: bool, form: str | None
) -> None:
    """For any Unicode and any bytes, the words of a text one after the other."""
    options: dict[str, Any] = {
        "lower_case": lower_case,
        "keep_whitespace": keep_whitespace,
        "preserve_unused_token": unused,
        "normalization_form": None if lower_case else form,
    }
    ours = BertTokenizer(
        Vocabulary.from_file("p", file, special_tokens=(), allow=["blank-term"]), ragged=True, **options
    )
    theirs = text.BertTokenizer(str(file), **options)
    inputs = tf.constant(texts, tf.string, shape=[len(texts)])
    assert _answer(ours, inputs) == _answer(lambda some: theirs.tokenize(some).merge_dims(-2, -1), inputs)


@settings(max_examples=80)
@given(texts=TEXTS, lower_case=st.booleans())
def test_the_fast_kernel_gives_the_ids_of_tensorflow_text(texts: list[bytes], lower_case: bool) -> None:
    """Of its fast tokenizer, which takes some characters otherwise than the classic one."""
    ours = BertTokenizer(PIECES, kernel="fast", lower_case=lower_case, ragged=True)
    theirs = text.FastBertTokenizer(PIECES, lower_case_nfd_strip_accents=lower_case)
    inputs = tf.constant(texts, tf.string, shape=[len(texts)])
    assert _answer(ours, inputs) == _answer(theirs.tokenize, inputs)


@settings(max_examples=40)
@given(pairs=st.lists(st.tuples(SOME_TEXT, SOME_TEXT)), length=st.integers(4, 12), two=st.booleans())
def test_packing_is_that_of_tensorflow_text(file: Path, pairs: list[tuple[str, str]], length: int, two: bool) -> None:
    """Trimmed in turns, with `[CLS]` and `[SEP]`, a mask and the numbers of the segments; for one text and for two."""
    tokenizer = text.BertTokenizer(str(file), lower_case=True)
    segments = [tf.constant([pair[side] for pair in pairs], tf.string, [len(pairs)]) for side in range(1 + two)]
    pieces = [tokenizer.tokenize(segment).merge_dims(-2, -1) for segment in segments]
    trimmed = text.RoundRobinTrimmer(length - len(segments) - 1).trim(pieces)
    combined, types = text.combine_segments(trimmed, 2, 3)
    ids, mask = text.pad_model_inputs(combined, length)
    layer = BertTokenizer(PIECES, lower_case=True, pack=True, sequence_length=length)
    ours = layer(segments if two else segments[0])
    assert ours["input_word_ids"].numpy().tolist() == ids.numpy().tolist()
    assert ours["input_mask"].numpy().tolist() == mask.numpy().tolist()
    assert ours["input_type_ids"].numpy().tolist() == text.pad_model_inputs(types, length)[0].numpy().tolist()


@pytest.mark.parametrize("kernel", ["classic", "fast"])
def test_two_segments_are_packed_in_a_model(kernel: str) -> None:
    """From two inputs, each a column, with static shapes."""
    layer = BertTokenizer(PIECES, kernel=kernel, lower_case=True, pack=True, sequence_length=9)
    inputs = [keras.Input((1,), dtype="string", name="question"), keras.Input((1,), dtype="string", name="answer")]
    packed = layer(inputs)
    assert {name: tensor.shape for name, tensor in packed.items()} == dict.fromkeys(packed, (None, 9))
    answer = keras.Model(inputs, packed)([tf.constant([["They're"]]), tf.constant([["GREATEST!"]])])
    assert answer["input_word_ids"].numpy().tolist() == [[2, 5, 6, 7, 3, 9, 10, 18, 3]]
    assert answer["input_type_ids"].numpy().tolist() == [[0, 0, 0, 0, 0, 1, 1, 1, 1]]
    assert answer["input_mask"].numpy().tolist() == [[1] * 9]


def test_packing_needs_its_pieces_and_a_length() -> None:
    """They are asked for when the layer is made, not when it serves."""
    with pytest.raises(VocabularyError, match=r"must hold '\[SEP\]'"):
        BertTokenizer(["[UNK]", "[CLS]"], pack=True, sequence_length=8)
    with pytest.raises(ValueError, match="requires a sequence_length"):
        BertTokenizer(PIECES, pack=True)
    with pytest.raises(ValueError, match="fast kernel has no keep_whitespace"):
        BertTokenizer(PIECES, kernel="fast", keep_whitespace=True)


def test_a_length_without_room_for_a_piece_is_refused() -> None:
    """Nothing of the texts would be left, and not even the end of each."""
    with pytest.raises(ValueError, match="at least 4 for 2 packed texts"):
        BertTokenizer(PIECES, pack=True, sequence_length=3)([tf.constant(["a"]), tf.constant(["b"])])
    assert BertTokenizer(PIECES, pack=True, sequence_length=3)(["a b"])["input_word_ids"].numpy().tolist() == [
        [2, 11, 3]
    ]


def test_several_texts_are_refused_where_nothing_packs_them() -> None:
    """A list of tensors would be stacked to one, or not be understood at all; one of lists is a tensor."""
    layer = BertTokenizer(PIECES)
    for texts in ([tf.constant(["a"])] * 2, [keras.Input((), dtype="string")] * 2):
        with pytest.raises(ValueError, match=r"takes one text a row\. Build it with pack=True"):
            layer(texts)
    assert layer([["a", "b"], ["b", "a"]]).shape == (2, 2, 1)


def _answer(tokenize: Any, inputs: Any) -> Any:
    try:
        return tokenize(inputs).to_list()
    except tf.errors.OpError as error:
        return type(error)
