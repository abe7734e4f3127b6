"""Fewer rows than ids is found where Keras knows how the model was put together."""

from collections.abc import Callable
from typing import Any

import keras
import pytest
from keras import layers, ops

import lexport
from lexport.errors import LexportError, VocabularyError
from lexport.layers import (
    BertTokenizer,
    IntegerLookup,
    SentencepieceTokenizer,
    StringLookup,
    TextVectorization,
    WordpieceTokenizer,
)
from lexport.serving.embedding_rows import check_embedding_rows

TERMS = [f"t{index}" for index in range(10)]
Problems = Callable[[LexportError], dict[str, str]]


def _model(rows: int, lookup: Any, shape: Any = (4,), between: Any = None, dtype: str = "string") -> keras.Model:
    inputs = keras.Input(shape, dtype=dtype, name="x")
    ids = lookup(inputs)
    return keras.Model(inputs, layers.Embedding(rows, 2)(between(ids) if between else ids))


@pytest.mark.parametrize(
    ("make", "shape", "dtype", "special"),
    [
        (lambda: StringLookup(vocabulary=TERMS), (4,), "string", 1),
        (lambda: StringLookup(vocabulary=TERMS, mask_token=""), (4,), "string", 2),
        (lambda: StringLookup(vocabulary=TERMS, num_oov_indices=0), (4,), "string", 0),
        (lambda: StringLookup(vocabulary=TERMS, num_oov_indices=3, mask_token=""), (4,), "string", 4),
        (lambda: IntegerLookup(vocabulary=list(range(50, 60))), (4,), "int64", 1),
        (lambda: TextVectorization(vocabulary=TERMS), (), "string", 2),
        (lambda: layers.StringLookup(vocabulary=TERMS), (4,), "string", 1),
        (lambda: layers.TextVectorization(vocabulary=TERMS), (), "string", 2),
    ],
)
def test_one_row_too_few_is_named_and_enough_pass(
    make: Callable[[], Any], shape: Any, dtype: str, special: int, problems_of: Problems
) -> None:
    """Mask, out-of-vocabulary ids and terms are counted, of owned layers and of stock ones."""
    ids = 10 + special
    lookup = make()
    with pytest.raises(VocabularyError, match="fewer rows than their vocabularies have ids") as error:
        check_embedding_rows(_model(ids - 1, lookup, shape, dtype=dtype))
    [(where, message)] = problems_of(error.value).items()
    assert where == "layer 'embedding'"
    assert f"it has {ids - 1} rows; layer {lookup.name!r} gives {ids} ids: {special} for mask" in message
    assert error.value.problems[0].remedy == f"Build it with input_dim={lookup.name}.vocabulary_size()"
    check_embedding_rows(_model(ids, make(), shape, dtype=dtype))


@pytest.mark.parametrize(
    "between",
    [
        lambda ids: layers.Flatten()(layers.Reshape((2, 2))(ids)),
        lambda ids: ops.cast(ids, "int32")[:, 1:],
        lambda ids: ops.concatenate([ids, ids], axis=1),
        lambda ids: ops.squeeze(ops.expand_dims(ids, 1), 1),
        lambda ids: keras.Sequential([keras.Input((4,), dtype="int64"), layers.Reshape((2, 2))])(ids),
    ],
    ids=["reshape", "cast and slice", "concatenate", "expand", "nested"],
)
def test_ids_are_followed_through_changes_of_form(between: Callable[[Any], Any]) -> None:
    """They are still the same ids."""
    with pytest.raises(VocabularyError, match="it has 10 rows"):
        check_embedding_rows(_model(10, StringLookup(vocabulary=TERMS), between=between))


@pytest.mark.parametrize(
    "between",
    [
        lambda ids: ops.minimum(ids, 4),
        lambda ids: ops.mod(ids, 5),
        lambda ids: ops.where(ids < 5, ids, 0),
        lambda ids: layers.Lambda(lambda x: x % 5, output_shape=(4,), dtype="int64")(ids),
    ],
    ids=["minimum", "modulo", "where", "lambda"],
)
def test_ids_that_are_calculated_with_are_left_alone(between: Callable[[Any], Any]) -> None:
    """The calculation may bring them into range, and often does."""
    check_embedding_rows(_model(5, StringLookup(vocabulary=TERMS), between=between))


