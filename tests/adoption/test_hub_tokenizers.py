"""Tokenizers of keras-hub become owners of their vocabulary, and answer as before."""

import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

import lexport
from lexport import Vocabulary
from lexport.adoption import adopted
from lexport.errors import VocabularyError
from lexport.layers.owned_word_piece import OwnedWordPiece
from lexport.serving.owned_assets import descendants, owned_models, owned_vocabularies
from lexport.serving.sealing import check_seals
from tests.adoption.hub_models import PIECES, keras_hub, proto, sentence_piece, word_piece

SOME_TEXT = st.text(st.sampled_from("thegnuadr' -[CLS]éÉ漢字🙂\u0301\u2028\t\x00ﬁ!"), max_size=20)
TEXTS = st.lists(
    st.one_of(st.text(max_size=12).map(str.encode), SOME_TEXT.map(str.encode), st.binary(max_size=12)), max_size=6
)
IDS = st.lists(st.lists(st.integers(0, len(PIECES) - 1), max_size=6), min_size=1, max_size=4)
HUB = keras_hub.models
KINDS: dict[str, Callable[[], Any]] = {
    "plain": word_piece,
    "lower": lambda: word_piece(lowercase=True, strip_accents=True),
    "special": lambda: word_piece(
        lowercase=True, special_tokens=["a-b", "[CLS]"], special_tokens_in_strings=True, split_on_cjk=False
    ),
    "filled": lambda: word_piece(sequence_length=5, dtype="int64"),
    "pieces": lambda: word_piece(dtype="string", oov_token="[MASK]"),  # noqa: S106 - a piece, no password
    "not split": lambda: word_piece(split=False),
    "bert": lambda: HUB.BertTokenizer(PIECES, lowercase=True),
    "distil_bert": lambda: HUB.DistilBertTokenizer(PIECES),
    "electra": lambda: HUB.ElectraTokenizer(PIECES, special_tokens_in_strings=True),
    "sentence": sentence_piece,
    "sentence, filled": lambda: sentence_piece(sequence_length=5, add_bos=True, add_eos=True),
    "sentence, pieces": lambda: sentence_piece(dtype="string", add_bos=True),
    "bpe": lambda: keras_hub.tokenizers.SentencePieceTokenizer(proto("bpe")),
    "albert": lambda: HUB.AlbertTokenizer(proto()),
    "deberta": lambda: HUB.DebertaV3Tokenizer(proto()),
    "t5": lambda: HUB.T5Tokenizer(proto(), sequence_length=6),
    "xlm_roberta": lambda: HUB.XLMRobertaTokenizer(proto()),
}


def _in_a_graph(function: Callable[[Any], Any], asked: Any) -> Any:
    return tf.function(function, autograph=False, reduce_retracing=True)(asked)


def _same(received: Any, expected: Any) -> None:
    assert type(received) is type(expected)
    assert received.dtype == expected.dtype
    theirs, ours = (tf.nest.flatten(one, expand_composites=True) for one in (expected, received))
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(mine.numpy(), other.numpy())


@cache
def pair(kind: str) -> tuple[Any, ...]:
    """A tokenizer that was adopted and one that was not, and both as graphs, in both directions."""
    ours, theirs = KINDS[kind](), KINDS[kind]()
    lexport.adopt(ours)
    methods = (ours.call, theirs.call, ours.detokenize, theirs.detokenize)
    return (ours, theirs, *(tf.function(one, autograph=False, reduce_retracing=True) for one in methods))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20, deadline=None)
@given(texts=TEXTS, ids=IDS)
def test_an_adopted_tokenizer_gives_what_a_fresh_one_gives(kind: str, texts: list[bytes], ids: list[list[int]]) -> None:
    """For any Unicode and any bytes, every option, and the tokenizers of models; and back from ids to text."""
    ours, _, call, their_call, back, their_back = pair(kind)
    asked = tf.constant(texts, tf.string, shape=[len(texts)])
    if not getattr(ours, "split", True):
        asked = asked[:, tf.newaxis]
    _same(call(asked), their_call(asked))
    pieces = tf.ragged.constant(ids, tf.int32, ragged_rank=1)
    _same(back(pieces), their_back(pieces))


