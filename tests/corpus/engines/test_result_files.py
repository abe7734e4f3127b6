"""Files through which results come back."""

from pathlib import Path

import pyarrow as pa
import pytest

from lexport.corpus.engines.pieces import Kind, Piece
from lexport.corpus.engines.result_files import ResultFiles
from lexport.errors import VocabularyError


def piece(count: int, kind: Kind = Kind.ROWS) -> Piece:
    return Piece(kind, 1, 2, pa.table({"count": [count]}))


def counts(files: ResultFiles) -> list[tuple[Kind, int]]:
    return [(found.kind, found.table["count"][0].as_py()) for found in files.read()]


@pytest.mark.parametrize("place", ["folder", "memory://folder"])
def test_what_is_listed_is_read(tmp_path: Path, place: str) -> None:
    """A worker that was tried twice has written twice; one of them counts. Problems come first."""
    where = place if "://" in place else str(tmp_path / place)
    with ResultFiles.within(where) as files:
        kept = files.write(piece(1))
        files.write(piece(1))
        files.write_list([kept, files.write(piece(2, Kind.PROBLEMS))])
        assert counts(files) == [(Kind.PROBLEMS, 2), (Kind.ROWS, 1)]


def test_a_folder_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    """Also where an error ends it."""
    with pytest.raises(ZeroDivisionError), ResultFiles.within(tmp_path) as files:
        files.write(piece(1 // len(list(tmp_path.iterdir())) // 0))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """The list itself, or one of those that it names."""
    with ResultFiles.within(tmp_path) as files:
        with pytest.raises(VocabularyError, match="the counts are lost"):
            counts(files)
        files.write_list([[1, 0, 0, "rows-0-0-gone.arrows"]])
        with pytest.raises(VocabularyError, match="the counts are lost"):
            counts(files)


def test_shares_are_marked(tmp_path: Path) -> None:
    """Each once, however often it was read."""
    with ResultFiles.within(tmp_path) as files:
        for share in (3, 0, 3):
            files.mark_read(share)
        assert sorted(files.shares_read()) == [0, 3]
