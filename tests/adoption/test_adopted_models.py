"""Models as users write them, with layers of Keras's own: each exported, and verified by all loaders."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport
from lexport import Signature
from lexport.config import load_config
from lexport.layers.owned_vocabulary import OwnedVocabulary
from lexport.publish import read_manifest
from lexport.run.run_export import run_export
from lexport.serving.owned_assets import descendants
from lexport.verify.candidates import CANDIDATES

pytestmark = [
    pytest.mark.slow,
    # Keras 3.15's variables do not take numpy 2's copy keyword; every save of weights says so.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

TEXTS = ["The gnu of naïve gnus!", "日本語 the", "of the of", ""]
WORDS = ["the", "of", "naïve", "日本語"]


@dataclass(frozen=True)
class Case:
    """A model, what to ask it, and the files that it must own once it is exported."""

    model: Any
    examples: list[dict[str, Any]]
    assets: set[str]
    signature: Signature | None = None


def _text(name: str = "text") -> Any:
    return keras.Input((), dtype="string", name=name)


def functional(folder: Path) -> Case:
    """Every kind of lookup, from every kind of source."""
    (folder / "from_file.txt").write_text("".join(f"{word}\n" for word in WORDS))
    text, number = _text(), keras.Input((), dtype="int64", name="number")
    adapted = keras.layers.TextVectorization(output_sequence_length=5, name="adapted")
    adapted.adapt(TEXTS)
    idf = keras.layers.TextVectorization(output_mode="tf_idf", name="idf")
    idf.adapt(["the gnu", "the hurd"])
    filed = keras.layers.StringLookup(vocabulary=str(folder / "from_file.txt"), mask_token="", name="filed")
    listed = keras.layers.IntegerLookup(vocabulary=[7, 12], num_oov_indices=2, name="listed")
    labels = keras.layers.StringLookup(vocabulary=["yes", "no"], invert=True, name="labels")
    embedded = keras.layers.Embedding(20, 3)(adapted(text))
    outputs = {
        "score": keras.layers.Dense(2)(keras.layers.GlobalAveragePooling1D()(embedded)),
        "idf": idf(text),
        "id": filed(text),
        "bucket": listed(number),
        "label": labels(listed(number)),
        "hot": keras.layers.StringLookup(vocabulary=WORDS, output_mode="one_hot", name="hot")(text),
    }
    model = keras.Model([text, number], outputs, name="functional")
    examples = [{"text": text, "number": number} for text, number in zip(TEXTS, (7, 12, 1, 0), strict=True)]
    # What has the same terms shares a file, under the name of the file where there was one.
    assets = {"adapted.txt", "idf.txt", "from_file.txt", "listed.txt", "labels.txt"}
    return Case(model, examples, assets)


def _tower(terms: list[str]) -> Any:
    lookup = keras.layers.StringLookup(vocabulary=terms, name="words")
    return keras.Sequential([keras.Input((2,), dtype="string"), lookup, keras.layers.Embedding(9, 2)])


def nested_wrapped_and_shared(folder: Path) -> Case:
    """Sub-models whose layers have the same name, one of them called twice; a lookup in a wrapper."""
    pair = keras.Input((2,), dtype="string", name="pair")
    first, second = _tower(WORDS), _tower(["gnu", "hurd"])
    inner = keras.Model(pair, [first(pair), second(pair)], name="inner")
    steps = keras.layers.TimeDistributed(keras.layers.StringLookup(vocabulary=["the"], name="step"))
    shared = keras.layers.TextVectorization(vocabulary=["of", "gnu"], output_sequence_length=2, name="shared")
    left, right = shared(pair[:, 0]), shared(pair[:, 1])
    stepped = steps(keras.ops.expand_dims(pair, -1))
    outputs = [*inner(pair), second(pair), stepped, left, right]
    model = keras.Model(pair, dict(zip("abcdef", outputs, strict=True)), name="nested")
    examples = [{"pair": [one, other]} for one in ("the", "gnu", "of") for other in ("naïve", "nobody")]
    return Case(model, examples, {"words.txt", "words_2.txt", "step.txt", "shared.txt"})


@keras.saving.register_keras_serializable(package="lexport_adoption_tests")
class Words(keras.layers.Layer):
    """Keeps its lookups in a list and a dict, and traces a function of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lookups = [keras.layers.StringLookup(vocabulary=WORDS, name="in_list")]
        self.more = {"text": keras.layers.TextVectorization(vocabulary=["gnu"], name="in_dict", output_mode="count")}

    @tf.function
    def ids(self, texts: Any) -> Any:
        return self.lookups[0](texts)

    def call(self, texts: Any) -> Any:
        return self.ids(texts), self.more["text"](texts)


