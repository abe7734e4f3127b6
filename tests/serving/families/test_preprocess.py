"""What the lookup layers of a model give, by their names."""

from collections.abc import Callable
from typing import Any

import keras
import pytest
import tensorflow as tf

from lexport import PreprocessSignature, Signature, Vocabulary
from lexport.errors import LexportError, SignatureError
from lexport.layers import (
    BertTokenizer,
    IntegerLookup,
    SentencepieceTokenizer,
    StringLookup,
    TextVectorization,
    WhitespaceTokenizer,
    WordpieceTokenizer,
)
from lexport.serving.model_root import serving_root
from lexport.serving.served_signatures import served_signatures

Ask = Callable[..., dict[str, Any]]
Problems = Callable[[LexportError], dict[str, str]]
TEXT = {"text": ("string", (None,))}


def text_input(name: str = "text") -> Any:
    """A symbolic text."""
    return keras.Input((), dtype="string", name=name)


def test_every_lookup_is_an_output_under_the_name_of_its_layer(ask: Ask, words: Vocabulary) -> None:
    """In the order in which the model calls them, before any weight is read."""
    text, year = text_input(), keras.Input((), dtype="int64", name="year")
    ids = TextVectorization(vocabulary=words, output_sequence_length=3, name="text_ids")(text)
    hot = StringLookup(vocabulary=words, output_mode="one_hot", name="hot")(text)
    years = IntegerLookup(vocabulary=[1990, 2000], name="year_id")(year)
    features = keras.ops.concatenate([keras.ops.cast(x, "float32") for x in (ids, hot)], axis=1)
    model = keras.Model([text, year], keras.layers.Dense(1)(features) * keras.ops.cast(years[:, None], "float32"))
    answers = ask(
        model,
        PreprocessSignature({**TEXT, "year": ("int64", (None,))}),
        text=["the of", "of"],
        year=[2000, 1],
    )
    assert answers == {
        "text_ids": [[2, 3, 0], [3, 0, 0]],
        "hot": [[1, 0, 0, 0], [0, 0, 1, 0]],
        "year_id": [2, 0],
    }


def test_layers_can_be_selected_and_then_only_their_inputs_are_needed(words: Vocabulary, ask: Ask) -> None:
    """Further inputs of the model may be declared; they change nothing."""
    text, tag = text_input(), text_input("tag")
    look = {name: StringLookup(vocabulary=words, name=name) for name in ("a", "b")}
    model = keras.Model([text, tag], {"x": look["a"](text), "y": look["b"](tag)})
    both = {**TEXT, "tag": ("string", (None,))}
    assert ask(model, PreprocessSignature(TEXT, ("a",)), text=["of"]) == {"a": [2]}
    assert ask(model, PreprocessSignature(both, ("b",)), text=["of"], tag=["a"]) == {"b": [3]}
    assert list(ask(model, PreprocessSignature(both, ("b", "a")), text=["of"], tag=["a"])) == ["b", "a"]


def test_ragged_and_sparse_ids_become_dense(words: Vocabulary, ask: Ask) -> None:
    """Short rows are filled up with the id of nothing, 0."""
    text = text_input()
    ragged = TextVectorization(vocabulary=words, ragged=True, name="ragged")(text)
    sparse = TextVectorization(vocabulary=words, output_mode="count", sparse=True, name="sparse")(text)
    model = keras.Model(text, {"a": ragged, "b": sparse})
    assert ask(model, PreprocessSignature(TEXT), text=["the of", "of of of", ""]) == {
        "ragged": [[2, 3, 0], [3, 3, 3], [0, 0, 0]],
        "sparse": [[0, 1, 1, 0], [0, 0, 3, 0], [0, 0, 0, 0]],
    }


def test_a_shared_layer_is_numbered_by_its_calls(words: Vocabulary, ask: Ask) -> None:
    """One layer for the title and the body of a text."""
    title, body = text_input("title"), text_input("body")
    shared = StringLookup(vocabulary=words, name="shared")
    model = keras.Model([title, body], {"x": shared(title), "y": shared(body)})
    inputs = {"title": ("string", (None,)), "body": ("string", (None,))}
    assert ask(model, PreprocessSignature(inputs), title=["the"], body=["a"]) == {"shared": [1], "shared_1": [3]}


def test_calls_in_other_models_of_the_same_layer_do_not_count(words: Vocabulary, ask: Ask) -> None:
    """Training and serving often share layers."""
    text, other = text_input(), text_input("other")
    shared = StringLookup(vocabulary=words, name="shared")
    keras.Model(other, shared(other))
    model = keras.Model(text, shared(text))
    assert ask(model, PreprocessSignature(TEXT), text=["the"]) == {"shared": [1]}


