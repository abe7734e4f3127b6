"""Tokenizers own their vocabulary, or their model, in every format, as lookups do."""

import copy
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

import lexport
from lexport import Vocabulary
from lexport.errors import VocabularyError
from lexport.layers import BertTokenizer, SentencepieceTokenizer, WordpieceTokenizer

pytestmark = [
    # Keras tries a layer that failed again, under paths of the file where nothing is stored, and says so.
    pytest.mark.filterwarnings("ignore:Skipping nested container"),
    # Keras 3.15's variables do not take numpy 2's copy keyword; every save of weights says so.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "quixotic", "##\u2028quixot", "##est", "the\x85quix", "naïve", "quix"]
OTHERS = [*PIECES[:4], *reversed(PIECES[4:])]
QUESTIONS = ["quixoticest", "naïve", "quixotry", "the\x85quix", "", "the quixotic"]


def _sentencepiece(seed: int) -> bytes:
    sentencepiece = pytest.importorskip("sentencepiece")
    lines = ["the quixotic gnu", "a naïve hurd", "quixotry of the gnus", "another" * seed] * 9
    file = io.BytesIO()
    size = {"vocab_size": 40, "hard_vocab_limit": False, "minloglevel": 9}
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=file, **size)
    return file.getvalue()


def _wordpiece(kernel: str) -> Callable[..., Any]:
    def make(other: bool = False) -> Any:
        return WordpieceTokenizer(OTHERS if other else PIECES, kernel=kernel, sequence_length=4, name="pieces")

    return make


def _bert(kernel: str) -> Callable[..., Any]:
    def make(other: bool = False) -> Any:
        vocabulary = Vocabulary.from_terms("pieces", OTHERS if other else PIECES, special_tokens=())
        how = {"kernel": kernel, "pack": True, "sequence_length": 6, "lower_case": True}
        return BertTokenizer(vocabulary, name="pieces", **how)

    return make


def _model_of(other: bool = False) -> Any:
    return SentencepieceTokenizer(_sentencepiece(int(other)), sequence_length=6, add_eos=True, name="pieces")


LAYERS: dict[str, Callable[..., Any]] = {
    "wordpiece": _wordpiece("classic"),
    "fast wordpiece": _wordpiece("fast"),
    "bert": _bert("classic"),
    "fast bert": _bert("fast"),
    "sentencepiece": _model_of,
}


