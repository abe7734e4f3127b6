"""Layers of Keras's own, adopted in the place where they stand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport
from lexport import Vocabulary
from lexport.adoption import adopted
from lexport.errors import VocabularyError
from lexport.serving.portable_tables import file_of

WORDS = ["the", "of", "naïve", "gnu", "日本語"]
NUMBERS = [12, -7, 2**40]
TEXTS = ["The GNU of naïve, the gnu!", "", "of 日本語 the", "nobody knows", "[UNK] the  of\tof"]
IDF = [0.5, 1.5, 2.0, 0.25, 3.0]

Make = Callable[[Path], Any]


def _path(folder: Path) -> str:
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in WORDS))
    return str(folder / "vocab.txt")


def _adapted(layer: Any, data: list[Any]) -> Any:
    layer.adapt(np.array(data))
    return layer


def _string(**arguments: Any) -> Make:
    return lambda folder: keras.layers.StringLookup(vocabulary=WORDS, name="layer", **arguments)


def _integer(**arguments: Any) -> Make:
    return lambda folder: keras.layers.IntegerLookup(vocabulary=NUMBERS, name="layer", **arguments)


def _text(**arguments: Any) -> Make:
    return lambda folder: keras.layers.TextVectorization(vocabulary=WORDS, name="layer", **arguments)


def _lower(texts: Any) -> Any:
    return tf.strings.lower(texts)


LAYERS: dict[str, Make] = {
    "string from a list": _string(),
    "string from a path": lambda folder: keras.layers.StringLookup(vocabulary=_path(folder), name="layer"),
    "string adapted": lambda folder: _adapted(keras.layers.StringLookup(name="layer"), [["of"], ["the"], ["the"]]),
    "string with a mask": _string(mask_token="the me", num_oov_indices=3),  # noqa: S106
    "string without OOV": _string(num_oov_indices=0),
    "string with salt": _string(num_oov_indices=4, salt=[7, 8]),
    "string inverse": _string(invert=True),
    "string one-hot": _string(output_mode="one_hot"),
    "string multi-hot": _string(output_mode="multi_hot", mask_token=""),
    "string padded counts": _string(output_mode="count", max_tokens=9, pad_to_max_tokens=True),
    "string tf-idf": _string(output_mode="tf_idf", idf_weights=IDF),
    "string sparse": _string(output_mode="multi_hot", sparse=True),
    "string tf-idf adapted": lambda folder: _adapted(
        keras.layers.StringLookup(output_mode="tf_idf", name="layer"), [["of", "the"], ["the", "gnu"]]
    ),
    "integer from a list": _integer(),
    "integer with a mask": _integer(mask_token=0, num_oov_indices=2, oov_method="farmhash"),
    "integer inverse": _integer(invert=True, oov_token=-99),
    "integer adapted": lambda folder: _adapted(keras.layers.IntegerLookup(name="layer"), [[5], [5], [7]]),
    "integer multi-hot": _integer(output_mode="multi_hot"),
    "text from a list": _text(output_sequence_length=4),
    "text from a path": lambda folder: keras.layers.TextVectorization(vocabulary=_path(folder), name="layer"),
    "text adapted": lambda folder: _adapted(keras.layers.TextVectorization(name="layer"), TEXTS),
    "text by character": lambda folder: _adapted(
        keras.layers.TextVectorization(split="character", name="layer"), ["gnu naïve", "日本"]
    ),
    "text ragged": _text(ragged=True),
    "text of n-grams": _text(ngrams=2, output_mode="count"),
    "text multi-hot": _text(output_mode="multi_hot", max_tokens=20, pad_to_max_tokens=True),
    "text tf-idf": _text(output_mode="tf_idf", idf_weights=IDF),
    "text tf-idf adapted": lambda folder: _adapted(
        keras.layers.TextVectorization(output_mode="tf_idf", name="layer"), TEXTS
    ),
    "text unsplit": _text(split=None, standardize=None),
    "text standardized by a function": _text(standardize=_lower),
}
each_layer = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS.keys())


def _inputs(layer: Any) -> Any:
    """First and last terms, what is none, special tokens, the empty string, foreign text; what the layer can take."""
    if isinstance(layer, keras.layers.TextVectorization):
        return tf.constant([*TEXTS, "gnu", "GNU.", "the me"])
    if layer.invert:
        return tf.constant([0, 1, 2, 3, 4, 5, 99], tf.int64)
    known, unknown = (WORDS, ["", "[UNK]", "the me", "Ω"]) if layer.vocabulary_dtype == "string" else (NUMBERS, [0, -1])
    return tf.constant(known + (unknown if layer.num_oov_indices else []))  # type: ignore[operator]


def _answer(layer: Any) -> Any:
    return [part.numpy().tolist() for part in tf.nest.flatten(layer(_inputs(layer)), expand_composites=True)]


def _model(layer: Any) -> Any:
    dtype = "int64" if _inputs(layer).dtype == tf.int64 else "string"
    return keras.Sequential([keras.Input((), dtype=dtype), layer])


def _description(layer: Any) -> dict[str, Any]:
    """What somebody could notice of a layer."""
    lookup = getattr(layer, "_lookup_layer", layer)
    children = tf.train.TrackableView(lookup).children(lookup)
    return {
        "class": (type(layer), type(lookup)),
        "state": [sorted(vars(one)) for one in (layer, lookup)],
        "names": (layer.name, lookup.name),
        "config": layer.get_config(),
        "children": {name: id(child) for name, child in children.items() if name != "lookup_table"},
        "table": (id(lookup.lookup_table), lookup.lookup_table._shared_name, id(lookup.lookup_table._initializer)),
        "initializer": id(dict(tf.train.TrackableView.children(lookup.lookup_table))["_initializer"]),
        "answer": _answer(layer),
    }


# -- what changes, and what does not ---------------------------------------------------------------------------


@each_layer
def test_an_adopted_layer_owns_its_vocabulary_and_answers_as_before(make: Make, tmp_path: Path) -> None:
    """It is the same object, under its name, with its table, its weights, its terms and its answers."""
    layer = make(tmp_path)
    lookup = getattr(layer, "_lookup_layer", layer)
    answer, terms, table, kind = _answer(layer), layer.get_vocabulary(), lookup.lookup_table, type(layer)
    size = layer.vocabulary_size()
    report = lexport.adopt(_model(layer))
    [one] = report.layers
    assert (one.name, one.kind) == ("layer", kind.__name__)
    assert isinstance(layer, getattr(lexport.layers, kind.__name__))
    assert (_answer(layer), layer.get_vocabulary(), layer.vocabulary_size()) == (answer, terms, size)
    assert lookup.lookup_table is table
    assert layer.vocabulary is one.vocabulary
    assert list(one.vocabulary.terms) == layer.get_vocabulary(include_special_tokens=False)
    assert file_of(table) == str(one.vocabulary.path)


@each_layer
def test_an_adopted_model_travels_with_its_vocabulary(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into a SavedModel by lexport, as a file; and through `.keras` to a machine whose store is empty."""
    layer = make(tmp_path)
    model = _model(layer)
    answer = _answer(layer)
    lexport.adopt(model)
    if not isinstance(model.outputs[0], keras.KerasTensor) or not (layer.get_config().get("sparse")):
        saved = lexport.save(model, tmp_path / "saved") if not layer.get_config().get("ragged") else None
        names = [] if saved is None else [path.name for path in (saved / "assets").iterdir()]
        assert names in ([], [f"{layer.vocabulary.name}.txt"])
    model.save(tmp_path / "model.keras")
    monkeypatch.setenv("LEXPORT_HOME", str(tmp_path / "another home"))
    custom = {"_lower": _lower}
    reloaded = keras.saving.load_model(tmp_path / "model.keras", custom_objects=custom).layers[-1]
    assert type(reloaded) is type(layer)
    assert reloaded.vocabulary == layer.vocabulary
    assert _answer(reloaded) == answer