@pytest.mark.parametrize("structure", [lambda x: x, lambda x: [x], lambda x: {"word": x}])
@pytest.mark.parametrize("kind", ["functional", "sequential"])
def test_lookups_in_models_within_the_model_are_found(
    kind: str, structure: Callable[[Any], Any], words: Vocabulary, ask: Ask
) -> None:
    """Preprocessing is often a model of its own, that a larger one begins with."""
    inner_text, lookup = text_input("word"), StringLookup(vocabulary=words, name="lookup")
    if kind == "functional":
        inner: Any = keras.Model(structure(inner_text), lookup(inner_text), name="inner")
    else:
        inner, structure = keras.Sequential([keras.Input((), dtype="string"), lookup], name="inner"), lambda x: x
    text = text_input()
    lowered = keras.layers.Lambda(tf.strings.lower, output_shape=())(text)
    model = keras.Model(text, keras.ops.cast(inner(structure(lowered)), "float32"))
    outer = keras.Model(text, model(text) * 2.0)
    assert ask(model, PreprocessSignature(TEXT), text=["THE"]) == {"lookup": [1]}
    assert ask(outer, PreprocessSignature(TEXT), text=["Of"]) == {"lookup": [2]}


def test_a_sequential_model_has_lookups_too(words: Vocabulary, ask: Ask) -> None:
    """Its input is taken under any name."""
    model = keras.Sequential([text_input(), StringLookup(vocabulary=words, name="lookup")])
    assert ask(model, PreprocessSignature({"word": ("string", (None,))}), word=["a"]) == {"lookup": [3]}


def test_inverse_lookups_are_answers_and_not_preprocessing(words: Vocabulary, ask: Ask) -> None:
    """They are served where they are asked for."""
    text = text_input()
    ids = StringLookup(vocabulary=words, name="ids")(text)
    model = keras.Model(text, StringLookup(vocabulary=words, invert=True, name="back")(ids))
    assert ask(model, PreprocessSignature(TEXT), text=["of"]) == {"ids": [2]}
    assert ask(model, PreprocessSignature(TEXT, ("back",)), text=["of", "?"]) == {"back": ["of", "[UNK]"]}


def test_it_shares_tables_and_vocabularies_with_the_other_signatures(
    model: Any, export: Callable[..., Any], session: Ask
) -> None:
    """No second copy, and none of the weights that it does not read."""
    inputs = {**TEXT, "size": ("int32", (None, 2))}
    directory = export(model, {"serving_default": Signature(inputs), "ids": PreprocessSignature(TEXT)})
    assert [file.name for file in (directory / "assets").iterdir()] == ["words.txt"]
    assert session(directory, "ids", text=["the a", "zebra"]) == {"ids": [[2, 4, 0, 0], [1, 0, 0, 0]]}
    alone = serving_root(model, {"ids": PreprocessSignature(TEXT)})
    assert (len(alone.weights), len(alone.tables)) == (0, 1)
    assert served_signatures(alone)["ids"].outputs == {"ids": ("int64", (None, 4))}


class Wrapping(keras.layers.Layer):
    """Calls a lookup inside itself."""

    def __init__(self, lookup: Any) -> None:
        super().__init__()
        self.lookup = lookup

    def call(self, inputs: Any) -> Any:
        return self.lookup(inputs)


def test_a_lookup_that_another_layer_calls_is_named_and_refused(words: Vocabulary, ask: Ask) -> None:
    """Leaving it out silently would look like the whole preprocessing; the others can be chosen."""
    text = text_input()
    hidden = Wrapping(StringLookup(vocabulary=words, name="hidden"))(text)
    model = keras.Model(text, {"x": hidden, "y": StringLookup(vocabulary=words, name="seen")(text)})
    with pytest.raises(SignatureError, match="lookup layer 'hidden' is called by another layer") as raised:
        serving_root(model, {"ids": PreprocessSignature(TEXT)})
    assert [problem.where for problem in raised.value.problems] == ["signatures.ids.outputs"]
    assert ask(model, PreprocessSignature(TEXT, ("seen",)), text=["a"]) == {"seen": [3]}


class Subclassed(keras.Model):
    """No graph of layers."""

    def __init__(self, lookup: Any) -> None:
        super().__init__(name="subclassed")
        self.lookup = lookup

    def call(self, inputs: Any) -> Any:
        return self.lookup(inputs)


def test_other_models_are_refused_with_the_way_out(words: Vocabulary, problems_of: Problems) -> None:
    """A subclassed model, one without lookups, unknown layers, and names that collide."""
    text = text_input()
    twins = [StringLookup(vocabulary=words, name="twin")(text) for _ in range(2)]
    twins[0], inner = twins[0], keras.Model(text, twins[1], name="inner")
    models = {
        "subclassed": Subclassed(StringLookup(vocabulary=words)),
        "plain": keras.Model(text, keras.layers.Identity()(text), name="plain"),
        "unknown": keras.Model(text, StringLookup(vocabulary=words, name="known")(text)),
        "twins": keras.Model(text, {"x": twins[0], "y": inner(text)}),
    }
    expected = {
        "subclassed": "need a functional model; 'subclassed' is subclassed. Use family: function",
        "plain": "model 'plain' has no lookup layer or tokenizer of lexport.layers",
        "unknown": "the model has no lookup layer 'other', but ['known']",
        "twins": "two lookups would be called 'twin'. Rename one of the layers",
    }
    for name, model in models.items():
        signature = PreprocessSignature(TEXT, ("other",) if name == "unknown" else ())
        with pytest.raises(SignatureError) as raised:
            serving_root(model, {"ids": signature})
        [problem] = raised.value.problems
        assert str(problem) == f"signatures.ids.outputs: {expected[name]}"