@pytest.mark.parametrize("kind", KINDS)
def test_eager_calls_stay_those_of_keras_hub(kind: str) -> None:
    """Its Python code is left alone, and so is what it says about its vocabulary."""
    ours, theirs, *_ = pair(kind)
    asked = ["gnus hurd"] if getattr(ours, "split", True) else [["gnus", "hurd"]]
    np.testing.assert_equal(*(keras.tree.map_structure(np.asarray, one(asked)) for one in (ours, theirs)))
    assert ours.get_vocabulary() == theirs.get_vocabulary()
    assert ours.token_to_id("[CLS]") == theirs.token_to_id("[CLS]")
    assert {**ours.get_config(), "name": None} == {**theirs.get_config(), "name": None}


def test_a_tokenizer_owns_its_vocabulary_or_its_model() -> None:
    """Its files are those of other layers; two with the same pieces share one; a known vocabulary keeps its name."""
    text = keras.Input((), dtype="string", name="text")
    layers = [word_piece(name="one", sequence_length=4), word_piece(name="two", sequence_length=5, lowercase=True)]
    layers += [
        sentence_piece(name="three", sequence_length=4),
        HUB.T5Tokenizer(proto(), name="four", sequence_length=4),
    ]
    model = keras.Model(text, [layer(text) for layer in layers])
    report = lexport.adopt(model, vocabularies=[Vocabulary.from_terms("known", PIECES, special_tokens=())])
    assert str(report).splitlines() == [
        "one (WordPieceTokenizer): known.txt, 15 terms",
        "two (WordPieceTokenizer): known.txt, 15 terms",
        f"three (SentencePieceTokenizer): three.model, {layers[2].vocabulary_size()} pieces",
        f"four (T5Tokenizer): three.model, {layers[2].vocabulary_size()} pieces",
    ]
    assert list(owned_vocabularies(model)) == ["known"]
    assert owned_models(model)["three"].data == proto()
    assert str(lexport.adopt(model)) == "no layer to adopt"


def test_another_vocabulary_of_the_same_name_gets_a_number() -> None:
    """Two files cannot have one name."""
    inner = keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "gnu"], name="pieces")
    other = keras_hub.tokenizers.SentencePieceTokenizer(proto("bpe"), name="pieces")
    module = tf.Module()
    module.layers = [word_piece(name="pieces"), inner, sentence_piece(name="pieces"), other]
    names = [layer.vocabulary.name for layer in lexport.adopt(module).layers]
    assert names == ["pieces", "pieces_2", "pieces", "pieces_2"]


def test_afterwards_the_model_is_as_it_was() -> None:
    """The same objects are called, and tracked; outputs in a graph are the same before, while and after."""
    layers = [word_piece(), sentence_piece()]
    module = tf.Module()
    module.layers = layers
    kernels = [layers[0]._fast_word_piece, layers[1]._sentence_piece]
    tracked = list(map(id, descendants(module)))
    with adopted(module):
        assert [layers[0]._fast_word_piece, layers[1]._sentence_piece] != kernels
    assert [layers[0]._fast_word_piece, layers[1]._sentence_piece] == kernels
    assert list(map(id, descendants(module))) == tracked


def test_a_vocabulary_that_is_set_later_is_adopted_again() -> None:
    """keras-hub makes its kernel anew; nothing of the old vocabulary stays."""
    layer = word_piece(name="pieces")
    lexport.adopt(layer)
    layer.set_vocabulary(["[UNK]", "hurd"])
    assert not isinstance(layer._fast_word_piece, OwnedWordPiece)
    assert str(lexport.adopt(layer)) == "pieces (WordPieceTokenizer): pieces.txt, 2 terms"
    assert _in_a_graph(layer.call, tf.constant(["hurd gnu"])).to_list() == [[1, 0]]