@pytest.mark.parametrize("options", [{"output_mode": "multi_hot"}, {"output_mode": "count"}])
def test_a_lookup_that_gives_no_ids_is_left_alone(options: dict[str, Any]) -> None:
    """Counts are numbers of another kind."""
    check_embedding_rows(_model(5, StringLookup(vocabulary=TERMS, **options)))


def test_a_sequential_model_is_followed() -> None:
    """It was put together in the same way."""
    model = keras.Sequential(
        [keras.Input((4,), dtype="string"), StringLookup(vocabulary=TERMS), layers.Embedding(10, 2)]
    )
    with pytest.raises(VocabularyError, match="it has 10 rows"):
        check_embedding_rows(model)


def test_an_embedding_in_a_nested_model_meets_the_lookup_outside() -> None:
    """A tower is often a model of its own."""
    ids = keras.Input((4,), dtype="int64", name="ids")
    other = keras.Input((4,), dtype="int64", name="other")
    tower = keras.Model({"other": other, "ids": ids}, [layers.Embedding(10, 2)(ids), layers.Embedding(3, 2)(other)])
    words = keras.Input((4,), dtype="string")
    found = tower({"ids": StringLookup(vocabulary=TERMS)(words), "other": StringLookup(vocabulary=["a", "b"])(words)})
    with pytest.raises(VocabularyError, match="it has 10 rows") as error:
        check_embedding_rows(keras.Model(words, found))
    assert len(error.value.problems) == 1


def test_a_lookup_in_a_nested_model_meets_the_embedding_outside() -> None:
    """Each output of the inner model is told apart."""
    words = keras.Input((4,), dtype="string")
    inner = keras.Model(words, [StringLookup(vocabulary=["a"])(words), StringLookup(vocabulary=TERMS)(words)])
    given = keras.Input((4,), dtype="string")
    few, many = inner(given)
    check_embedding_rows(keras.Model(given, layers.Embedding(5, 2)(few)))
    with pytest.raises(VocabularyError, match="it has 5 rows"):
        check_embedding_rows(keras.Model(given, layers.Embedding(5, 2)(many)))


def test_all_mismatches_are_named_at_once(problems_of: Problems) -> None:
    """A shared embedding has one for each lookup that gives too many ids."""
    first, second, third = (keras.Input((4,), dtype="string") for _ in range(3))
    shared, own = layers.Embedding(5, 2, name="shared"), layers.Embedding(3, 2, name="own")
    outputs = [
        shared(StringLookup(vocabulary=TERMS)(first)),
        shared(StringLookup(vocabulary=["a", "b"])(second)),
        own(StringLookup(vocabulary=TERMS)(third)),
    ]
    with pytest.raises(VocabularyError) as error:
        check_embedding_rows(keras.Model([first, second, third], outputs))
    assert sorted(problems_of(error.value)) == ["layer 'own'", "layer 'shared'"]


def test_what_a_layer_does_in_another_model_does_not_count() -> None:
    """A layer remembers all its calls, also those that are not exported."""
    embedding = layers.Embedding(5, 2)
    other = keras.Input((4,), dtype="string")
    keras.Model(other, embedding(StringLookup(vocabulary=TERMS)(other)))
    words = keras.Input((4,), dtype="string")
    check_embedding_rows(keras.Model(words, embedding(StringLookup(vocabulary=["a"])(words))))


