"""`Statistics`: what was counted, beside the vocabulary that it was counted for."""

import copy
import pickle
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.errors import VocabularyError
from lexport.vocabulary import Statistics, Vocabulary

INT64 = st.integers(-(2**63), 2**63 - 1)


def _words() -> Vocabulary:
    return Vocabulary.from_terms("words", ["the", "of"], counts=[90, 61], document_counts=[40, 35], documents=50)


# -- in memory --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [[3, -1], (3, -1), array("q", [3, -1]), np.array([3, -1]), np.array([3, 9, -1])[::2], np.array([3, -1], np.int32)],
    ids=["list", "tuple", "array", "int64", "a view", "int32"],
)
def test_numbers_of_any_kind_become_int64(values: Any) -> None:
    """And are copied: a later change of the original changes nothing."""
    counts = Statistics(counts=values).counts
    assert isinstance(counts, memoryview)
    assert (counts.tolist(), np.asarray(counts).dtype) == ([3, -1], np.int64)
    if isinstance(values, np.ndarray):
        values[0] = 7
    assert counts[0] == 3
    with pytest.raises(TypeError):
        counts[0] = 1  # type: ignore[index]


@pytest.mark.parametrize("values", [[2**63], ["x"], [None], 3])
def test_what_is_no_int64_is_refused(values: Any) -> None:
    """It would be cut off or fail somewhere else."""
    with pytest.raises(VocabularyError, match="document_counts must be integers that fit into int64"):
        Statistics(document_counts=values)


def test_statistics_are_equal_by_value_and_survive_pickling() -> None:
    """As a vocabulary that travels to another process takes them along."""
    statistics = Statistics([1, 2], weights=[3, 4], scores=[-5, 6], documents=7, tokens=8, vocabulary="ab")
    for copied in (copy.deepcopy(statistics), pickle.loads(pickle.dumps(statistics))):  # noqa: S301
        assert copied == statistics
    assert statistics != Statistics([1, 3], weights=[3, 4], scores=[-5, 6], documents=7, tokens=8, vocabulary="ab")


def test_a_vocabulary_marks_its_statistics_with_its_digest() -> None:
    """And takes none that are marked with another; none at all where nothing was counted."""
    words = _words()
    assert words.statistics is not None
    assert words.statistics.vocabulary == words.digest
    other = Vocabulary.from_terms("other", ["of", "the"])
    assert other.statistics is None
    assert other.counts is None
    with pytest.raises(
        VocabularyError, match=f"required those of sha256 {other.digest}; received those of {words.digest}"
    ):
        Vocabulary("other", other.data, statistics=words.statistics)
    for copied in (words.renamed("again"), pickle.loads(pickle.dumps(words)), copy.deepcopy(words)):  # noqa: S301
        assert copied.statistics == words.statistics


# -- idf weights ------------------------------------------------------------------------------------------------


def test_idf_weights_follow_keras_formula() -> None:
    """The logarithm of 1 + documents / (1 + document count), in float64."""
    assert _words().idf_weights.tolist() == np.log(1 + 50 / (1 + np.array([40, 35]))).tolist()


@pytest.mark.parametrize("given", [{}, {"counts": [1]}, {"document_counts": [1]}, {"documents": 3}], ids=str)
def test_there_are_no_idf_weights_without_documents(given: dict[str, Any]) -> None:
    """The error says what is missing."""
    with pytest.raises(
        VocabularyError, match="vocabulary 'words' has no idf weights: required the documents that hold"
    ):
        _ = Vocabulary.from_terms("words", ["the"], **given).idf_weights


# -- on the disk ------------------------------------------------------------------------------------------------


@given(
    columns=st.dictionaries(
        st.sampled_from(["counts", "document_counts", "weights", "scores"]), st.lists(INT64, min_size=3, max_size=3)
    ),
    documents=st.none() | st.integers(0, 2**70),
)
def test_what_is_written_is_read(columns: dict[str, list[int]], documents: int | None) -> None:
    """Every number, to the last bit."""
    statistics = Statistics(**columns, documents=documents, vocabulary="0" * 64)
    statistics.write("statistics.parquet")
    assert Statistics.read("statistics.parquet") == statistics


@pytest.fixture(autouse=True, scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Examples of hypothesis share the folder of the test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("statistics"))
        yield


