"""A pipeline puts its own files in place of those of a config, which stays what the user wrote."""

from pathlib import Path

import pytest

from lexport.config import EngineConfig, ExportConfig, VocabularyConfig, load_config, load_vocabularies_config
from lexport.config.given_parts import (
    with_engine,
    with_model_file,
    with_publication,
    with_sources,
    with_vocabularies,
)
from lexport.errors import ConfigError

CONFIG = """
name: words
vocabularies:
  words: {source: {files: a.csv, column: text}, max_terms: 7}
  lines: {source: {files: a.txt}}
  labels: {file: labels.txt}
model: {factory: "a.b:c", arguments: {epochs: 3}}
signatures: {serving_default: {inputs: {text: {dtype: string, shape: [null]}}, outputs: [ids]}}
publish: {directory: exports, version: 3}
"""


@pytest.fixture
def written(tmp_path: Path) -> ExportConfig:
    """A config as a user writes it."""
    for name in ("a.csv", "a.txt", "labels.txt", "b-00000-of-00001.gz", "model.keras"):
        (tmp_path / name).write_text("x\n")
    (tmp_path / "words.yaml").write_text(CONFIG)
    return load_config(tmp_path / "words.yaml")


def test_the_digest_stays_that_of_what_was_written(written: ExportConfig, tmp_path: Path) -> None:
    """Artifacts lie where a pipeline put them; that is no other config."""
    given = with_publication(with_model_file(written, tmp_path / "model.keras"), tmp_path / "elsewhere", 5)
    assert given.digest == written.digest
    assert (given.file, given.project) == (written.file, written.project)
    assert given.model_copy(update={"name": "other"}).digest == written.digest


def test_columns_and_limits_stay_with_other_data(written: ExportConfig, tmp_path: Path) -> None:
    """Only where the rows come from is another place; what is read from files is read from those."""
    columns = {name: one for name, one in written.vocabularies.items() if name != "lines"}
    written = written.with_parts(vocabularies=columns)
    given = with_sources(written, [str(tmp_path / "b-00000-of-00001.gz")], "tfrecord").vocabularies
    words = given["words"]
    assert words.source is not None
    assert words.source.files == [str(tmp_path / "b-00000-of-00001.gz")]
    assert (words.source.column, words.source.format, words.max_terms) == ("text", "tfrecord", 7)
    assert given["labels"] == written.vocabularies["labels"]
    assert list(given) == list(written.vocabularies)


def test_data_without_files_is_refused(written: ExportConfig) -> None:
    """There would be nothing to count."""
    with pytest.raises(ConfigError, match="required at least one file; received none"):
        with_sources(written, [], "tfrecord")


def test_text_without_a_column_is_refused_where_the_data_has_columns(written: ExportConfig, tmp_path: Path) -> None:
    """Nobody can tell which feature holds the lines; the vocabulary is named."""
    with pytest.raises(ConfigError, match=r"vocabularies\.lines.*source\.column"):
        with_sources(written, [str(tmp_path / "b-00000-of-00001.gz")], "tfrecord")


def test_vocabularies_are_those_of_the_config(written: ExportConfig, tmp_path: Path) -> None:
    """Missing and unknown names are told at once; their order is that of the config."""
    one = VocabularyConfig(file=str(tmp_path / "labels.txt"))
    with pytest.raises(ConfigError) as raised:
        with_vocabularies(written, {"words": one, "labels": one, "colors": one})
    assert "colors: was built, and is not in the config" in str(raised.value)
    assert "lines: is in the config, and was not built" in str(raised.value)
    given = with_vocabularies(written, {"labels": one, "lines": one, "words": one})
    assert list(given.vocabularies) == ["words", "lines", "labels"]


def test_a_trained_model_stands_beside_the_factory_that_it_replaces(written: ExportConfig, tmp_path: Path) -> None:
    """Whose module registers what the file names."""
    given = with_model_file(written, tmp_path / "model.keras")
    assert (given.model.file, given.model.factory) == (tmp_path / "model.keras", "a.b:c")
    assert written.model.file is None


def test_an_engine_counts_for_vocabularies_alone(tmp_path: Path) -> None:
    """A config without a model has no digest to keep."""
    (tmp_path / "v.yaml").write_text("vocabularies: {}\n")
    given = with_engine(load_vocabularies_config(tmp_path / "v.yaml"), EngineConfig(kind="beam"))
    assert given.engine.kind == "beam"


def test_the_version_is_the_next_one_where_none_is_given(written: ExportConfig, tmp_path: Path) -> None:
    """That of the config belongs to its own directory."""
    publish = with_publication(written, tmp_path / "elsewhere").publish
    assert (publish.directory, publish.version) == (tmp_path / "elsewhere", None)


def test_a_pinned_vocabulary_stays_pinned(written: ExportConfig, tmp_path: Path) -> None:
    """A step before may have built another one; integers are no strings, either."""
    pinned = written.with_parts(
        vocabularies={
            **written.vocabularies,
            "labels": VocabularyConfig(file=str(tmp_path / "labels.txt"), sha256="0" * 64),
        }
    )
    given = {name: VocabularyConfig(file=str(tmp_path / "labels.txt"), sha256="1" * 64) for name in pinned.vocabularies}
    given["words"] = given["words"].model_copy(update={"dtype": "int64"})
    with pytest.raises(ConfigError) as raised:
        with_vocabularies(pinned, given)
    assert [(problem.where, problem.message) for problem in raised.value.problems] == [
        ("labels", f"the config requires sha256 {'0' * 64}; received {'1' * 64}"),
        ("words", "the config requires string terms; received int64"),
    ]
    given |= {"labels": pinned.vocabularies["labels"], "words": given["lines"]}
    assert with_vocabularies(pinned, given).vocabularies["labels"].sha256 == "0" * 64