@each_layer
def test_an_adoption_for_a_while_leaves_nothing_behind(make: Make, tmp_path: Path) -> None:
    """Class, attributes, names, config, tracked children, table and answers are those from before."""
    layer = make(tmp_path)
    model = _model(layer)
    before = _description(layer)
    with adopted(model):
        assert type(layer) is not before["class"][0]
    assert _description(layer) == before
    with pytest.raises(AttributeError):
        _ = layer.vocabulary


def test_an_adopted_layer_can_learn_again() -> None:
    """`adapt` and `set_vocabulary` work on, and what comes of them is owned, under the layer's name."""
    layer = _adapted(keras.layers.TextVectorization(name="words"), ["a b b"])
    lexport.adopt(layer)
    layer.adapt(["c c d"])
    assert layer.vocabulary == Vocabulary.from_terms("words", ["c", "d"])
    assert layer.vocabulary.name == "words"
    layer.set_vocabulary(["e"])
    assert layer(["e d"]).numpy().tolist() == [[2, 1]]


def test_a_second_adoption_finds_nothing_to_do() -> None:
    """Layers that own their vocabulary are left alone."""
    layer = keras.layers.StringLookup(vocabulary=WORDS)
    lexport.adopt(layer)
    owned = layer.vocabulary
    assert str(lexport.adopt(layer)) == "no layer to adopt"
    assert layer.vocabulary is owned