@keras.saving.register_keras_serializable(package="lexport_adoption_tests")
class Classifier(keras.Model):
    """A model of the user's, which says nothing of its inputs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = Words()
        self.number = keras.layers.IntegerLookup(vocabulary=[5, 6, 7], name="as_attribute")
        self.dense = keras.layers.Dense(2)

    def call(self, inputs: Any) -> Any:
        ids, counts = self.words(inputs["text"])
        return {"id": ids, "number": self.number(inputs["number"]), "score": self.dense(counts)}


def _subclassed() -> Case:
    model = Classifier(name="subclassed")
    # The user's function is traced here, long before there is anything to adopt.
    model({"text": tf.constant(TEXTS), "number": tf.constant([5, 6, 7, 8], tf.int64)})
    signature = Signature({"text": ("string", (None,)), "number": ("int64", (None,))}, ("id", "number", "score"))
    examples = [{"text": text, "number": number} for text, number in zip([*WORDS, "gnu"], range(4, 9), strict=True)]
    return Case(model, examples, {"in_list.txt", "in_dict.txt", "as_attribute.txt"}, signature)


def subclassed(folder: Path) -> Case:
    """Lookups in attributes, lists and dicts of a subclassed model and of its layers."""
    return _subclassed()


def reloaded(folder: Path) -> Case:
    """The same from a `.keras` file, which a stock layer reads back as a list."""
    case = _subclassed()
    case.model.save(folder / "model.keras")
    model = keras.saving.load_model(folder / "model.keras")
    return Case(model, case.examples, case.assets, case.signature)


def feature_space(folder: Path) -> Case:
    """A `FeatureSpace`, adapted, in front of a model."""
    space = keras.utils.FeatureSpace(
        {
            "colour": keras.utils.FeatureSpace.string_categorical(name="colour"),
            "year": keras.utils.FeatureSpace.integer_categorical(name="year", output_mode="int"),
            "price": "float_normalized",
            "text": keras.utils.FeatureSpace.feature(
                "string", keras.layers.TextVectorization(output_mode="multi_hot", name="words"), "float"
            ),
        },
        crosses=[("colour", "year")],
        output_mode="dict",
    )
    rows = {"colour": ["red", "größe", "red"], "year": [1, 2, 2], "price": [1.0, 2.0, 4.0], "text": TEXTS[:3]}
    space.adapt(tf.data.Dataset.from_tensor_slices(rows).batch(2))
    encoded = space.get_encoded_features()
    flat = [keras.layers.Flatten()(encoded[name]) for name in ("colour", "price", "text", "colour_X_year")]
    numeric = keras.layers.Concatenate()(flat)
    outputs = {"score": keras.layers.Dense(1)(numeric), "year": encoded["year"]}
    examples = [{name: [values[index]] for name, values in rows.items()} for index in range(3)]
    assets = {"colour_preprocessor.txt", "year_preprocessor.txt", "words.txt"}
    return Case(keras.Model(space.get_inputs(), outputs, name="features"), examples, assets)


CASES: tuple[Callable[[Path], Case], ...] = (functional, nested_wrapped_and_shared, subclassed, reloaded, feature_space)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_model_of_stock_layers_is_exported_with_its_vocabularies_and_left_as_it_was(
    make: Callable[[Path], Case], tmp_path: Path
) -> None:
    """Every loader repeats the answers that the model gives with its own layers, and every vocabulary is a file."""
    case = make(tmp_path)
    report = lexport.export(case.model, tmp_path / "exports", signatures=case.signature, examples=case.examples)
    assert report.passed
    outcomes = {check.name: check.passed for check in report.verification.checks}
    assert {f"replay:{candidate.name}:serving_default" for candidate in CANDIDATES} <= outcomes.keys()
    assert {path.name for path in (report.path / "assets").iterdir()} == case.assets
    assert {f"{name}.txt" for name in read_manifest(report.path).vocabularies} == case.assets
    assert [child for child in descendants(case.model) if isinstance(child, OwnedVocabulary)] == []


CONFIG = """\
name: from_file
vocabularies: {words: {file: words.txt}}
model: {file: model.keras}
signatures: {serving_default: {inputs: {text: {dtype: string, shape: [null]}}, outputs: [output_0]}}
publish: {directory: exports}
device: cpu
"""


def test_a_file_of_a_config_is_adopted_under_the_names_of_the_config(tmp_path: Path) -> None:
    """A Sequential model that was trained elsewhere; the config says what its vocabulary is called."""
    layer = keras.layers.TextVectorization(output_sequence_length=4)
    layer.adapt(TEXTS)
    text = keras.Input((), dtype="string", name="text")
    model = keras.Sequential([text, layer, keras.layers.Embedding(20, 2), keras.layers.Flatten()])
    model.compile("adam", "mse")
    model.fit(tf.constant(TEXTS), np.ones((4, 8)), verbose=0)
    model.save(tmp_path / "model.keras")
    (tmp_path / "words.txt").write_text(
        "".join(f"{term}\n" for term in layer.get_vocabulary(include_special_tokens=False))
    )
    (tmp_path / "config.yaml").write_text(CONFIG)
    report = run_export(load_config(tmp_path / "config.yaml"))
    assert report.passed
    assert [path.name for path in (report.path / "assets").iterdir()] == ["words.txt"]
