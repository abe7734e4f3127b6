"""An export as a step of a pipeline: at one place, whole or not at all."""

from pathlib import Path

import keras
import pytest

import lexport
from lexport import Vocabulary
from lexport.config import ExportConfig, load_config
from lexport.errors import ConfigError, PublishError, VerificationError, VocabularyError
from lexport.layers import StringLookup
from lexport.publish import read_manifest
from lexport.run.export_into import export_into
from lexport.run.verify_directory import verify_directory
from lexport.run.vocabulary_folder import VocabularyFolder

pytestmark = pytest.mark.slow

CONFIG = """\
name: words
vocabularies: {words: {file: words.txt}}
model: {factory: "MODULE:build"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}, outputs: [id]}}
publish: {directory: exports}
"""
FACTORY = """\
import keras
import tensorflow as tf
from lexport.layers import StringLookup

def build(vocabularies):
    word = keras.Input((), dtype="string", name="word")
    return keras.Model(word, {"id": StringLookup(vocabulary=vocabularies["words"])(word)})

class Noise(keras.layers.Layer):
    def call(self, ids):
        return ids + tf.random.uniform((), 1, 1 << 40, tf.int64)

def noisy(vocabularies):
    model = build(vocabularies)
    return keras.Model(model.input, {"id": Noise()(model.output["id"])})
"""


@pytest.fixture
def config(tmp_path: Path) -> ExportConfig:
    """A project of a user's, whose factory no other test has imported."""
    module = f"factory_{tmp_path.name}"
    (tmp_path / f"{module}.py").write_text(FACTORY)
    (tmp_path / "words.txt").write_text("the\nof\n")
    (tmp_path / "words.yaml").write_text(CONFIG.replace("MODULE", module))
    return load_config(tmp_path / "words.yaml")


def saved(path: Path, words: Vocabulary) -> Path:
    """A trained model as a Trainer saves it."""
    word = keras.Input((), dtype="string", name="word")
    keras.Model(word, {"id": StringLookup(vocabulary=words)(word)}).save(path)
    return path


def test_the_export_stands_where_it_was_wanted(config: ExportConfig, tmp_path: Path) -> None:
    """With the vocabularies and the model of the steps before; nothing else is written, and nothing published."""
    words = Vocabulary.from_terms("words", ["dog", "cat"])
    folder = VocabularyFolder.write({"words": words}, tmp_path / "built")
    into = tmp_path / "artifact" / "Format-Serving"
    into.parent.mkdir()
    report = export_into(config, into, vocabularies=folder, model_file=saved(tmp_path / "model.keras", words))
    assert report.path == into
    assert [path.name for path in into.parent.iterdir()] == ["Format-Serving"]
    assert not (tmp_path / "exports").exists()
    manifest = read_manifest(into)
    assert (manifest.vocabularies["words"].sha256, manifest.config_sha256) == (words.digest, config.digest)
    assert verify_directory(into).passed
    assert lexport.load(into).signatures["serving_default"](word=["cat"])["id"].numpy().tolist() == [2]


def test_a_published_version_is_copied(config: ExportConfig, tmp_path: Path) -> None:
    """The version stands where the config says, and its copy where it was wanted."""
    report = export_into(config, tmp_path / "copy", publish=True)
    assert report.path == tmp_path / "exports" / str(report.version)
    assert read_manifest(tmp_path / "copy") == read_manifest(report.path)
    assert verify_directory(tmp_path / "copy").passed
    assert not (tmp_path / ".lexport").exists()


def test_a_failed_verification_leaves_nothing(config: ExportConfig, tmp_path: Path) -> None:
    """Neither at the place that was wanted, nor beside it."""
    model = config.model.model_copy(update={"factory": (config.model.factory or "").replace(":build", ":noisy")})
    into = tmp_path / "artifact" / "Format-Serving"
    into.parent.mkdir()
    for publish in (False, True):
        with pytest.raises(VerificationError, match="'id'"):
            export_into(config.with_parts(model=model), into, publish=publish)
        assert list(into.parent.iterdir()) == []
    assert list(tmp_path.glob("exports/*")) == []


def test_other_vocabularies_than_those_of_the_model_are_refused(config: ExportConfig, tmp_path: Path) -> None:
    """The ids would be others than in training."""
    folder = VocabularyFolder.write({"words": Vocabulary.from_terms("words", ["dog", "cat"])}, tmp_path / "built")
    model = saved(tmp_path / "model.keras", Vocabulary.from_terms("words", ["cat", "dog"]))
    with pytest.raises(VocabularyError, match=r"does not own the vocabularies of its config"):
        export_into(config, tmp_path / "out", vocabularies=folder, model_file=model)
    assert not (tmp_path / "out").exists()


def test_vocabularies_of_other_names_are_refused(config: ExportConfig, tmp_path: Path) -> None:
    """Before anything is built."""
    folder = VocabularyFolder.write({"terms": Vocabulary.from_terms("terms", ["dog"])}, tmp_path / "built")
    with pytest.raises(ConfigError, match="terms: was built, and is not in the config"):
        export_into(config, tmp_path / "out", vocabularies=folder)


def test_what_is_there_stays(config: ExportConfig, tmp_path: Path) -> None:
    """Nothing is replaced or mixed."""
    (tmp_path / "out").mkdir()
    with pytest.raises(PublishError, match="exists already; required a place where nothing is"):
        export_into(config, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
