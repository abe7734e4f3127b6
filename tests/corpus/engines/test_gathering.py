"""Putting together what workers hand back."""

import pyarrow as pa
import pytest

from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted
from lexport.corpus.engines import Scan
from lexport.corpus.engines.gathering import gathered
from lexport.corpus.engines.pieces import Kind, Piece
from lexport.corpus.text_terms import TextTerms
from lexport.errors import VocabularyError

LABELLED = CountJob("x", "x", TextTerms(), label="l")


def terms(**counts: int) -> pa.Table:
    return pa.table(
        {"term": pa.array([name.encode() for name in counts], pa.large_binary()), "count": list(counts.values())}
    )


def problem(part: int, where: str, message: str, *, reading: bool) -> Piece:
    row = {"part": part, "where": where, "message": message, "remedy": "", "reading": reading}
    return Piece(Kind.PROBLEMS, 0, 0, pa.Table.from_pylist([row]))


def test_pieces_in_any_order_are_added_to_what_was_counted_before() -> None:
    """Terms, rows and labels."""
    text = pa.large_string()
    labels = pa.table({"label": pa.array(["p", "q"], text), "count": [2, 1]})
    table = pa.table({"term": pa.array(["a"], text), "label": pa.array(["p"], text), "count": [3]})
    before = Counted([table], rows=3, labels=labels)
    new = table.set_column(0, "term", table["term"].cast(pa.large_binary()))
    pieces = [
        Piece(Kind.TERMS, 0, 0, new),
        Piece(Kind.ROWS, 0, 0, pa.table({"count": [4]})),
        Piece(Kind.LABELS, 0, 0, labels),
        Piece(Kind.TERMS, 0, 0, new),
        Piece(Kind.ROWS, 0, 0, pa.table({"count": [5]})),
    ]
    with gathered([Scan((), (LABELLED,), (before,))], pieces) as ((found,),):
        assert [table.to_pylist() for table in found.tables] == [[{"term": "a", "label": "p", "count": 9}]]
        assert found.rows == 12
        assert found.labels.sort_by("label").to_pydict() == {"label": ["p", "q"], "count": [4, 2]}


def test_jobs_and_scans_are_kept_apart() -> None:
    """One term in three tables."""
    job = CountJob("x", None, TextTerms())
    scans = [Scan((), (job, job)), Scan((), (job,))]
    pieces = [Piece(Kind.TERMS, *place, terms(a=count)) for place, count in {(0, 0): 1, (0, 1): 2, (1, 0): 3}.items()]
    with gathered(scans, pieces) as found:
        counts = [[next(iter(one.tables))["count"].to_pylist() for one in group] for group in found]
    assert counts == [[[1], [2]], [[3]]]


def test_problems_come_in_the_order_of_the_files_each_once() -> None:
    """Of a file that could not be read the first part is right: what stands behind was not looked at."""
    pieces = [
        problem(7, "b.txt", "line 1 (from byte 900 on) is not UTF-8", reading=True),
        problem(3, "b.txt", "line 5 is not UTF-8", reading=True),
        problem(2, "b.txt", "'NA' is no integer", reading=False),
        problem(4, "b.txt", "'NA' is no integer", reading=False),
        problem(9, "c.txt", "the file is empty", reading=True),
        problem(0, "a.txt", "'x' is no integer", reading=False),
    ]
    with pytest.raises(VocabularyError) as caught, gathered([Scan((), (LABELLED,))], pieces):
        pass
    assert [str(one) for one in caught.value.problems] == [
        "a.txt: 'x' is no integer",
        "b.txt: 'NA' is no integer",
        "b.txt: line 5 is not UTF-8",
        "c.txt: the file is empty",
    ]