def test_a_vocabulary_and_its_statistics_are_written_and_read_together(tmp_path: Path) -> None:
    """Counts and idf weights come back with the file."""
    words = _words()
    words.write(tmp_path / "words.txt", statistics=tmp_path / "new" / "words.parquet")
    read = Vocabulary.from_file("words", tmp_path / "words.txt", statistics=tmp_path / "new" / "words.parquet")
    assert (read, read.counts, read.document_counts) == (words, (90, 61), (40, 35))
    assert read.idf_weights.tolist() == words.idf_weights.tolist()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "lexport-home") == ["new", "words.txt"]


def test_statistics_of_another_vocabulary_are_refused(tmp_path: Path) -> None:
    """Both vocabularies are named; the same terms in another order are another vocabulary."""
    words, other = _words(), Vocabulary.from_terms("words", ["of", "the"], counts=[1, 2])
    words.write(tmp_path / "words.txt", statistics=tmp_path / "words.parquet")
    other.write(tmp_path / "words.txt")
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.from_file("words", tmp_path / "words.txt", statistics=tmp_path / "words.parquet")
    for part in (words.digest, other.digest, str(tmp_path / "words.txt"), str(tmp_path / "words.parquet")):
        assert part in str(caught.value)


def test_there_must_be_statistics_to_write(tmp_path: Path) -> None:
    """Nothing is written then, not the vocabulary either."""
    with pytest.raises(VocabularyError, match="vocabulary 'words' has no statistics to write to "):
        Vocabulary.from_terms("words", ["the"]).write(tmp_path / "words.txt", statistics=tmp_path / "words.parquet")
    assert not (tmp_path / "words.txt").exists()


def test_a_file_that_holds_no_statistics_is_named(tmp_path: Path) -> None:
    """Missing, of another kind, cut off, a Parquet file of somebody else, with columns of somebody else."""
    path = tmp_path / "words.parquet"
    with pytest.raises(VocabularyError, match=r"cannot read statistics from .*words\.parquet: "):
        Statistics.read(path)
    path.write_text("the\nof\n")
    with pytest.raises(VocabularyError, match="is no Parquet file, or a damaged one"):
        Statistics.read(path)
    _words().statistics.write(path)  # type: ignore[union-attr]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(VocabularyError, match="is no Parquet file, or a damaged one"):
        Statistics.read(path)
    pq.write_table(pa.table({"counts": [1]}), path)
    with pytest.raises(VocabularyError, match="holds no statistics of a vocabulary"):
        Statistics.read(path)
    metadata = {"lexport.statistics": '{"format": 1, "vocabulary": "", "documents": null, "tokens": null}'}
    for columns in ({"count": [1]}, {"counts": [1.5]}, {"counts": [None, 1]}):
        pq.write_table(pa.table(columns).replace_schema_metadata(metadata), path)
        with pytest.raises(VocabularyError, match="must have columns of int64 among counts, document_counts"):
            Statistics.read(path)


def test_statistics_with_too_few_rows_are_damaged(tmp_path: Path) -> None:
    """The digest is right and the rows are not: somebody edited the file."""
    words = _words()
    words.write(tmp_path / "words.txt")
    Statistics(counts=[1], vocabulary=words.digest).write(tmp_path / "words.parquet")
    with pytest.raises(VocabularyError, match=r"is damaged(.|\n)*has 2 terms; counts must have as many, received 1"):
        Vocabulary.from_file("words", tmp_path / "words.txt", statistics=tmp_path / "words.parquet")


def test_what_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    """Neither file, where one of them cannot be; nothing is left beside them."""
    old = Vocabulary.from_terms("words", ["a"], counts=[1])
    old.write(tmp_path / "words.txt", statistics=tmp_path / "words.parquet")
    before = {path.name: path.read_bytes() for path in tmp_path.glob("words*")}
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        VocabularyError, match=r"cannot write vocabulary 'words' to .*words\.txt and .*file/x\.parquet: "
    ):
        _words().write(tmp_path / "words.txt", statistics=tmp_path / "file" / "x.parquet")
    with pytest.raises(VocabularyError, match="cannot write statistics to "):
        old.statistics.write(tmp_path / "file" / "x.parquet")  # type: ignore[union-attr]
    assert {path.name: path.read_bytes() for path in tmp_path.glob("words*")} == before
    assert not list(tmp_path.glob(".*"))
