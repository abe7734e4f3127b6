"""Vocabularies on their way from one step of a pipeline to the next are those that were built, or none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport import Vocabulary
from lexport.errors import VocabularyError
from lexport.run.vocabulary_folder import VocabularyFolder
from lexport.vocabulary import Statistics

WORDS = Vocabulary.from_terms("words", ["the", "of", "  "])
YEARS = Vocabulary.from_terms("years", [1999, 7], dtype="int64")


@pytest.fixture
def folder(tmp_path: Path) -> VocabularyFolder:
    """A folder with two vocabularies."""
    return VocabularyFolder.write({"words": WORDS, "years": YEARS}, tmp_path / "step" / "1")


def test_what_was_written_is_read(folder: VocabularyFolder) -> None:
    """Terms, their order, dtypes and digests; a blank term that the builder allowed, too."""
    again = VocabularyFolder.read(folder.path, folder.digests)
    assert again.load() == {"words": WORDS, "years": YEARS}
    assert again.digests == {"words": WORDS.digest, "years": YEARS.digest}
    assert [one.terms for one in again.entries.values()] == [3, 2]


def test_a_config_reads_these_files_and_no_others(folder: VocabularyFolder) -> None:
    """The digest is part of what the config says."""
    config = folder.configs()["years"]
    assert (config.file, config.sha256, config.dtype) == (folder.path / "years.txt", YEARS.digest, "int64")


def test_statistics_travel_along(tmp_path: Path) -> None:
    """Weights are made of them."""
    counted = Vocabulary.from_terms("words", ["the", "of"], counts=[3, 1])
    folder = VocabularyFolder.write({"words": counted}, tmp_path)
    read = VocabularyFolder.read(tmp_path).load()["words"]
    assert isinstance(read.statistics, Statistics)
    assert read.statistics == counted.statistics
    (tmp_path / "words.statistics.parquet").write_bytes(b"")
    with pytest.raises(VocabularyError, match=r"words\.statistics\.parquet was changed since it was built"):
        VocabularyFolder.read(folder.path)


def test_all_files_that_were_changed_are_told_with_both_digests(folder: VocabularyFolder) -> None:
    """An exchanged line is another id; a missing file is told beside it."""
    (folder.path / "words.txt").write_text("of\nthe\n  \n")
    (folder.path / "years.txt").unlink()
    with pytest.raises(VocabularyError) as raised:
        VocabularyFolder.read(folder.path)
    told = str(raised.value)
    assert f"words.txt was changed since it was built: required sha256 {WORDS.digest}; received" in told
    assert "vocabulary 'years': cannot read years.txt" in told
    assert "No such file" in told


def test_a_change_after_the_reading_is_seen_by_the_loading(folder: VocabularyFolder) -> None:
    """Nobody has to read twice to be safe."""
    (folder.path / "words.txt").write_text("of\nthe\n")
    with pytest.raises(VocabularyError, match=WORDS.digest):
        folder.load()


def test_digests_from_elsewhere_must_be_those_of_the_list(folder: VocabularyFolder) -> None:
    """Whoever can write the files can write the list."""
    with pytest.raises(VocabularyError) as raised:
        VocabularyFolder.read(folder.path, {"words": "0" * 64, "colors": "1" * 64})
    told = str(raised.value)
    assert f"words: was built with sha256 {'0' * 64}; vocabularies.json tells {WORDS.digest}" in told
    assert "colors: is missing in vocabularies.json" in told
    assert "years: was not built by the step before" in told


def test_a_folder_without_its_list_is_not_finished(tmp_path: Path) -> None:
    """The list is written last."""
    WORDS.write(tmp_path / "words.txt")
    with pytest.raises(VocabularyError, match=r"has no vocabularies\.json, so its vocabularies were not written to"):
        VocabularyFolder.read(tmp_path)


ENTRY = {"dtype": "string", "sha256": "a" * 64, "terms": 1, "statistics": None}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"vocabularies": 3}',
        b"[" * 100_000,
        json.dumps({"vocabularies": {"words": {"dtype": "string"}}}).encode(),
        json.dumps({"vocabularies": {"../words": ENTRY}}).encode(),
        json.dumps({"vocabularies": {"words": ENTRY | {"dtype": "float32"}}}).encode(),
        json.dumps({"vocabularies": {"words": ENTRY | {"sha256": "../../etc/passwd"}}}).encode(),
        json.dumps({"vocabularies": {"words": ENTRY | {"sha256": 3}}}).encode(),
        json.dumps({"vocabularies": {"words": ENTRY | {"terms": True}}}).encode(),
        json.dumps({"vocabularies": {"words": ENTRY | {"statistics": "x"}}}).encode(),
    ],
)
def test_a_damaged_list_is_refused(tmp_path: Path, content: bytes) -> None:
    """Names of files come from it."""
    (tmp_path / "vocabularies.json").write_bytes(content)
    with pytest.raises(VocabularyError, match=r"vocabularies\.json"):
        VocabularyFolder.read(tmp_path)


@pytest.mark.parametrize("spoil", [lambda path: path.mkdir(), lambda path: path.symlink_to("/proc/self/mem")])
def test_what_is_no_file_is_told(tmp_path: Path, spoil: Callable[[Path], Any]) -> None:
    """And never waited for."""
    folder = VocabularyFolder.write({"words": WORDS}, tmp_path)
    (folder.path / "words.txt").unlink()
    spoil(folder.path / "words.txt")
    with pytest.raises(VocabularyError, match="vocabulary 'words': "):
        VocabularyFolder.read(tmp_path)


def test_what_the_list_tells_beside_digests_is_compared_too(tmp_path: Path) -> None:
    """Whether there are statistics, and which dtype terms have, stands in the list alone."""
    folder = VocabularyFolder.write({"words": Vocabulary.from_terms("words", ["1", "2"])}, tmp_path)
    assert VocabularyFolder.read(tmp_path, folder.digests, folder.sha256).sha256 == folder.sha256
    index = tmp_path / "vocabularies.json"
    text = index.read_text()
    index.write_text(text.replace('"string"', '"int64"'))
    with pytest.raises(VocabularyError, match=rf"vocabularies\.json: required sha256 {folder.sha256}; received"):
        VocabularyFolder.read(tmp_path, folder.digests, folder.sha256)
    index.write_text(text.replace('"terms": 2', '"terms": -9'))
    with pytest.raises(VocabularyError, match="tells -9 terms of 'words', which has 2"):
        VocabularyFolder.read(tmp_path, folder.digests).load()
