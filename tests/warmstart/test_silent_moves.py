"""`warm_start`: nothing moves, stays or is rounded without being said."""

from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport.layers
from lexport import Vocabulary, warm_start
from lexport.errors import VocabularyError

OLD, NEW = ["the", "of", "and"], ["of", "in", "the"]


def _embedding_and_multi_hot(terms: list[str]) -> Any:
    word = keras.Input((1,), dtype="string")
    rows = keras.layers.Embedding(len(terms) + 1, 2, name="rows")(
        lexport.layers.StringLookup(vocabulary=terms, name="words")(word)
    )
    hot = lexport.layers.StringLookup(vocabulary=terms, output_mode="multi_hot", name="tags")(word)
    return keras.Model(word, [rows, keras.layers.Dense(2, name="labels")(hot)])


def test_a_lookup_is_not_explained_by_another_one_with_its_terms() -> None:
    """The embedding moves; nobody said that the kernel behind the multi-hot lookup has to."""
    old, new = _embedding_and_multi_hot(OLD), _embedding_and_multi_hot(NEW)
    with pytest.raises(VocabularyError, match="it cannot be seen which weights stand for it") as error:
        warm_start(new, old)
    assert {problem.where for problem in error.value.problems} == {
        "layer 'tags' of the new model",
        "layer 'tags' of the old model",
    }
    tags = old.get_layer("tags"), new.get_layer("tags")
    warm_start(new, old, vocabularies={"labels/kernel": tags})
    asked = tf.constant([["the"], ["of"]])
    for after, before in zip(new(asked), old(asked), strict=True):
        assert after.numpy().tobytes() == before.numpy().tobytes()


class _TwoLookups(keras.Model):  # type: ignore[misc]
    def __init__(self, first: list[str], second: list[str]) -> None:
        super().__init__()
        self.lookups = [
            lexport.layers.StringLookup(vocabulary=terms, name=name)
            for name, terms in (("first", first), ("second", second))
        ]
        self.tables = [keras.layers.Embedding(4, 2, name=f"rows_of_{name}") for name in ("first", "second")]

    def call(self, inputs: Any) -> Any:
        return [rows(lookup(inputs)) for rows, lookup in zip(self.tables, self.lookups, strict=True)]


def test_vocabularies_that_changed_places_are_seen() -> None:
    """Both models have both vocabularies, and yet every id stands for another term."""
    old, new = _TwoLookups(OLD, NEW), _TwoLookups(NEW, OLD)
    for model in (old, new):
        model(tf.constant(["the"]))
    with pytest.raises(VocabularyError, match="it cannot be seen which weights stand for it"):
        warm_start(new, old)


def test_what_is_said_of_a_layer_is_not_dropped_for_what_is_said_of_its_weight() -> None:
    """The last one would win, and the classes stay where they were."""
    models = [keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="labels")]) for _ in range(2)]
    before = [weight.numpy().tolist() for weight in models[1].weights]
    swapped = tuple(Vocabulary.from_terms("words", terms) for terms in (["a", "b"], ["b", "a"]))
    for names in (("labels", "labels/kernel"), ("labels/kernel", "labels/bias"), ("labels/kernel", "labels")):
        with pytest.raises(VocabularyError, match="must say one thing of layer 'labels'"):
            warm_start(models[1], models[0], vocabularies=dict.fromkeys(names, swapped))
    assert [weight.numpy().tolist() for weight in models[1].weights] == before


@pytest.mark.parametrize("same_terms", [True, False])
def test_weights_of_another_dtype_are_refused(same_terms: bool) -> None:
    """Rounded, they would not be those that were learned."""

    def build(terms: list[str], dtype: str) -> Any:
        word = keras.Input((), dtype="string")
        ids = lexport.layers.StringLookup(vocabulary=terms, name="words")(word)
        return keras.Model(word, keras.layers.Embedding(4, 2, dtype=dtype, name="rows")(ids))

    old, new = build(OLD, "float64"), build(OLD if same_terms else NEW, "float32")
    before = new.get_layer("rows").embeddings.numpy()
    with pytest.raises(VocabularyError, match="cannot take over") as error:
        warm_start(new, old)
    assert "must have dtype float64, as the old model has it; received float32" in str(error.value)
    assert new.get_layer("rows").embeddings.numpy().tobytes() == before.tobytes()
