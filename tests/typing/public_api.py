"""Public usage as users write it: `make lint` checks it with mypy strict, so that an annotation cannot break them.

Nothing here is run. `assert_type` says what a user's editor must know without a cast.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, assert_type

import keras
import tensorflow as tf

import lexport
from lexport import (
    AdoptionReport,
    BuiltModel,
    ClassifySignature,
    ExamplesSignature,
    ExportReport,
    FileAsset,
    FunctionSignature,
    LoadedExport,
    PreprocessSignature,
    Signature,
    TransformOutput,
    Vocabulary,
    WarmStartReport,
    Warmup,
)
from lexport.config import ExportConfig, config_schema, load_config
from lexport.corpus import CoverageReport, Source, TextTerms, VocabularyDefinition, build_vocabulary, coverage
from lexport.doctor import Code, DoctorReport, Finding, codes, examine
from lexport.errors import ConfigError, LexportError, Problem, VocabularyError
from lexport.layers import IntegerLookup, StringLookup, TextVectorization
from lexport.savedmodel import Inventory, read_inventory
from lexport.vocabulary import LintRule, VocabularyDiff, lint
from lexport.vocabulary.sentencepiece_model import SentencePieceModel


def vocabularies(path: Path) -> list[Vocabulary]:
    words = Vocabulary.from_file("words", path)
    words = Vocabulary.from_file("words", "words.txt", digest="0" * 64, allow=["blank-term", LintRule.SPECIAL_TOKEN])
    words = Vocabulary.from_terms("words", ["the", "of"], counts=[90, 61])
    ids = Vocabulary.from_terms("ids", [7, -1], dtype="int64")
    assert_type(words.digest, str)
    assert_type(words.path, Path)
    assert_type(words.counts, tuple[int, ...] | None)
    assert_type(words.terms, tuple[str | int, ...])
    assert_type(len(words), int)
    assert_type(words.diff(ids), VocabularyDiff)
    assert_type(lint(path.read_bytes()), list[Problem])
    return [words, ids]


def transformed(path: Path) -> dict[str, Vocabulary]:
    output = TransformOutput(path)
    assert_type(output.names, tuple[str, ...])
    assert_type(output.vocabulary("words", numbers="counts", dtype="string", as_name="w"), Vocabulary)
    return output.vocabularies(["words", "years"], numbers={"words": "weights"}, dtypes={"years": "int64"})


def examined(path: Path) -> list[str]:
    report = examine(path)
    assert_type(report, DoctorReport)
    assert_type(report.errors, tuple[Finding, ...])
    assert_type(report.passed(strict=True), bool)
    assert_type(codes(), dict[str, Code])
    return [f"{finding.code.name} {finding.where} {finding.message}" for finding in report.warnings]


def vocabulary_from_data(paths: Sequence[Path]) -> Vocabulary:
    source = Source([*paths, "data/*.csv.gz"], column="description")
    terms = TextTerms(standardize="lower_and_strip_punctuation", split="whitespace")

    def progress(done: int, total: int) -> None:
        assert_type(done / total, float)

    built = build_vocabulary("words", source, terms, max_terms=20_000, min_count=2, progress=progress)
    assert_type(built, Vocabulary)
    new = VocabularyDefinition("words", Source("new.csv.gz", column="description"), terms)
    assert_type(coverage(built, new, worst=5, progress=progress), CoverageReport)
    assert_type(coverage(built, new).oov_rate, float)
    assert_type(build_vocabulary("years", Source("a.csv", column="year"), TextTerms(), dtype="int64"), Vocabulary)
    return built


def model(words: Vocabulary, metrics: Mapping[str, float]) -> BuiltModel:
    text = keras.Input((), dtype="string", name="description")
    vectorize = TextVectorization(vocabulary=words, output_sequence_length=64)
    assert_type(vectorize.vocabulary, Vocabulary | None)
    tags = StringLookup(vocabulary=["a", "b"], output_mode="multi_hot", num_oov_indices=0)
    years = IntegerLookup(vocabulary=Path("years.txt"))
    outputs = {"ids": vectorize(text), "tags": tags(text), "years": years(keras.Input((), dtype="int64"))}
    return BuiltModel(keras.Model(text, outputs), metrics)


def lengths(model: keras.Model, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"length": tf.strings.length(inputs["description"])}


def export_and_load(trained: keras.Model, directory: Path) -> None:
    signature = Signature({"description": ("string", (None,))}, outputs=("ids",))
    sections = Vocabulary.from_terms("sections", ["admin", "doc"])
    families: dict[str, Signature] = {
        "optional": Signature({"description": ("string", (None,))}, defaults={"description": ""}),
        "examples": ExamplesSignature({"description": ("string", (None,))}, outputs=("ids",)),
        "ids": PreprocessSignature({"description": ("string", (None,))}),
        "best": ClassifySignature(
            {"description": ("string", (None,))}, scores="logits", labels=sections, k=2, activation="softmax"
        ),
        "lengths": FunctionSignature({"description": ("string", (None,))}, function=lengths),
    }
    report = lexport.export(trained, directory, signatures=families, warmup=Warmup(10, ("optional",)))
    report = lexport.export(trained, directory)
    report = lexport.export(
        trained,
        str(directory),
        signatures={"serving_default": signature},
        examples=[{"description": "a small editor"}],
        name="sections",
        version=3,
        metrics={"accuracy": 0.9},
        rtol=1e-5,
        atol=1e-6,
        device="cpu",
    )
    assert_type(report, ExportReport)
    assert_type(report.path, Path)
    assert_type(report.passed, bool)
    for check in report.verification.checks:
        assert_type(check.passed, bool | None)
        assert_type(check.detail, str)
    loaded = lexport.load(report.path)
    assert_type(loaded, LoadedExport)
    for asset in loaded.assets:
        assert_type((asset.name, asset.path, asset.digest), tuple[str, Path, str])
    assert_type(loaded.assets["words.txt"].read_text(), str)
    assert_type(loaded.vocabularies["words"], Vocabulary)
    assert_type(loaded.signatures, Mapping[str, Any])


def warm_start(new: Any, old: Any, words: Vocabulary) -> WarmStartReport:
    rows = lexport.remap_embedding(words, words, old.get_layer("rows").embeddings, initializer="zeros")
    new.get_layer("rows").embeddings.assign(rows)
    return lexport.warm_start(new, old, vocabularies={"rows": (words, words), "tags": None})


def adopt(trained: Any, words: Vocabulary) -> AdoptionReport:
    report = lexport.adopt(trained, vocabularies=[words])
    for layer in report.layers:
        assert_type((layer.name, layer.kind, layer.vocabulary), tuple[str, str, Vocabulary | SentencePieceModel])
    return report


def save_any_object(folder: Path) -> None:
    root = tf.Module()
    root.labels = FileAsset(folder / "labels.txt")
    assert_type(FileAsset("labels.txt", from_checkpoint=True).digest, str)
    assert_type(lexport.save(root, folder / "model", assets_dir=folder / "files"), Path)


def config(path: str) -> ExportConfig:
    loaded = load_config(path)
    assert_type(loaded.name, str)
    assert_type(loaded.project, Path)
    assert_type(loaded.publish.directory, Path)
    assert_type(loaded.verify.rtol, float)
    assert_type(config_schema(), dict[str, Any])
    return loaded


def inventory(directory: str) -> list[str]:
    found = read_inventory(directory)
    assert_type(found, Inventory)
    return [asset.name for asset in found.assets]


def errors(error: LexportError) -> tuple[Problem, ...]:
    if isinstance(error, VocabularyError | ConfigError):
        assert_type(error.exit_code, int)
    return error.problems