def test_a_subclassed_model_is_left_to_the_check_of_the_graph(tmp_path: Any) -> None:
    """Nobody has written down what its `call` does; what was saved tells it."""

    class Subclassed(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.lookup = StringLookup(vocabulary=TERMS)
            self.embedding = layers.Embedding(3, 2)

        def call(self, words: Any) -> Any:
            return self.embedding(self.lookup(words))

    model = Subclassed()
    model(keras.ops.convert_to_tensor([["t0"]]))
    check_embedding_rows(model)
    signature = lexport.Signature({"words": ("string", (None, 4))})
    with pytest.raises(LexportError, match="embedding-rows"):
        lexport.save(model, tmp_path / "model", signatures={"serving_default": signature})


@pytest.mark.parametrize("export", [lexport.save, lexport.export])
def test_no_export_has_too_few_rows(export: Callable[..., Any], tmp_path: Any) -> None:
    """The error comes before anything is written."""
    model = _model(10, StringLookup(vocabulary=TERMS))
    with pytest.raises(VocabularyError, match="fewer rows than their vocabularies have ids"):
        export(model, tmp_path / "model")
    assert not (tmp_path / "model").exists() or list((tmp_path / "model").iterdir()) == []


PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *TERMS]


@pytest.mark.parametrize("kernel", ["classic", "fast"])
def test_ids_of_wordpieces_are_counted(kernel: str, problems_of: Problems) -> None:
    """Of words and of text; the pieces are all that there is where unknown words have one."""
    for layer in (WordpieceTokenizer(PIECES, kernel=kernel), BertTokenizer(PIECES, kernel=kernel)):
        with pytest.raises(VocabularyError) as error:
            check_embedding_rows(_model(13, layer, ()))
        told = list(problems_of(error.value).values())
        assert told == [f"it has 13 rows; layer {layer.name!r} gives 14 ids: 14 pieces"]
        assert error.value.problems[0].remedy == f"Build it with input_dim={layer.name}.vocabulary_size()"
        check_embedding_rows(_model(14, layer, ()))


def test_ids_beside_those_of_pieces_are_counted(problems_of: Problems) -> None:
    """That of unknown words for which there is no piece, and that of the padding; ragged ids have none."""
    layer = WordpieceTokenizer(TERMS)
    with pytest.raises(VocabularyError) as error:
        check_embedding_rows(_model(10, layer))
    [told] = problems_of(error.value).values()
    assert "gives 11 ids: 10 pieces, and one for unknown words" in told
    check_embedding_rows(_model(11, layer))
    layer = WordpieceTokenizer(PIECES, pad_value=20)
    with pytest.raises(VocabularyError) as error:
        check_embedding_rows(_model(14, layer))
    [told] = problems_of(error.value).values()
    assert "gives 21 ids: 14 pieces, and the pad_value 20" in told
    assert error.value.problems[0].remedy == "Build it with input_dim=21"
    check_embedding_rows(_model(21, layer))
    check_embedding_rows(_model(14, WordpieceTokenizer(PIECES, pad_value=20, ragged=True)))


def test_of_packed_text_the_ids_count_and_not_masks_and_segments() -> None:
    """An embedding of segments has as many rows as there are segments."""
    texts = [keras.Input((), dtype="string", name=name) for name in ("question", "answer")]
    packed = BertTokenizer(PIECES, pack=True, sequence_length=8)(texts)
    embedded = {
        name: layers.Embedding(14 if name == "input_word_ids" else 2, 3, name=name)(ids) for name, ids in packed.items()
    }
    check_embedding_rows(keras.Model(texts, embedded))
    short = layers.Embedding(13, 3, name="short")(packed["input_word_ids"])
    with pytest.raises(VocabularyError, match="layer 'short': it has 13 rows"):
        check_embedding_rows(keras.Model(texts, {**embedded, "short": short}))


def test_ids_of_sentencepiece_are_counted(sentencepiece_model: bytes) -> None:
    """All pieces, also those for the ends of a text."""
    layer = SentencepieceTokenizer(sentencepiece_model, name="spm")
    size = layer.vocabulary_size()
    with pytest.raises(VocabularyError, match=f"layer 'spm' gives {size} ids: {size} pieces"):
        check_embedding_rows(_model(size - 1, layer, ()))
    check_embedding_rows(_model(size, layer, ()))
