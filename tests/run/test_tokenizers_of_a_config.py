"""A config whose model tokenizes: vocabularies of pieces are built, owned, published and verified."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tensorflow as tf

import lexport
from lexport.config import load_config
from lexport.errors import VocabularyError
from lexport.publish import read_manifest
from lexport.run.run_export import run_export
from lexport.run.verify_directory import verify_directory
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

CONFIG = """\
name: gnus
vocabularies:
  bert: {source: {files: data.csv, column: text}, subword: {kind: wordpiece, size: 90, min_count: 1}}
  unigram: {source: {files: data.csv, column: text}, subword: {kind: sentencepiece-unigram, size: 20}}
  given: {file: other.model}
model: {factory: "MODULE:build"}
signatures:
  serving_default: {inputs: {text: {dtype: string, shape: [null]}}, outputs: [score]}
  pieces: {inputs: {text: {dtype: string, shape: [null]}}, outputs: [unigram, given]}
  ids: {family: preprocess, inputs: {text: {dtype: string, shape: [null]}}}
publish: {directory: exports, version: 3}
"""

FACTORY = """\
import keras
from lexport.layers import BertTokenizer, SentencepieceTokenizer, WordpieceTokenizer, WhitespaceTokenizer


def build(vocabularies):
    text = keras.Input((), dtype="string", name="text")
    packing = {"kernel": "fast", "lower_case": True, "pack": True, "sequence_length": 8}
    packed = BertTokenizer(vocabularies["bert"], name="packed", **packing)(text)
    words = WhitespaceTokenizer(sequence_length=4)(text)
    cut = WordpieceTokenizer(vocabularies["bert"], name="cut", sequence_length=3)(words)
    unigram = SentencepieceTokenizer(vocabularies["unigram"], name="unigram_ids", sequence_length=6, add_eos=True)(text)
    given = SentencepieceTokenizer(vocabularies["given"], name="given_ids", sequence_length=5)(text)
    size = len(vocabularies["bert"])
    embedded = keras.layers.Embedding(size, 3)(packed["input_word_ids"])
    pooled = keras.layers.GlobalAveragePooling1D()(embedded)
    flat = keras.layers.Flatten()(keras.layers.Embedding(size, 2)(cut))
    score = keras.layers.Dense(1)(keras.layers.Concatenate()([pooled, flat]))
    return keras.Model(text, {"score": score, "unigram": unigram, "given": given})
"""


@pytest.fixture
def config_file(
    request: pytest.FixtureRequest, tmp_path: Path, sentencepiece_model: bytes, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A project with data, a model file, a factory and a config."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    module, project = f"factory_{request.node.name.partition('[')[0]}", tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "data.csv").write_text("text\n" + "The gnu and the hurd\nare not the greatest gnus\n" * 9)
    (project / "other.model").write_bytes(sentencepiece_model)
    (project / f"{module}.py").write_text(FACTORY)
    (project / "gnus.yaml").write_text(CONFIG.replace("MODULE", module))
    yield project / "gnus.yaml"
    sys.modules.pop(module, None)


@pytest.mark.slow
def test_vocabularies_of_pieces_are_published_with_the_model_that_tokenizes(config_file: Path) -> None:
    """As assets with a digest in the manifest; what is verified and loaded elsewhere needs nothing of the project."""
    report = run_export(load_config(config_file))
    assert report.passed
    published = Path(shutil.move(report.path, config_file.parent.parent / "moved"))
    shutil.rmtree(config_file.parent)
    manifest = read_manifest(published)
    assert {name: (entry.asset, entry.dtype) for name, entry in manifest.vocabularies.items()} == {
        "bert": ("assets/bert.txt", "string"),
        "given": ("assets/given.model", "sentencepiece"),
        "unigram": ("assets/unigram.model", "sentencepiece"),
    }
    assert verify_directory(published).passed
    loaded = lexport.load(published)
    assert (list(loaded.vocabularies), sorted(loaded.models)) == (["bert"], ["given", "unigram"])
    assert loaded.models["given"] == SentencePieceModel.from_file("given", published / "assets/given.model")
    assert len(loaded.models["unigram"]) == manifest.vocabularies["unigram"].terms == 20
    packed = [f"packed_input_{what}" for what in ("mask", "type_ids", "word_ids")]
    assert sorted(manifest.signatures["ids"].outputs) == ["cut", "given_ids", *packed, "unigram_ids"]
    answer = loaded.signatures["pieces"](text=tf.constant(["the gnu"]))
    ids = answer["unigram"].numpy()[0]
    pieces = [loaded.models["unigram"].pieces[index] for index in ids]
    assert "".join(pieces).startswith("\N{LOWER ONE EIGHTH BLOCK}the\N{LOWER ONE EIGHTH BLOCK}gnu</s>")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'vocabularies["given"], name',
            'vocabularies["unigram"], name',
            r"given: no layer .*SentencepieceTokenizer as model=",
        ),
        (
            'vocabularies["bert"], name="cut"',
            '["[UNK]", "a"], name="bert"',
            "layer 'bert': .* has the name of another one",
        ),
        ('vocabularies["bert"]', 'vocabularies["given"]', "takes terms"),
        ('SentencepieceTokenizer(vocabularies["given"]', 'SentencepieceTokenizer(vocabularies["bert"]', "takes a Sent"),
    ],
)
def test_a_vocabulary_of_the_other_sort_or_of_another_content_is_an_error(
    old: str, new: str, told: str, config_file: Path
) -> None:
    """The config's vocabularies must be owned by the layers that their sort is for."""
    factory = next(config_file.parent.glob("factory_*.py"))
    factory.write_text(FACTORY.replace(old, new))
    with pytest.raises((VocabularyError, TypeError), match=told):
        run_export(load_config(config_file))
    assert not (config_file.parent / "exports").exists()


def test_a_model_that_no_signature_reads_is_an_error(config_file: Path) -> None:
    """It would be missing from the export."""
    signatures = """\
signatures:
  ids: {family: preprocess, inputs: {text: {dtype: string, shape: [null]}}, outputs: [unigram_ids, cut]}
"""
    text = config_file.read_text()
    head, tail = text.partition("signatures:")[0], text[text.index("publish:") :]
    config_file.write_text(head + signatures + tail)
    with pytest.raises(VocabularyError, match=r"vocabularies\.given: no signature reads it"):
        run_export(load_config(config_file))
