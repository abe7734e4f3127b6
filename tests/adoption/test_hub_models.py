"""Models with tokenizers of keras-hub: exported, verified by all loaders, and saved by TensorFlow itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import lexport
from lexport.adoption import adopted
from lexport.config import load_config
from lexport.run.run_export import run_export
from lexport.serving.model_root import serving_root
from lexport.serving.signature import signature_of_model
from lexport.verify.candidates import CANDIDATES
from tests.adoption.hub_models import PIECES, keras_hub, proto, sentence_piece, word_piece

pytestmark = [
    pytest.mark.slow,
    # Keras 3.15's variables do not take numpy 2's copy keyword; every save of weights says so.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

TEXTS = ["The GNUs! a-b", "hurd 漢字 é", ""]


def _classifier() -> Any:
    text = keras.Input((), dtype="string", name="text")
    bert = keras_hub.models.BertTokenizer([*PIECES, "are"], lowercase=True, name="bert")
    packed = keras_hub.models.BertTextClassifierPreprocessor(bert, sequence_length=8)(text)
    words = word_piece(lowercase=True, strip_accents=True, dtype="string", sequence_length=5, name="words")
    model = sentence_piece(sequence_length=6, add_bos=True, name="model")
    embedded = keras.layers.Embedding(len(PIECES) + 1, 3)(packed["token_ids"])
    outputs = {
        "score": keras.layers.Dense(2)(keras.layers.GlobalAveragePooling1D()(embedded)),
        "mask": packed["padding_mask"],
        "segments": packed["segment_ids"],
        "words": words(text),
        "pieces": model(text),
        "t5": keras_hub.models.T5Tokenizer(proto("bpe"), sequence_length=6, name="t5")(text),
    }
    return keras.Model(text, outputs, name="classifier")


class Subclassed(keras.Model):  # type: ignore[misc]
    """Keeps its tokenizer in a list, and gives text back."""

    def __init__(self) -> None:
        super().__init__()
        self.tokenizers = [word_piece(sequence_length=4, name="inner")]

    def call(self, text: Any) -> Any:
        """Gives the ids, and the text that they stand for."""
        [tokenizer] = self.tokenizers
        ids = tokenizer(text)
        return {"ids": ids, "text": tokenizer.detokenize(ids)}


def test_a_model_is_exported_with_owned_assets_and_verified_by_all_loaders(tmp_path: Path) -> None:
    """Tokenizers of keras-hub and of its models: files in assets/, no piece in the graph, the model as it was."""
    model = _classifier()
    before = model.predict(tf.constant(TEXTS), verbose=0)
    report = lexport.export(model, tmp_path / "out", examples=[{"text": text} for text in TEXTS])
    replays = {check.name.split(":")[1] for check in report.verification.checks if check.name.startswith("replay:")}
    assert replays == {candidate.name for candidate in CANDIDATES}
    assert all(check.passed for check in report.verification.checks)
    loaded = lexport.load(report.path)
    automata = {asset.name for asset in loaded.assets if asset.name.endswith(".wordpiece")}
    assert len(automata) == 2
    assert {asset.name for asset in loaded.assets} - automata == {"bert.txt", "words.txt", "model.model", "t5.model"}
    assert loaded.vocabularies["bert"].terms == (*PIECES, "are")
    assert loaded.assets["t5.model"].path.read_bytes() == proto("bpe")
    served = loaded.signatures["serving_default"](text=tf.constant(TEXTS))
    for name, expected in before.items():
        compare = np.testing.assert_allclose if name == "score" else np.testing.assert_array_equal
        compare(served[name].numpy(), expected)
    graph = (report.path / "saved_model.pb").read_bytes()
    assert b"##s" not in graph
    assert "▁the".encode() not in graph


def test_a_subclassed_model_is_exported_and_detokenizes(tmp_path: Path) -> None:
    """The automaton joins pieces again, out of the same file."""
    signature = lexport.Signature({"text": ("string", (None,))})
    report = lexport.export(
        Subclassed(),
        tmp_path / "out",
        signatures={"serving_default": signature},
        examples=[{"text": text} for text in TEXTS],
    )
    served = lexport.load(report.path).signatures["serving_default"](text=tf.constant(["gnus hurd"]))
    assert served["ids"].numpy().tolist() == [[6, 7, 9, 0]]
    assert served["text"].numpy().tolist() == [b"gnus hurd [PAD]"]


def test_the_graph_does_not_grow_with_the_vocabulary(tmp_path: Path) -> None:
    """Twenty thousand pieces more are in assets/, and not one byte more than their digests' in saved_model.pb."""
    sizes = []
    for count in (10, 20_000):
        text = keras.Input((), dtype="string", name="text")
        pieces = ["[UNK]", *(f"quixotic{number}" for number in range(count))]
        tokenizer = keras_hub.tokenizers.WordPieceTokenizer(pieces, sequence_length=4, name="pieces")
        path = lexport.save(keras.Model(text, tokenizer(text)), tmp_path / str(count))
        graph = (path / "saved_model.pb").read_bytes()
        assert b"quixotic" not in graph
        assert (path / "assets" / "pieces.txt").read_text().split() == pieces
        sizes.append(len(graph))
    assert abs(sizes[1] - sizes[0]) < 10_000


