"""Only files of `tf.Example`s are counted, and every split that was asked for."""

from pathlib import Path

import pytest
from tfx.types import artifact_utils
from tfx.types.standard_artifacts import Examples

from lexport.errors import VocabularyError
from lexport.integrations.tfx.example_files import example_files


def examples(folder: Path, *splits: str, **properties: str) -> Examples:
    """An artifact as ExampleGen leaves it."""
    artifact = Examples()
    artifact.uri = str(folder)
    artifact.split_names = artifact_utils.encode_split_names(list(splits))
    for name, value in properties.items():
        artifact.set_string_custom_property(name, value)
    for split in splits:
        (folder / f"Split-{split}").mkdir(parents=True)
        for file in ("data-00001.gz", "data-00000.gz", ".crc"):
            (folder / f"Split-{split}" / file).write_bytes(b"")
    return artifact


def test_all_splits_are_read_in_order(tmp_path: Path) -> None:
    """As `lexport export` reads all rows; hidden files are none."""
    given = examples(tmp_path, "train", "eval", file_format="tfrecords_gzip", payload_format="FORMAT_TF_EXAMPLE")
    found = [str(Path(file).relative_to(tmp_path)) for file in example_files([given], [])]
    assert found == [f"Split-{split}/data-0000{number}.gz" for split in ("train", "eval") for number in (0, 1)]
    assert len(example_files([given], ["train"])) == 2


def test_everything_that_does_not_fit_is_told_at_once(tmp_path: Path) -> None:
    """Other formats would be read as nothing at all."""
    parquet = examples(tmp_path / "a", "train", file_format="file_parquet")
    protos = examples(tmp_path / "b", "train", payload_format="FORMAT_PROTO")
    with pytest.raises(VocabularyError) as raised:
        example_files([parquet, protos], ["eval"])
    told = str(raised.value)
    assert "file_format must be tfrecords_gzip; received file_parquet" in told
    assert "payload_format must be FORMAT_TF_EXAMPLE; received FORMAT_PROTO" in told
    assert told.count("has no split 'eval'; it has train") == 2


def test_examples_without_files_are_refused(tmp_path: Path) -> None:
    """A vocabulary of nothing helps nobody."""
    given = examples(tmp_path, "train")
    for file in (tmp_path / "Split-train").iterdir():
        file.unlink()
    with pytest.raises(VocabularyError, match=r"the Examples have no files; looked in .*Split-train"):
        example_files([given], [])
