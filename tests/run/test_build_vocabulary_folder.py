"""A step of a pipeline builds what `lexport vocab build` builds, from the data of the step before."""

from pathlib import Path

import pytest
import tensorflow as tf

from lexport.config import EngineConfig, VocabulariesConfig, load_vocabularies_config
from lexport.errors import ConfigError, VocabularyError
from lexport.run.announcer import SilentAnnouncer
from lexport.run.build_vocabulary_folder import build_vocabulary_folder
from lexport.run.vocabularies import build_vocabularies

CONFIG = """\
vocabularies:
  words: {source: {files: a.csv, column: text}, terms: {split: whitespace}, counts: {to: counts.parquet}}
  labels: {file: labels.txt}
"""
TEXTS = ["the cat", "the dog", "the cat sat"]


@pytest.fixture
def config(tmp_path: Path) -> VocabulariesConfig:
    """A config with a table and a file, and counts to keep."""
    (tmp_path / "a.csv").write_text("text\n" + "".join(f"{text}\n" for text in TEXTS))
    (tmp_path / "labels.txt").write_text("yes\nno\n")
    (tmp_path / "v.yaml").write_text(CONFIG)
    return load_vocabularies_config(tmp_path / "v.yaml")


@pytest.fixture
def records(tmp_path: Path) -> str:
    """The same rows as ExampleGen writes them."""
    path = str(tmp_path / "data_tfrecord-00000-of-00001.gz")
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        for text in TEXTS:
            feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()]))
            writer.write(tf.train.Example(features=tf.train.Features(feature={"text": feature})).SerializeToString())
    return path


def test_the_terms_are_those_of_the_config(config: VocabulariesConfig, records: str, tmp_path: Path) -> None:
    """Whichever files the rows came in, and whoever counted."""
    expected = build_vocabularies(config, SilentAnnouncer())
    for files in (None, [records]):
        folder = build_vocabulary_folder(config, tmp_path / "out", files=files, engine=EngineConfig(workers=1))
        assert folder.load() == expected
        assert list(folder.digests) == ["words", "labels"]


def test_counts_are_kept_once_the_folder_is_written(config: VocabulariesConfig, tmp_path: Path) -> None:
    """Whoever tries again after a failure adds to the old ones."""
    (tmp_path / "out").write_text("a file is in the way")
    with pytest.raises(VocabularyError, match="cannot make"):
        build_vocabulary_folder(config, tmp_path / "out")
    assert not (tmp_path / "counts.parquet").exists()
    build_vocabulary_folder(config, tmp_path / "elsewhere")
    assert (tmp_path / "counts.parquet").exists()


def test_without_data_nothing_is_written(config: VocabulariesConfig, tmp_path: Path) -> None:
    """A step before that found no files has failed."""
    with pytest.raises(ConfigError, match="received none"):
        build_vocabulary_folder(config, tmp_path / "out", files=[])
    assert not (tmp_path / "out").exists()


def test_counts_are_not_added_to_their_own_file(config: VocabulariesConfig, tmp_path: Path) -> None:
    """A step that is run again would count the same data once more, and ids would change with it."""
    build_vocabulary_folder(config, tmp_path / "first", engine=EngineConfig(workers=1))
    text = (tmp_path / "v.yaml").read_text()
    for where, refused in (("counts.parquet", True), ("other.parquet", False)):
        (tmp_path / "v.yaml").write_text(text.replace("{to: counts.parquet}", f"{{from: counts.parquet, to: {where}}}"))
        given = load_vocabularies_config(tmp_path / "v.yaml")
        if refused:
            with pytest.raises(ConfigError, match=r"vocabularies\.words\.counts: must not be read from the file"):
                build_vocabulary_folder(given, tmp_path / where, engine=EngineConfig(workers=1))
        else:
            first, again = (
                build_vocabulary_folder(given, tmp_path / f"out{number}", engine=EngineConfig(workers=1))
                for number in range(2)
            )
            assert first.digests == again.digests
