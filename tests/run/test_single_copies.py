"""However many signatures and layers there are, the files hold each variable and each asset once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport
from lexport import Signature, Vocabulary
from lexport.errors import PublishError
from lexport.layers import StringLookup, TextVectorization

WIDTH = 4096
TEXTS = ["the of", "naïve", "nobody"]


def _model(words: Vocabulary) -> keras.Model:
    """Three layers with one vocabulary, one embedding that is used twice, and a batch normalisation."""
    text = keras.Input((), dtype="string", name="text")
    embedding = keras.layers.Embedding(len(words) + 2, WIDTH, name="vectors")
    tokens = embedding(TextVectorization(vocabulary=words, output_sequence_length=3)(text))
    word = embedding(StringLookup(vocabulary=words, mask_token="")(text))
    vector = keras.layers.BatchNormalization()(keras.ops.mean(tokens, axis=1) + word)
    back = StringLookup(vocabulary=words, invert=True)(StringLookup(vocabulary=words)(text))
    model = keras.Model(text, {"score": keras.layers.Dense(1)(vector), "back": back})
    model.compile("adam", {"score": "mse"})
    rng = np.random.default_rng(3)
    for weight in model.weights:
        weight.assign(rng.random(weight.shape))
    return model


def _written(directory: Path) -> list[str]:
    variables = tf.train.list_variables(str(directory / "variables" / "variables"))
    return [name for name, shape in variables if shape]


def _sizes(directory: Path) -> tuple[int, dict[str, int]]:
    data = sum(file.stat().st_size for file in (directory / "variables").glob("*.data-*"))
    return data, {file.name: file.stat().st_size for file in (directory / "assets").iterdir()}


@pytest.fixture
def shared() -> Vocabulary:
    """A vocabulary whose size tells it from everything else on the disk."""
    return Vocabulary.from_terms("shared", ["the", "of", "naïve", *(f"term {number}" for number in range(97))])


def test_many_signatures_keep_one_copy_of_each_variable_and_asset(shared: Vocabulary, tmp_path: Path) -> None:
    """Of every family, and as large on the disk as those of one signature."""
    model = _model(shared)
    inputs: dict[str, Any] = {"text": ("string", (None,))}
    one = lexport.save(model, tmp_path / "one", signatures={"serving_default": Signature(inputs)})
    many = lexport.save(
        model,
        tmp_path / "many",
        signatures={
            "serving_default": Signature(inputs),
            "score": Signature(inputs, ("score",)),
            "examples": lexport.ExamplesSignature(inputs),
            "ids": lexport.PreprocessSignature(inputs),
            **{f"more_{number}": Signature(inputs) for number in range(5)},
        },
    )
    trained = [weight for weight in model.weights if "seed" not in weight.name]
    assert len(_written(one)) == len(_written(many)) == len(trained) == 7
    # A few bytes of the object graph may differ.
    assert abs(_sizes(one)[0] - _sizes(many)[0]) < 4096 < sum(weight.numpy().nbytes for weight in trained)
    assert _sizes(one)[1] == _sizes(many)[1] == {"shared.txt": len(shared.data)}
    graph = (many / "saved_model.pb").read_bytes()
    assert b"term 42" not in graph


@pytest.mark.slow
def test_a_module_that_holds_a_model_writes_its_variables_once_for_every_loader(
    shared: Vocabulary, tmp_path: Path, serve: Callable[[dict[Path, Any]], dict[Path, Any]]
) -> None:
    """Keras would have the saver restore a copy that no function reads; session loaders would not find the original."""
    module = tf.Module()
    module.model = _model(shared)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def score(text: Any) -> dict[str, Any]:
        return {"score": module.model(text)["score"]}

    module.score = score
    expected = score(tf.constant(TEXTS))["score"].numpy()
    lexport.save(module, tmp_path / "module", signatures={"serving_default": score, "again": score})
    written = _written(tmp_path / "module")
    assert len([name for name in written if "VARIABLE_VALUE" in name and "optimizer" not in name]) == 7
    embedding = module.model.get_layer("vectors").embeddings.numpy().nbytes
    assert embedding < _sizes(tmp_path / "module")[0] < 1.5 * embedding
    assert _sizes(tmp_path / "module")[1] == {"shared.txt": len(shared.data)}
    answers = serve({tmp_path / "module": {"text": TEXTS}})[tmp_path / "module"]
    for loader in ("session", "object_graph"):
        np.testing.assert_allclose(answers[loader]["score"], expected, rtol=1e-5)
    assert score(tf.constant(TEXTS))["score"].numpy().tolist() == expected.tolist()


def test_keras_variables_are_afterwards_what_they_were(shared: Vocabulary, tmp_path: Path) -> None:
    """Also where saving fails."""
    before = keras.Variable._export_to_saved_model_graph
    module = tf.Module()
    module.layer = StringLookup(vocabulary=shared)
    lexport.save(module, tmp_path / "module")
    with pytest.raises(PublishError):
        lexport.save(module, tmp_path / "module")
    assert keras.Variable._export_to_saved_model_graph is before