def test_the_model_is_left_as_it_was(words: Vocabulary) -> None:
    """Its own calls and answers do not change by being looked at."""
    text = text_input()
    inner_text = text_input("word")
    inner = keras.Model(inner_text, StringLookup(vocabulary=words, name="lookup")(inner_text))
    model = keras.Model(text, inner(text))
    before = [layer.name for layer in model.layers]
    serving_root(model, {"ids": PreprocessSignature(TEXT)})
    assert [layer.name for layer in model.layers] == before
    assert model(tf.constant(["of"])).numpy().tolist() == [2]


PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "gnu", "##s")


@pytest.mark.parametrize("kernel", ["classic", "fast"])
def test_a_tokenizer_gives_the_ids_of_its_pieces(kernel: str, ask: Ask, sentencepiece_model: bytes) -> None:
    """Ragged ones filled up; words alone only where they are asked for."""
    text = text_input()
    words = WhitespaceTokenizer(sequence_length=2, name="words")(text)
    cut = WordpieceTokenizer(PIECES, kernel=kernel, sequence_length=2, name="cut")(words)
    ids = BertTokenizer(PIECES, kernel=kernel, ragged=True, name="ids")(text)
    spm = SentencepieceTokenizer(sentencepiece_model, ragged=True, name="spm")
    model = keras.Model(text, {"a": cut, "b": ids, "c": spm(text)})
    answers = ask(model, PreprocessSignature(TEXT), text=["the gnus", "gnu"])
    assert answers == {
        "cut": [[[4, 0], [5, 6]], [[5, 0], [0, 0]]],
        "ids": [[4, 5, 6], [5, 0, 0]],
        "spm": spm(["the gnus", "gnu"]).to_tensor().numpy().tolist(),
    }
    assert ask(model, PreprocessSignature(TEXT, ("words",)), text=["the gnus"]) == {"words": [["the", "gnus"]]}


def test_a_packing_tokenizer_gives_ids_masks_and_types(ask: Ask) -> None:
    """Of two segments, each under its key behind the name of the layer; also in a model within the model."""
    question, answer = text_input("question"), text_input("answer")
    packer = BertTokenizer(PIECES, pack=True, sequence_length=7, name="packed")
    inner = keras.Model([question, answer], packer([question, answer])["input_word_ids"])
    ids = keras.layers.Embedding(len(PIECES), 2)(inner([question, answer]))
    model = keras.Model([question, answer], keras.layers.Flatten()(ids))
    inputs = {"question": ("string", (None,)), "answer": ("string", (None,))}
    asked = {"question": ["the gnus"], "answer": ["gnu"]}
    expected = {
        "packed_input_word_ids": [[2, 4, 5, 6, 3, 5, 3]],
        "packed_input_mask": [[1, 1, 1, 1, 1, 1, 1]],
        "packed_input_type_ids": [[0, 0, 0, 0, 0, 1, 1]],
    }
    assert ask(model, PreprocessSignature(inputs), **asked) == expected
    chosen = ("packed_input_mask", "packed_input_word_ids")
    answers = ask(model, PreprocessSignature(inputs, chosen), **asked)
    assert answers == {name: expected[name] for name in chosen}


def test_calls_of_a_packing_tokenizer_are_numbered(ask: Ask, problems_of: Problems) -> None:
    """And what is not there is told with what is."""
    title, body = text_input("title"), text_input("body")
    packer = BertTokenizer(PIECES, pack=True, sequence_length=4, name="p")
    model = keras.Model([title, body], {"x": packer(title)["input_word_ids"], "y": packer(body)["input_word_ids"]})
    inputs = {"title": ("string", (None,)), "body": ("string", (None,))}
    chosen = ("p_input_word_ids", "p_1_input_word_ids")
    answers = ask(model, PreprocessSignature(inputs, chosen), title=["the"], body=["gnu"])
    assert answers == {"p_input_word_ids": [[2, 4, 3, 0]], "p_1_input_word_ids": [[2, 5, 3, 0]]}
    with pytest.raises(SignatureError) as raised:
        ask(model, PreprocessSignature(inputs, ("p",)), title=["the"], body=["gnu"])
    assert "'p_input_word_ids'" in next(iter(problems_of(raised.value).values()))