@pytest.mark.parametrize("way", ["tf.saved_model.save", "model.export"])
def test_tensorflow_itself_saves_the_assets_of_an_adopted_model(tmp_path: Path, way: str) -> None:
    """Whoever calls `adopt` and then exports without lexport has owned assets as well."""
    text = keras.Input((), dtype="string", name="text")
    layers = [word_piece(sequence_length=4, name="pieces"), sentence_piece(sequence_length=4, name="model")]
    model = keras.Model(text, dict(zip("ab", (layer(text) for layer in layers), strict=True)))
    lexport.adopt(model)
    if way == "model.export":
        model.export(str(tmp_path / "model"), verbose=False)
    else:
        serve = tf.function(model, input_signature=[tf.TensorSpec([None], tf.string, name="text")], autograph=False)
        tf.saved_model.save(model, str(tmp_path / "model"), signatures=serve)
    names = sorted(path.name for path in (tmp_path / "model" / "assets").iterdir())
    assert [names[0], *names[2:]] == ["model.model", "pieces.txt"]
    expected = model.predict(tf.constant(TEXTS), verbose=0)
    served = tf.saved_model.load(str(tmp_path / "model")).signatures["serving_default"](text=tf.constant(TEXTS))
    for name, values in expected.items():
        np.testing.assert_array_equal(served[name].numpy(), values)


WITHOUT_IT = """
import sys
import keras, lexport
lookup = keras.layers.StringLookup(vocabulary=["a"])
lexport.adopt(lookup)
print("keras_hub" in sys.modules)
"""


def test_a_model_without_keras_hub_does_not_load_it() -> None:
    """It takes seconds, and need not be installed."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_IT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


LOADED = """
import json, sys
import keras, keras_hub
import tensorflow as tf
model = keras.models.load_model(sys.argv[1])
print(json.dumps([model.predict(tf.constant(["the gnus!"]), verbose=0).tolist(), "lexport" in sys.modules]))
"""


def test_a_keras_file_of_an_adopted_model_is_loaded_without_lexport(tmp_path: Path) -> None:
    """Adoption changes nothing that keras-hub writes."""
    text = keras.Input((), dtype="string", name="text")
    model = keras.Model(text, word_piece(sequence_length=4)(text))
    lexport.adopt(model)
    model.save(tmp_path / "model.keras")
    command = [sys.executable, "-c", LOADED, str(tmp_path / "model.keras")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [[[5, 6, 7, 8]], False]


CONFIG = """
name: hub
vocabularies:
  pieces: {file: pieces.txt, allow: [special-token]}
model: {file: model.keras}
signatures:
  serving_default:
    inputs: {text: {dtype: string, shape: [null]}}
    outputs: [ids, pieces]
verify: {examples: examples.jsonl}
publish: {directory: out}
"""


@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_a_keras_file_is_exported_from_a_config(tmp_path: Path) -> None:
    """A vocabulary of the config goes to the tokenizer that has its pieces."""
    text = keras.Input((), dtype="string", name="text")
    bert = keras_hub.models.BertTokenizer(PIECES, lowercase=True, sequence_length=6)
    outputs = {"ids": bert(text), "pieces": sentence_piece(sequence_length=5, name="model")(text)}
    keras.Model(text, outputs).save(tmp_path / "model.keras")
    (tmp_path / "pieces.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
    (tmp_path / "examples.jsonl").write_text("".join(json.dumps({"text": one}) + "\n" for one in TEXTS))
    (tmp_path / "config.yaml").write_text(CONFIG)
    report = run_export(load_config(tmp_path / "config.yaml"))
    assert report.passed
    names = {path.name for path in (report.path / "assets").iterdir() if path.suffix != ".wordpiece"}
    assert names == {"pieces.txt", "model.model"}


def test_the_model_in_memory_is_asked_in_a_graph(tmp_path: Path) -> None:
    """As `fit` and `predict` ask it: keras-hub's code for eager calls raises on bytes that a server may be sent."""
    text = keras.Input((), dtype="string", name="text")
    layer = word_piece(sequence_length=3)
    model = keras.Model(text, {"ids": layer(text)})
    invalid = tf.constant([b"gnu \xff\xfe"])
    with pytest.raises(RuntimeError):
        layer(invalid)
    with adopted(model):
        root = serving_root(model, {"serving_default": signature_of_model(model)})
        asked = root.ask("serving_default", {"text": invalid.numpy()})
    assert asked["ids"].tolist() == model.predict(invalid, verbose=0)["ids"].tolist()