def test_the_memory_counts_and_not_the_file(tmp_path: Path) -> None:
    """A vocabulary file that was edited or deleted since changes nothing: the ids are those of the training."""
    edited = keras.layers.StringLookup(vocabulary=_path(tmp_path), name="edited")
    (tmp_path / "vocab.txt").write_text("gnu\nthe\n")
    lexport.adopt(edited)
    assert list(edited.vocabulary.terms) == WORDS
    (tmp_path / "deleted.txt").write_text("b\na\n")
    deleted = keras.layers.TextVectorization(vocabulary=str(tmp_path / "deleted.txt"))
    (tmp_path / "deleted.txt").unlink()
    lexport.adopt(deleted)
    assert deleted.vocabulary.terms == ("b", "a")
    assert deleted.vocabulary.name == "deleted"


def test_a_special_token_at_the_head_of_a_file_keeps_its_id(tmp_path: Path) -> None:
    """A dumped `get_vocabulary()`: Keras took it for a term, so the model was trained with its id."""
    (tmp_path / "dumped.txt").write_text("[UNK]\nthe\n")
    layer = keras.layers.StringLookup(vocabulary=str(tmp_path / "dumped.txt"))
    answer = layer(["the", "[UNK]", "x"]).numpy().tolist()
    assert answer == [2, 1, 0]
    lexport.adopt(layer)
    assert layer(["the", "[UNK]", "x"]).numpy().tolist() == answer
    assert layer.vocabulary.terms == ("[UNK]", "the")


# -- where a layer may stand --------------------------------------------------------------------------------------