@pytest.fixture(params=LAYERS)
def make(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Makes a layer; with `other=True` one with another vocabulary."""
    return LAYERS[request.param]


def _model(layer: Any) -> Any:
    text = keras.Input((), dtype="string", name="text")
    tokens = layer(text)
    return keras.Model(text, tokens if isinstance(tokens, dict) else {"ids": tokens})


def _answers(callable_: Any) -> Any:
    return {name: tensor.numpy().tolist() for name, tensor in callable_(tf.constant(QUESTIONS)).items()}


def _files(layer: Any) -> dict[str, bytes]:
    """What must lie in the assets: the vocabulary or the model, and what is derived from it."""
    if isinstance(layer, SentencepieceTokenizer):
        assert layer.model is not None
        return {"pieces.model": layer.model.data}
    owned = {"pieces.txt": layer.vocabulary.data}
    resources = [layer._lookup_layer.automaton, getattr(layer, "_normalizer", None)]
    return owned | {one.file.name: one.file.data for one in resources if one is not None}


def test_an_archive_brings_it(make: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a machine whose store is empty; the config holds its digest, and no piece."""
    model = _model(make())
    model.save(tmp_path / "model.keras")
    config = zipfile.ZipFile(tmp_path / "model.keras").read("config.json").decode()
    assert "quix" not in config
    assert str(tmp_path) not in config
    monkeypatch.setenv("LEXPORT_HOME", str(tmp_path / "elsewhere"))
    assert _answers(keras.saving.load_model(tmp_path / "model.keras")) == _answers(model)


def test_copies_have_it(make: Callable[..., Any]) -> None:
    """By `clone_model`, `from_config`, `copy`, and `deepcopy`, which is what `pickle` does."""
    layer = make()
    model = _model(layer)
    expected = _answers(model)
    assert _answers(keras.models.clone_model(model)) == expected
    assert _answers(_model(type(layer).from_config(layer.get_config()))) == expected
    assert _answers(copy.deepcopy(model)) == expected
    assert _answers(copy.copy(model)) == expected


def test_weights_of_another_are_refused(make: Callable[..., Any], tmp_path: Path) -> None:
    """Both are named, by `.weights.h5` and `tf.train.Checkpoint`; its own are taken."""
    model, other = _model(make()), _model(make(other=True))
    model.save_weights(tmp_path / "model.weights.h5")
    model.load_weights(tmp_path / "model.weights.h5")
    with pytest.raises((VocabularyError, ValueError), match="the weights for layer 'pieces'"):
        other.load_weights(tmp_path / "model.weights.h5")
    path = tf.train.Checkpoint(model=model).save(str(tmp_path / "checkpoint"))
    tf.train.Checkpoint(model=model).restore(path).assert_existing_objects_matched()
    with pytest.raises(VocabularyError, match="the checkpoint for layer 'pieces'"):
        tf.train.Checkpoint(model=other).restore(path)


def test_a_config_that_lacks_its_archive_says_so(
    make: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The layer names what it waits for, and never reads a path."""
    layer = make()
    config = layer.get_config()
    monkeypatch.setenv("LEXPORT_HOME", str(tmp_path / "elsewhere"))
    waiting = type(layer).from_config(config)
    with pytest.raises(VocabularyError, match="the store does not"):
        waiting(tf.constant(QUESTIONS))
    key = "model" if isinstance(layer, SentencepieceTokenizer) else "vocabulary"
    with pytest.raises(VocabularyError, match="config"):
        type(layer).from_config({**config, key: "/etc/passwd"})


def test_a_changed_archive_is_refused(make: Callable[..., Any], tmp_path: Path) -> None:
    """Its bytes must be those that the config names."""
    _model(make()).save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as whole, zipfile.ZipFile(tmp_path / "x.keras", "w") as changed:
        for name in whole.namelist():
            data = whole.read(name)
            changed.writestr(name, data.replace(b"quix", b"quax") if name.startswith("assets/") else data)
    with pytest.raises((VocabularyError, ValueError), match="required sha256"):
        keras.saving.load_model(tmp_path / "x.keras")


@pytest.mark.parametrize("way_out", ["lexport.save", "tf.saved_model.save", "model.export"])
def test_a_saved_model_owns_its_files(
    make: Callable[..., Any], way_out: str, tmp_path: Path, read_export: Callable[[Path], Any], lexport_home: Path
) -> None:
    """As assets; nothing of them is in the graph, nor any path, also where the snapshots were deleted or edited."""
    layer = make()
    model, directory = _model(layer), tmp_path / "export"
    expected = _answers(model)
    for path in (path for path in lexport_home.rglob("*") if path.is_file()):
        path.chmod(0o600)
        path.unlink() if path.suffix == ".txt" else path.write_bytes(b"edited")
    if way_out == "model.export":
        model.export(str(directory), verbose=False)
    elif way_out == "lexport.save":
        lexport.save(model, directory)
    else:
        serve = tf.function(lambda text: model(text), input_signature=[tf.TensorSpec([None], "string", name="text")])
        tf.saved_model.save(model, str(directory), signatures=serve)
    read_export(directory).assert_owned(_files(layer), tuple(PIECES[4:8]), lexport_home)
    loaded = tf.saved_model.load(str(directory))
    assert _answers(loaded.signatures["serving_default"]) == expected


@pytest.mark.slow
def test_a_verified_export_passes_in_every_loader(
    make: Callable[..., Any], tmp_path: Path, read_export: Callable[[Path], Any], lexport_home: Path
) -> None:
    """And the report names the library that a server needs."""
    layer = make()
    report = lexport.export(_model(layer), tmp_path / "published", examples=[{"text": one} for one in QUESTIONS])
    assert report.passed
    assert "a server needs tensorflow_text for" in str(report)
    assert "op libraries: tensorflow_text/python/ops/" in str(report)
    read_export(report.path).assert_owned(_files(layer), tuple(PIECES[4:8]), lexport_home)
    assert set(lexport.load(report.path).assets.names) == set(_files(layer))


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """In an export they would have to share a file."""
    text = keras.Input((), dtype="string", name="text")
    layers = [SentencepieceTokenizer(_sentencepiece(seed), sequence_length=6) for seed in (0, 1)]
    for layer in layers:
        layer.set_model(layer.model.renamed("pieces"))
    model = keras.Model(text, {layer.name: layer(text) for layer in layers})
    with pytest.raises(VocabularyError, match=r"pieces\.model"):
        lexport.save(model, tmp_path / "export")


def test_what_is_not_in_memory_as_in_the_file_is_not_exported(tmp_path: Path) -> None:
    """Somebody has changed the automaton in memory since the layer was built."""
    layer = _wordpiece("fast")()
    automaton = layer._lookup_layer.automaton
    tf.raw_ops.AssignVariableOp(resource=automaton.resource_handle, value=tf.constant([1], tf.uint8))
    with pytest.raises(VocabularyError, match="is another one in memory"):
        lexport.save(_model(layer), tmp_path / "export")
