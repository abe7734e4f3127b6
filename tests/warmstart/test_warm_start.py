"""`warm_start`: what was learned for a term stays with the term, and nothing else is taken for it."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport.layers
from lexport import Vocabulary, warm_start
from lexport.errors import VocabularyError

OLD, NEW = ["the", "of", "and"], ["of", "in", "the"]


def _functional(terms: Any, *, package: Any = lexport.layers, name: str | None = "rows", classes: int = 2) -> Any:
    text = keras.Input((), dtype="string", name="text")
    lookup = package.TextVectorization(vocabulary=terms, output_sequence_length=3)
    ids = lookup(text)
    rows = keras.layers.Embedding(len(terms) + 2, 4, name=name)(ids)
    pooled = keras.layers.GlobalAveragePooling1D()(rows)
    return keras.Model(text, keras.layers.Dense(classes, name="labels")(keras.layers.Dense(5)(pooled)))


def _weights(model: Any) -> list[Any]:
    return [weight.numpy().tolist() for weight in model.weights]


def test_what_is_no_model_is_named() -> None:
    """The path of a `.keras` file is a common mistake; both arguments are told at once."""
    with pytest.raises(VocabularyError) as caught:
        warm_start(None, "text.keras")
    assert [problem.where for problem in caught.value.problems] == ["new_model", "old_model"]
    assert "received 'text.keras'. keras.models.load_model reads one" in str(caught.value)


@pytest.mark.parametrize("package", [keras.layers, lexport.layers])
def test_answers_for_surviving_terms_are_the_same_to_the_bit(package: Any) -> None:
    """After training, though every id has moved; both vocabularies have as many terms."""
    old, new = _functional(OLD, package=package), _functional(NEW, package=package)
    old.compile("adam", "mse")
    old.fit(tf.constant(["the of", "and", "unknown"]), np.ones((3, 2)), verbose=0)
    report = warm_start(new, old)
    texts = tf.constant(["the", "of the", "of of of", "", "never seen"])
    assert new(texts).numpy().tobytes() == old(texts).numpy().tobytes()
    assert next((weight.path, weight.how) for weight in report.weights) == ("rows/embeddings", "remapped")
    assert "2 terms kept, 1 new, 1 dropped, 2 special" in str(report)
    assert report.left_behind == ()


def test_a_term_that_is_new_gets_what_the_initializer_gives() -> None:
    """And a longer vocabulary more rows."""
    old, new = _functional(OLD), _functional([*OLD, "in", "to"])
    warm_start(new, old, initializer="zeros")
    rows = new.get_layer("rows").embeddings.numpy()
    assert rows[:5].tobytes() == old.get_layer("rows").embeddings.numpy().tobytes()
    assert not rows[5:].any()


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ((50, 50), "43 spare, 2 spare dropped"),
        ((50, 60), "53 spare"),
        ((50, 10), "3 spare, 42 spare dropped"),
    ],
)
def test_an_embedding_may_have_rows_to_spare(sizes: tuple[int, int], told: str) -> None:
    """As `Embedding(max_tokens)` has, where a vocabulary has fewer terms; the vocabularies are of different lengths."""

    def build(terms: list[str], size: int) -> Any:
        text = keras.Input((), dtype="string", name="text")
        ids = keras.layers.TextVectorization(max_tokens=50, vocabulary=terms, name="words")(text)
        return keras.Model(text, keras.layers.Embedding(size, 4, name="rows")(ids))

    old, new = build(OLD, sizes[0]), build([*NEW, "up", "to"], sizes[1])
    report = warm_start(new, old, initializer="zeros")
    before, after = old.get_layer("rows").embeddings.numpy(), new.get_layer("rows").embeddings.numpy()
    assert f"2 terms kept, 3 new, 1 dropped, 2 special, {told}" in str(report)
    assert after[:2].tobytes() == before[:2].tobytes()
    for place, term in enumerate([*NEW, "up", "to"]):
        expected = before[2 + OLD.index(term)] if term in OLD else np.zeros(4, np.float32)
        assert after[2 + place].tobytes() == expected.tobytes()


def test_more_rows_for_the_same_vocabulary_are_new() -> None:
    """Every row that was learned is carried over."""
    wider = keras.layers.Embedding(9, 4, name="rows")
    text = keras.Input((), dtype="string", name="text")
    new = keras.Model(text, wider(keras.layers.TextVectorization(vocabulary=OLD, name="words")(text)))
    text = keras.Input((), dtype="string", name="text")
    rows = keras.layers.Embedding(len(OLD) + 2, 4, name="rows")
    old = keras.Model(text, rows(keras.layers.TextVectorization(vocabulary=OLD, name="words")(text)))
    warm_start(new, old, initializer="zeros")
    assert wider.embeddings.numpy()[: len(OLD) + 2].tobytes() == rows.embeddings.numpy().tobytes()
    assert not wider.embeddings.numpy()[len(OLD) + 2 :].any()


def test_the_classes_of_an_output_layer_move_when_they_are_named() -> None:
    """Columns of the kernel and the bias, with as many classes as before."""
    old, new = _functional(OLD), _functional(OLD)
    old.get_layer("labels").bias.assign([1.0, 2.0])
    labels = Vocabulary.from_terms("labels", ["net", "web"]), Vocabulary.from_terms("labels", ["web", "mail"])
    report = warm_start(new, old, vocabularies={"labels": labels}, initializer="zeros")
    kernel, before = new.get_layer("labels").kernel.numpy(), old.get_layer("labels").kernel.numpy()
    assert kernel[:, 0].tolist() == before[:, 1].tolist()
    assert kernel[:, 1].tolist() == [0.0] * 5
    assert new.get_layer("labels").bias.numpy().tolist() == [2.0, 0.0]
    assert "remapped     labels/bias" in str(report)


def test_a_weight_behind_a_multi_hot_lookup_is_named_by_its_path() -> None:
    """It has a row for each id; nobody sees that in the model, so it is refused until it is said."""

    def build(terms: list[str]) -> Any:
        word = keras.Input((1,), dtype="string")
        hot = lexport.layers.StringLookup(vocabulary=terms, output_mode="multi_hot", name="tags")(word)
        return keras.Model(word, keras.layers.Dense(2, name="labels")(hot))

    old, new = build(OLD), build(NEW)
    before = _weights(new)
    with pytest.raises(VocabularyError, match="it cannot be seen which weights stand for it") as error:
        warm_start(new, old)
    assert len(error.value.problems) == 2
    assert _weights(new) == before
    words = old.get_layer("tags"), new.get_layer("tags")
    warm_start(new, old, vocabularies={"labels/kernel": words})
    for word in ("the", "of", "unknown"):
        asked = tf.constant([[word]])
        assert new(asked).numpy().tobytes() == old(asked).numpy().tobytes()


class _Subclassed(keras.Model):  # type: ignore[misc]
    def __init__(self, terms: list[str]) -> None:
        super().__init__()
        self.lookup = lexport.layers.StringLookup(vocabulary=terms, name="words")
        self.rows = keras.layers.Embedding(len(terms) + 1, 2, name="rows")

    def call(self, inputs: Any) -> Any:
        return self.rows(self.lookup(inputs))


def test_a_subclassed_model_has_to_say_what_its_rows_are() -> None:
    """Its weights have the same shapes, so copying them would give every term the row of another."""
    old, new = _Subclassed(OLD), _Subclassed(NEW)
    asked = tf.constant(["the", "of"])
    old(asked), new(asked)
    with pytest.raises(VocabularyError, match="which weights stand for it"):
        warm_start(new, old)
    warm_start(new, old, vocabularies={"rows": (old.lookup, new.lookup)})
    assert new(asked).numpy().tobytes() == old(asked).numpy().tobytes()
    other = _Subclassed(NEW)
    other(asked)
    warm_start(other, old, vocabularies={"rows": None, "words": None})
    assert other.rows.embeddings.numpy().tolist() != new.rows.embeddings.numpy().tolist()


def test_models_in_models_are_taken_over() -> None:
    """In the order in which Keras keeps their layers."""

    def build(terms: list[str]) -> Any:
        text = keras.Input((), dtype="string")
        return keras.Model(text, keras.layers.Dense(2)(_functional(terms)(text)))

    old, new = build(OLD), build(NEW)
    asked = tf.constant(["of the", ""])
    warm_start(new, old)
    assert new(asked).numpy().tobytes() == old(asked).numpy().tobytes()


def test_a_model_without_vocabularies_is_copied() -> None:
    """Layers whose names Keras counted are told apart by their place."""
    models = [keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), keras.layers.Dense(2)]) for _ in range(2)]
    report = warm_start(models[1], models[0])
    assert _weights(models[1]) == _weights(models[0])
    assert {weight.how for weight in report.weights} == {"copied"}


def test_layers_of_one_model_alone_are_reported() -> None:
    """What nobody continues, and what starts anew."""
    old = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="old")])
    new = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="new")])
    report = warm_start(new, old)
    assert [weight.how for weight in report.weights] == ["initialised", "initialised"]
    assert report.left_behind == ("old/kernel", "old/bias")


def test_everything_that_is_wrong_is_named_and_nothing_changes() -> None:
    """Shapes that no vocabulary explains, a layer that is not there, layers that nobody can tell apart."""
    old, new = _functional(OLD), _functional(NEW, classes=3)
    before = _weights(new)
    with pytest.raises(VocabularyError, match="cannot take over") as error:
        warm_start(new, old, vocabularies={"none": (old, new)})
    found = {problem.where: problem.message for problem in error.value.problems}
    assert "must name a layer with weights" in found["vocabularies"]
    assert "must have shape (5, 2)" in found["weight 'labels/kernel'"]
    assert "must have shape (2,)" in found["weight 'labels/bias'"]
    assert _weights(new) == before

    more = keras.Sequential([keras.Input((5,)), keras.layers.Dense(5), keras.layers.Dense(5)])
    less = keras.Sequential([keras.Input((5,)), keras.layers.Dense(5)])
    with pytest.raises(VocabularyError, match="the new one has 2, the old one 1"):
        warm_start(more, less)


def test_an_embedding_with_two_vocabularies_is_refused() -> None:
    """A row would have to go to two places."""

    def build(*vocabularies: list[str]) -> Any:
        words = [keras.Input((), dtype="string", name=f"word{number}") for number in range(2)]
        rows = keras.layers.Embedding(4, 2, name="rows")
        looked = [lexport.layers.StringLookup(vocabulary=v)(w) for v, w in zip(vocabularies, words, strict=True)]
        return keras.Model(words, [rows(ids) for ids in looked])

    with pytest.raises(VocabularyError, match="must have one vocabulary; it is fed by layer"):
        warm_start(build(NEW, NEW), build(OLD, NEW))
    report = warm_start(build(NEW, NEW), build(OLD, OLD))
    assert "remapped" in str(report)


def test_another_layout_of_special_ids_is_refused() -> None:
    """The new model stays as it was."""

    def build(oov: int) -> Any:
        word = keras.Input((), dtype="string")
        ids = lexport.layers.StringLookup(vocabulary=OLD, num_oov_indices=oov)(word)
        return keras.Model(word, keras.layers.Embedding(3 + oov, 2, name="rows")(ids))

    with pytest.raises(VocabularyError, match="must give the same special ids before their terms"):
        warm_start(build(2), build(1))


def test_rows_with_lora_weights_do_not_move() -> None:
    """Half of what was learned for a term is in other weights."""
    old, new = _functional(OLD), _functional(NEW)
    for model in (old, new):
        model.get_layer("rows").enable_lora(2)
    with pytest.raises(VocabularyError, match="neither quantised nor have LoRA weights"):
        warm_start(new, old)