# keras-hub 0.32 leaves the file open from which it reads a model.
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_a_keras_file_of_an_adopted_model_is_one_of_keras_hub(tmp_path: Path) -> None:
    """It holds what keras-hub writes, whether or not the model was adopted, and needs no lexport."""
    text = keras.Input((), dtype="string", name="text")
    layers = [word_piece(sequence_length=4, name="pieces"), sentence_piece(sequence_length=4, name="model")]
    model = keras.Model(text, [layer(text) for layer in layers])
    files = []
    for name in ("before", "after"):
        model.save(tmp_path / f"{name}.keras")
        with zipfile.ZipFile(tmp_path / f"{name}.keras") as archive:
            members = [one for one in archive.namelist() if one.startswith("assets/") or one == "config.json"]
            files.append({one: archive.read(one) for one in members})
        lexport.adopt(model)
    assert files[0] == files[1]
    assert b"lexport" not in files[1]["config.json"]
    loaded = keras.models.load_model(tmp_path / "after.keras")
    asked = tf.constant(["the gnus!", "hurd"])
    for received, expected in zip(loaded(asked), model(asked), strict=True):
        np.testing.assert_array_equal(received, expected)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "empty": (
        lambda: keras_hub.tokenizers.WordPieceTokenizer(name="one"),
        "layer 'one': has no vocabulary",
    ),
    "no model": (
        lambda: keras_hub.tokenizers.SentencePieceTokenizer(name="one"),
        "layer 'one': has no vocabulary",
    ),
    "no text": (
        lambda: keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "gnu\r"], name="one"),
        "layer 'one', line 2:",
    ),
    "line end": (
        lambda: keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "g\nnu"], name="one"),
        "layer 'one', line 2:",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_adopted_is_named(kind: str) -> None:
    """With the layer and the line, beside the problems of all other layers; the model stays as it was."""
    make, expected = REFUSED[kind]
    good, bad = word_piece(name="good"), make()
    module = tf.Module()
    module.layers = [good, bad, keras.layers.StringLookup(name="lookup")]
    kernel = good._fast_word_piece
    with pytest.raises(VocabularyError) as raised:
        lexport.adopt(module)
    problems = [str(problem) for problem in raised.value.problems]
    assert problems[0].startswith("layer 'lookup': has no vocabulary")
    assert problems[1].startswith(expected)
    assert good._fast_word_piece is kernel


@pytest.mark.parametrize("change", [{"vocabulary": ["[UNK]", "gnu"]}, {"suffix_indicator": "@@"}])
def test_a_vocabulary_that_was_edited_in_place_is_refused(change: dict[str, Any]) -> None:
    """The automaton in memory gave the answers of the training; the list beside it says something else by now."""
    layer = word_piece(name="pieces")
    for name, value in change.items():
        setattr(layer, name, value)
    kernel = layer._fast_word_piece
    with pytest.raises(VocabularyError, match="layer 'pieces': the automaton that it walks through was not made of"):
        lexport.adopt(layer)
    assert layer._fast_word_piece is kernel


@pytest.mark.parametrize("change", [{"proto": proto("bpe")}, {"add_bos": True}])
def test_a_model_that_was_exchanged_in_place_is_refused(change: dict[str, Any]) -> None:
    """The proof compares the answers before and after."""
    layer = sentence_piece(name="model")
    for name, value in change.items():
        setattr(layer, name, value)
    kernel = layer._sentence_piece
    with pytest.raises(VocabularyError, match="layer 'model': would answer otherwise: required"):
        lexport.adopt(layer)
    assert layer._sentence_piece is kernel


def test_an_automaton_that_changes_in_memory_breaks_the_seal() -> None:
    """What walks is compared with the file before an export, as tables are."""
    # The variable is named after its content: with pieces of another test this would spoil that one.
    layer = keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "sealed"], name="pieces")
    lexport.adopt(layer)
    check_seals(layer)
    automaton = layer._fast_word_piece.lookup.automaton
    tf.raw_ops.AssignVariableOp(resource=automaton.resource_handle, value=tf.zeros([8], tf.uint8))
    with pytest.raises(VocabularyError, match=r"pieces-\w+\.wordpiece.* is another one in memory"):
        check_seals(layer)


def test_a_checkpoint_of_an_adopted_tokenizer_knows_its_vocabulary(tmp_path: Path) -> None:
    """It is restored where the vocabulary is the same, or nothing is adopted, and refused elsewhere."""
    layers = [word_piece(name="pieces"), sentence_piece(name="model")]
    others = [
        keras_hub.tokenizers.WordPieceTokenizer(["[UNK]", "gnu"], name="pieces"),
        keras_hub.tokenizers.SentencePieceTokenizer(proto("bpe"), name="model"),
    ]
    for layer, other, fresh in zip(layers, others, (word_piece(), sentence_piece()), strict=True):
        lexport.adopt(layer)
        lexport.adopt(other)
        path = tf.train.Checkpoint(layer=layer).save(str(tmp_path / layer.name))
        tf.train.Checkpoint(layer=layer).restore(path)
        tf.train.Checkpoint(layer=fresh).restore(path).expect_partial()
        with pytest.raises(VocabularyError, match=f"the checkpoint for layer '{layer.name}'"):
            tf.train.Checkpoint(layer=other).restore(path)