class Module(tf.Module):
    """Serves a layer of Keras's with a function of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = {"lookup": [keras.layers.StringLookup(vocabulary=WORDS, name="words")]}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string, name="word")])
    def serve(self, word: Any) -> Any:
        return {"id": self.parts["lookup"][0](word)}


def test_a_module_with_functions_that_were_traced_before_is_saved_with_its_vocabulary(tmp_path: Path) -> None:
    """They read the table that they were traced with, and that is the one that is saved from a file."""
    module = Module()
    answer = module.serve(tf.constant(["of", "nobody"]))["id"].numpy().tolist()
    path = lexport.save(module, tmp_path / "model", signatures=module.serve)
    assert {file.name: file.read_text() for file in (path / "assets").iterdir()} == {
        "words.txt": "".join(f"{word}\n" for word in WORDS)
    }
    assert type(module.parts["lookup"][0]) is keras.layers.StringLookup
    served = tf.saved_model.load(str(path)).signatures["serving_default"](word=tf.constant(["of", "nobody"]))
    assert served["id"].numpy().tolist() == answer == [2, 0]


def _space() -> Any:
    space = keras.utils.FeatureSpace(
        {"colour": "string_categorical", "year": keras.utils.FeatureSpace.integer_categorical(num_oov_indices=2)},
        output_mode="concat",
    )
    space.adapt({"colour": ["red", "größe", "red"], "year": [1999, 2005, 1999]})
    return space


ROWS = {"colour": tf.constant(["größe", "red", "blue"]), "year": tf.constant([1999, 7, 2005], tf.int64)}


@pytest.mark.parametrize("reload", [False, True], ids=["as it was made", "reloaded"])
def test_a_feature_space_is_adopted_whole(reload: bool, tmp_path: Path) -> None:
    """Its answers stay, alone and in `tf.data`; from a file it is what it was when it was saved."""
    space = _space()
    answer = space(ROWS).numpy().tolist()
    if reload:
        space.save(tmp_path / "space.keras")
        space = keras.saving.load_model(tmp_path / "space.keras")
    report = lexport.adopt(space)
    assert [one.kind for one in report.layers] == ["StringLookup", "IntegerLookup"]
    assert space(ROWS).numpy().tolist() == answer
    [batch] = tf.data.Dataset.from_tensor_slices(ROWS).batch(3).map(space)
    assert batch.numpy().tolist() == answer
    space.save(tmp_path / "adopted.keras")
    assert keras.saving.load_model(tmp_path / "adopted.keras")(ROWS).numpy().tolist() == answer


# -- what a file is called -------------------------------------------------------------------------------------


def _two(first: list[str], second: list[str]) -> Any:
    text = keras.Input((), dtype="string")
    towers = [
        keras.Sequential([keras.Input((), dtype="string"), keras.layers.StringLookup(vocabulary=terms, name="words")])
        for terms in (first, second)
    ]
    return keras.Model(text, [tower(text) for tower in towers])


def test_layers_of_one_name_get_files_of_two_names() -> None:
    """Sub-models often call their layers alike."""
    report = lexport.adopt(_two(["a"], ["b"]))
    assert [(one.name, one.vocabulary.name) for one in report.layers] == [("words", "words"), ("words", "words_2")]


def test_layers_with_the_same_terms_share_a_file() -> None:
    """A lookup and its inverse, say."""
    report = lexport.adopt(_two(["a", "b"], ["a", "b"]))
    assert [one.vocabulary.name for one in report.layers] == ["words", "words"]


def test_a_vocabulary_that_is_known_keeps_its_name_and_its_statistics() -> None:
    """Whether a layer of lexport owns it already or the caller gives it."""
    labels = Vocabulary.from_terms("labels", ["a", "b"], counts=[9, 3])
    layer = keras.layers.StringLookup(vocabulary=["a", "b"], name="lookup")
    [one] = lexport.adopt(layer, vocabularies=[labels]).layers
    assert one.vocabulary is labels
    text = keras.Input((), dtype="string")
    ours = lexport.layers.StringLookup(vocabulary=labels)
    model = keras.Model(text, [ours(text), keras.layers.StringLookup(vocabulary=["a", "b"])(text)])
    assert lexport.adopt(model).layers[0].vocabulary is labels


# -- what cannot be adopted ------------------------------------------------------------------------------------


class Louder(keras.layers.StringLookup):
    """A lookup of the user's."""

    def call(self, inputs: Any) -> Any:
        return super().call(inputs) + 100


class Shouting(keras.layers.TextVectorization):
    """A text layer of the user's."""

    def call(self, inputs: Any) -> Any:
        return super().call(tf.strings.lower(inputs))


def _gaps() -> Any:
    layer = keras.layers.StringLookup(vocabulary=["a", "b"], name="gaps")
    initializer = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([1, 3], tf.int64))
    layer.lookup_table = tf.lookup.StaticHashTable(initializer, 0)
    return layer


def _masked(folder: Path) -> Any:
    (folder / "masked.txt").write_text("a\n[MASK]\n")
    return keras.layers.StringLookup(vocabulary=str(folder / "masked.txt"), mask_token="[MASK]", name="masked")  # noqa: S106


def _latin(folder: Path) -> Any:
    (folder / "latin.txt").write_bytes(b"a\n\xff\n")
    return keras.layers.StringLookup(vocabulary=str(folder / "latin.txt"), name="latin")


def _full(folder: Path) -> Any:
    (folder / "full.txt").write_text("a\nb\nc\n")
    return keras.layers.StringLookup(vocabulary=str(folder / "full.txt"), max_tokens=2, name="full")


