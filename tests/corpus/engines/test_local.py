"""The engine of this machine: all cores, one pass, a memory limit."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lexport.corpus import LocalEngine, Source, TextTerms
from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted
from lexport.corpus.engines import Scan
from lexport.corpus.engines.limits import smallest_limit
from lexport.errors import LexportError, VocabularyError

WORDS = TextTerms("lower_and_strip_punctuation", "whitespace")


def counted(engine: LocalEngine, scans: list[Scan], progress: Any = None) -> list[list[dict[Any, int]]]:
    """The counts of each job of each scan."""
    with engine.count(scans, progress) as results:
        return [[_counts(one) for one in group] for group in results]


def _counts(one: Counted) -> dict[Any, int]:
    rows = [row for table in one.tables for row in table.to_pylist()]
    assert len({row["term"] for row in rows}) == len(rows)
    return {row["term"]: row["count"] for row in rows}


def _scan(files: str, *jobs: CountJob) -> Scan:
    found, problems = Source(files, "text").find()
    assert not problems
    return Scan(tuple(found), jobs)


def test_several_jobs_share_one_pass(tmp_path: Path) -> None:
    """The bytes are reported once, whatever the number of jobs."""
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("text,tag\n" + "The cat,x\nthe dog,y\n" * 1000)
    tags = CountJob("tags", "tag", TextTerms())
    reached: list[tuple[int, int]] = []
    scan = _scan(f"{tmp_path}/*.csv", CountJob("words", "text", WORDS), tags)
    [[words, found]] = counted(LocalEngine(), [scan], lambda done, total: reached.append((done, total)))
    assert words == {"the": 4000, "cat": 2000, "dog": 2000}
    assert found == {"x": 2000, "y": 2000}
    size = sum(file.stat().st_size for file in tmp_path.iterdir())
    assert {total for _, total in reached} == {size}
    assert reached[-1] == (size, size)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_counts_do_not_depend_on_the_number_of_threads(tmp_path: Path, workers: int) -> None:
    """Many small files, so that all threads have work."""
    texts = [f"a b{number} c{number % 3}\n" * 50 for number in range(30)]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(text)
    found, _ = Source(f"{tmp_path}/*.txt").find()
    [[words]] = counted(LocalEngine(workers=workers), [Scan(tuple(found), (CountJob("x", None, WORDS),))])
    assert words == dict(Counter(word for text in texts for word in text.split()))


def test_what_was_counted_before_is_added(tmp_path: Path) -> None:
    """Terms, rows and labels."""
    (tmp_path / "a.csv").write_text("text,label\na,p\nb,q\n")
    job = CountJob("x", "text", TextTerms(), label="label")
    scan = _scan(f"{tmp_path}/a.csv", job)
    with LocalEngine().count([scan]) as [[monday]]:
        before = Counted(list(monday.tables), monday.rows, monday.labels)
    with LocalEngine().count([Scan(scan.files, scan.jobs, (before,))]) as [[both]]:
        rows = sorted(tuple(row.values()) for table in both.tables for row in table.to_pylist())
        assert rows == [("a", "p", 2), ("b", "q", 2)]
        assert both.rows == 4
        assert sorted(tuple(row.values()) for row in both.labels.to_pylist()) == [("p", 2), ("q", 2)]


def test_every_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Whether the reader finds it or the counting, in all scans, and each problem once."""
    (tmp_path / "1.csv").write_text("other\nx\n")
    (tmp_path / "2.csv").write_text("text\n7\nx\n")
    (tmp_path / "3.txt").write_bytes(b"\xff\n")
    text, _ = Source(f"{tmp_path}/3.txt").find()
    scans = [
        _scan(f"{tmp_path}/*.csv", CountJob("n", "text", TextTerms(), "int64")),
        Scan(tuple(text), (CountJob("x", None, WORDS), CountJob("y", None, WORDS))),
    ]
    with pytest.raises(VocabularyError) as raised, LocalEngine().count(scans):
        pass
    assert [(Path(problem.where).name, problem.message.split(";")[0]) for problem in raised.value.problems] == [
        ("1.csv", "there is no column 'text'"),
        ("2.csv", "'x' is no integer"),
        ("3.txt", "line 1 is not UTF-8 at byte 0"),
    ]


def test_the_folder_for_what_does_not_fit_is_empty_afterwards(tmp_path: Path) -> None:
    """Also where the consumer fails."""
    (tmp_path / "a.txt").write_text("a b c\n")
    spill = tmp_path / "spill"
    spill.mkdir()
    found, _ = Source(f"{tmp_path}/a.txt").find()
    scan = Scan(tuple(found), (CountJob("x", None, WORDS),))

    def fail() -> None:
        with LocalEngine(spill_directory=spill).count([scan]):
            assert list(spill.iterdir())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(spill.iterdir()) == []


def test_the_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    """Where it cannot be made the error names it, and what to do."""
    (tmp_path / "a.txt").write_text("a\n")
    found, _ = Source(f"{tmp_path}/a.txt").find()
    scan = Scan(tuple(found), (CountJob("x", None, WORDS),))
    assert counted(LocalEngine(spill_directory=tmp_path / "new" / "deep"), [scan]) == [[{"a": 1}]]
    with pytest.raises(LexportError, match=r"a.txt/x: Not a directory. Give a larger memory_limit, or a spill_dir"):
        counted(LocalEngine(spill_directory=tmp_path / "a.txt" / "x"), [scan])


def test_impossible_settings_are_all_named() -> None:
    """The limit must hold what the threads have under way."""
    with pytest.raises(VocabularyError) as raised:
        LocalEngine(memory_limit=1, workers=0)
    assert [problem.where for problem in raised.value.problems] == ["workers", "memory_limit"]
    with pytest.raises(VocabularyError, match=f"at least {smallest_limit(8)} bytes for 8 threads; received 1000"):
        LocalEngine(memory_limit=1000, workers=8)


def test_fewer_threads_are_taken_where_the_limit_allows_no_more() -> None:
    """Unless the number is given."""
    assert LocalEngine(memory_limit=smallest_limit(1)).workers == 1
    assert LocalEngine().workers == min(os.cpu_count() or 1, 7)


PEAK = """
import resource, sys
from lexport.corpus import LocalEngine, Source, TextTerms
from lexport.corpus.count_job import CountJob
from lexport.corpus.engines import Scan
engine = LocalEngine(memory_limit=int(sys.argv[2]), workers=2, spill_directory=sys.argv[3])
files, _ = Source(sys.argv[1]).find()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with engine.count([Scan(tuple(files), (CountJob("x", None, TextTerms(split="whitespace")),))]) as [[one]]:
    terms = counted = 0
    for table in one.tables:
        terms += len(table)
        counted += sum(table["count"].to_numpy())
print(terms, counted, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss is that of Linux")
@pytest.mark.parametrize("width", [1, 12])
def test_the_memory_limit_holds_where_every_word_is_another(tmp_path: Path, width: int) -> None:
    """Four million distinct words, short and long ones, of which the counts alone are larger than the limit."""
    distinct = 4_000_000
    with (tmp_path / "a.txt").open("w") as file:
        for start in range(0, distinct, 10):
            file.write(" ".join(f"{'w' * width}{number:x}" for number in range(start, start + 10)) + "\n")
    (tmp_path / "spill").mkdir()
    limit = smallest_limit(2)
    command = [sys.executable, "-c", PEAK, str(tmp_path / "a.txt"), str(limit), str(tmp_path / "spill")]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    terms, tokens, peak = map(int, ended.stdout.split())
    assert (terms, tokens) == (distinct, distinct)
    assert peak < limit
