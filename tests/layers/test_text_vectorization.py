"""`TextVectorization`: one inner lookup, which owns the vocabulary under this layer's name."""

import inspect
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport import Vocabulary
from lexport.layers import IntegerLookup, StringLookup, TextVectorization


def test_the_inner_lookup_is_the_only_one() -> None:
    """Keras's constructor makes one of its own, which must not stay among the tracked children."""
    layer = TextVectorization(vocabulary=["the"], name="words")
    lookups = [child for child in layer._flatten_layers() if isinstance(child, keras.layers.StringLookup)]
    assert lookups == [layer._lookup_layer]
    assert type(layer._lookup_layer) is StringLookup
    below = tf.train.TrackableView(layer).descendants()
    assert len({id(child) for child in below if isinstance(child, keras.layers.StringLookup)}) == 1


def test_the_asset_is_named_after_this_layer() -> None:
    """Not after the inner one, which the user did not make."""
    layer = TextVectorization(vocabulary=["the"], name="tower: description words")
    assert layer.vocabulary is not None
    assert layer.vocabulary.name == "tower_description_words"


def test_every_argument_of_keras_is_there() -> None:
    """With the same defaults, in the same order; a lookup passes on whatever it is given."""
    ours, stock = (
        {name: parameter.default for name, parameter in inspect.signature(cls).parameters.items()}
        for cls in (TextVectorization, keras.layers.TextVectorization)
    )
    assert list(ours.items()) == list(stock.items())


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("special", [False, True], ids=["terms only", "special tokens too"])
def test_tf_idf_takes_its_vocabulary_from_a_file(tmp_path: Path, padded: bool, special: bool) -> None:
    """Keras refuses that; the outputs are those of the same terms as a list."""
    terms, weights = ["the", "of", "gnu"], [1.0, 2.0, 3.0]
    path = Vocabulary.from_terms("words", terms).write(tmp_path / "words.txt")
    arguments: dict[str, Any] = {"output_mode": "tf_idf"}
    if padded:
        arguments |= {"max_tokens": 9, "pad_to_max_tokens": True}
    stock = keras.layers.TextVectorization(
        vocabulary=["[UNK]", *terms] if special else terms,
        idf_weights=[0.5, *weights] if special else weights,
        **arguments,
    )
    given = [0.5, *weights] if special else weights
    inputs = tf.constant(["the the gnu", "zzz of"])
    for vocabulary in (str(path), path, Vocabulary.from_file("words", path)):
        ours = TextVectorization(vocabulary=vocabulary, idf_weights=given, **arguments)
        assert ours(inputs).numpy().tolist() == stock(inputs).numpy().tolist()
    with pytest.raises(ValueError, match="does not support loading a vocabulary from file"):
        keras.layers.TextVectorization(vocabulary=str(path), idf_weights=weights, **arguments)


@pytest.mark.parametrize("weights", [[1.0], [1.0, 2.0, 3.0, 4.0, 5.0], [[1.0], [2.0], [3.0]]])
def test_idf_weights_that_do_not_fit_a_file_are_refused(tmp_path: Path, weights: Any) -> None:
    """With Keras's own words."""
    words = Vocabulary.from_terms("words", ["the", "of", "gnu"])
    with pytest.raises(ValueError, match=r"idf_weights|TF-IDF data must be"):
        TextVectorization(vocabulary=words, idf_weights=weights, output_mode="tf_idf")


def test_idf_weights_belong_to_tf_idf_only(tmp_path: Path) -> None:
    """From a file as from a list; without them `tf_idf` has nothing to weigh with."""
    words = Vocabulary.from_terms("words", ["the"])
    with pytest.raises(ValueError, match="should only be set if"):
        StringLookup(vocabulary=words, idf_weights=[1.0])
    with pytest.raises(ValueError, match="must also be provided"):
        StringLookup(vocabulary=words, output_mode="tf_idf")
    layer = StringLookup(output_mode="tf_idf", vocabulary=words, idf_weights=[1.0])
    with pytest.raises(ValueError, match="must be set if"):
        layer.set_vocabulary(words)
    with pytest.raises(ValueError, match="should only be set if"):
        StringLookup().set_vocabulary(words, idf_weights=[1.0])