OBSTACLES: dict[str, tuple[Make, str]] = {
    "no vocabulary": (
        lambda folder: keras.layers.TextVectorization(name="empty"),
        r"layer 'empty': has no vocabulary. Call adapt\(\) or set_vocabulary",
    ),
    "a user's own class": (
        lambda folder: Louder(vocabulary=["a"], name="louder"),
        r"layer 'louder': is a Louder, a class of your own below keras\.layers\.StringLookup, .* Derive it from lex",
    ),
    "the empty string": (
        lambda folder: keras.layers.StringLookup(vocabulary=["a", ""], name="hollow"),
        r"layer 'hollow', line 2: .*empty",
    ),
    "a line end": (
        lambda folder: keras.layers.StringLookup(vocabulary=["a\nb", "c\rd"], name="broken"),
        r"layer 'broken', line 1: .*\n.*layer 'broken', line 2: ",
    ),
    "not UTF-8": (
        _latin,
        r"layer 'latin', line 2: not-utf8",
    ),
    "ids with gaps": (lambda folder: _gaps(), r"layer 'gaps': its ids are not consecutive: required 2; received 3"),
    "a mask among the terms": (_masked, r"layer 'masked': holds '\[MASK\]', the layer's mask token"),
    "more terms than max_tokens": (_full, r"layer 'full': has 4 ids.*max_tokens allows 2"),
}


@pytest.mark.parametrize(("make", "message"), OBSTACLES.values(), ids=OBSTACLES.keys())
def test_a_layer_that_cannot_own_its_vocabulary_is_named_with_the_reason(
    make: Make, message: str, tmp_path: Path
) -> None:
    """And it is as it was."""
    layer = make(tmp_path)
    kind, state = type(layer), dict(vars(layer))
    with pytest.raises(VocabularyError, match=message):
        lexport.adopt(layer)
    assert type(layer) is kind
    assert vars(layer) == state


class Holder(keras.layers.Layer):
    """Holds whatever it is given."""

    def __init__(self, *held: Any) -> None:
        super().__init__()
        self.held = list(held)


def test_all_obstacles_are_named_at_once_and_no_other_layer_is_changed(tmp_path: Path) -> None:
    """A model that is partly adopted would be neither the one nor the other."""
    good = keras.layers.StringLookup(vocabulary=["a"])
    before = _description(good)
    with pytest.raises(VocabularyError) as raised:
        lexport.adopt(Holder(good, *(make(tmp_path) for make, _ in OBSTACLES.values())))
    assert len(raised.value.problems) == len(OBSTACLES) + 1
    assert _description(good) == before


def test_a_layer_that_would_answer_otherwise_puts_all_of_them_back() -> None:
    """Here its standardization never does the same twice."""
    count = iter(range(10**6))
    good = keras.layers.StringLookup(vocabulary=["a"], name="good")
    moody = keras.layers.TextVectorization(
        vocabulary=["a"], standardize=lambda texts: tf.repeat(texts, next(count) + 1), name="moody"
    )
    before, state = _description(good), dict(vars(moody._lookup_layer))
    with pytest.raises(VocabularyError, match=r"layer 'moody': would answer otherwise: required .*; received"):
        lexport.adopt(Holder(good, moody))
    assert _description(good) == before
    assert type(moody) is keras.layers.TextVectorization
    assert vars(moody._lookup_layer) == state


def test_a_file_that_would_fill_another_table_is_seen() -> None:
    """The proof does not rest on the table that is in memory anyway."""
    from lexport.adoption.proof import table_difference
    from lexport.adoption.stock_lookups import StockLookup

    stock = StockLookup(keras.layers.StringLookup(vocabulary=["a", "b"], name="words"))
    assert table_difference(stock, Vocabulary.from_terms("words", ["a", "b"])) is None
    swapped = table_difference(stock, Vocabulary.from_terms("words", ["b", "a"]))
    assert "its file maps" in str(swapped)
    longer = table_difference(stock, Vocabulary.from_terms("words", ["a", "b", "c"]))
    assert "its file fills 3 entries; its table has 2" in str(longer)


def test_what_users_derived_from_keras_layers_is_adopted_where_that_is_safe(tmp_path: Path) -> None:
    """A text layer keeps its class and only its lookup changes; a lookup with a file of its own stays as it is."""
    text = Shouting(vocabulary=["a"], name="text")
    filed = Louder(vocabulary=_path(tmp_path), name="filed")
    [one] = lexport.adopt(Holder(text, filed)).layers
    assert (one.name, one.kind, type(text)) == ("text", "Shouting", Shouting)
    assert type(text._lookup_layer) is lexport.layers.StringLookup
    assert text(["A"]).numpy().tolist() == [[2]]
    assert type(filed) is Louder