DOCUMENTS = ["the gnu of the", "of the", "the", "a gnu", "zzz", ""]


def _counted() -> Vocabulary:
    """What counting the documents gives, the words of each counted once."""
    words = [document.split() for document in DOCUMENTS]
    terms = ["the", "of", "gnu", "zzz", "a"]
    counts = [sum(row.count(term) for row in words) for term in terms]
    held = [sum(term in row for row in words) for term in terms]
    return Vocabulary.from_terms("words", terms, counts=counts, document_counts=held, documents=len(words))


@pytest.mark.parametrize("arguments", [{}, {"max_tokens": 9, "pad_to_max_tokens": True}, {"max_tokens": 5}], ids=str)
def test_counted_documents_give_the_idf_weights_of_adapt(arguments: dict[str, Any]) -> None:
    """To the last bit of float32, and so the outputs too; nobody has to compute weights."""
    stock = keras.layers.TextVectorization(output_mode="tf_idf", **arguments)
    stock.adapt(tf.constant(DOCUMENTS))
    words = _counted()
    if arguments.get("max_tokens") == 5:
        kept = len(stock.get_vocabulary(include_special_tokens=False))
        words = Vocabulary.from_terms(
            "words", words.terms[:kept], document_counts=(words.document_counts or ())[:kept], documents=len(DOCUMENTS)
        )
    assert list(words.terms) == stock.get_vocabulary(include_special_tokens=False)
    ours = TextVectorization(output_mode="tf_idf", vocabulary=words, **arguments)
    weights = ours._lookup_layer.idf_weights.numpy()
    assert weights.tolist() == stock._lookup_layer.idf_weights.numpy().tolist()
    inputs = tf.constant(["the the gnu", "nothing known", "zzz of a"])
    assert ours(inputs).numpy().tolist() == stock(inputs).numpy().tolist()


def test_lookups_take_the_weights_that_a_vocabulary_brings() -> None:
    """In the constructor, by place or by name, and when it is set; weights that are given go before."""
    words = _counted()
    expected = [words.idf_weights.mean(), *words.idf_weights]
    late = StringLookup(output_mode="tf_idf")
    late.set_vocabulary(words)
    made = [
        StringLookup(vocabulary=words, output_mode="tf_idf"),
        StringLookup(None, 1, None, "[UNK]", words, output_mode="tf-idf"),
        late,
    ]
    for layer in made:
        assert layer.idf_weights.numpy() == pytest.approx(expected, rel=1e-6)
    given = StringLookup(vocabulary=words, idf_weights=[1.0] * 5, output_mode="tf_idf")
    assert given.idf_weights.numpy().tolist() == [1.0] * 6
    ids = Vocabulary.from_terms("ids", [7, 9], document_counts=[1, 2], documents=3)
    numbers = IntegerLookup(vocabulary=ids, output_mode="tf_idf")
    assert numbers.idf_weights.numpy()[1:] == pytest.approx(ids.idf_weights, rel=1e-6)
    assert StringLookup(vocabulary=words)(["the"]).numpy().tolist() == [1]


def test_counts_without_documents_are_no_weights() -> None:
    """How often a term was seen does not say in how many documents; Keras's own words say what is missing."""
    words = Vocabulary.from_terms("words", ["the"], counts=[3], document_counts=[2])
    with pytest.raises(ValueError, match="must also be provided"):
        StringLookup(vocabulary=words, output_mode="tf_idf")
    with pytest.raises(ValueError, match="documents were not counted"):
        StringLookup(output_mode="tf_idf").set_vocabulary(words)


def test_the_weights_come_along_in_configs() -> None:
    """A layer that is made from the config of another has its weights, although the store holds terms only."""
    layer = TextVectorization(output_mode="tf_idf", vocabulary=_counted(), name="words")
    copied = TextVectorization.from_config(layer.get_config())
    inputs = tf.constant(["the the gnu"])
    assert copied(inputs).numpy().tolist() == layer(inputs).numpy().tolist()
