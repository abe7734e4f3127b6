"""Counting on Spark: a standalone master and two workers, all real and on this machine."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lexport.corpus import Source, TextTerms, VocabularyDefinition, build_vocabularies, build_vocabulary
from lexport.corpus.engines import Engine, LocalEngine, SparkEngine
from lexport.errors import ConfigError, VocabularyError

Write = Callable[[Path, str], Path]
WORDS = TextTerms("lower_and_strip_punctuation", "whitespace")
# In a process of its own, as there is one session of Spark's in a process.
OWN_SESSION = """
import sys
from pyspark.sql import SparkSession
from lexport.corpus import Source, TextTerms, build_vocabulary
from lexport.corpus.engines import SparkEngine
source = Source(sys.argv[1])
engine = SparkEngine(master=sys.argv[2], conf=dict(pair.split("=", 1) for pair in sys.argv[3:]))
words = build_vocabulary("words", source, TextTerms("lower_and_strip_punctuation", "whitespace"), engine=engine)
print(words.digest, SparkSession.getActiveSession())
"""

pytestmark = pytest.mark.slow


def problems_of(definitions: list[VocabularyDefinition], engine: Engine) -> list[str]:
    with pytest.raises(VocabularyError) as caught:
        build_vocabularies(definitions, engine)
    return [str(problem) for problem in caught.value.problems]


def test_every_format_is_counted_as_by_the_local_engine(
    tmp_path: Path, write_rows: Write, file_name: str, spark: Any
) -> None:
    """Cut into parts where that is possible."""
    source = Source(write_rows(tmp_path, file_name), None if file_name == "a.txt" else "text")
    words = build_vocabulary("words", source, WORDS, engine=SparkEngine(spark, share_size=30_000))
    expected = build_vocabulary("words", source, WORDS)
    assert (words.digest, words.counts) == (expected.digest, expected.counts)


def test_both_workers_count(tmp_path: Path, write_rows: Write, standardizer: ModuleType, spark: Any) -> None:
    """Each executor in its own folder; none of them is this process. The session that was given goes on."""
    source = Source(write_rows(tmp_path, "a.jsonl"), "text")
    for path in standardizer.SEEN.iterdir():
        path.unlink()
    build_vocabulary("words", source, TextTerms(standardizer.lower), engine=SparkEngine(spark, share_size=10_000))
    seen = [path.name.partition("-") for path in standardizer.SEEN.iterdir()]
    assert {folder for _, _, folder in seen} == {"0", "1"}
    assert str(os.getpid()) not in {process for process, _, _ in seen}
    assert spark.range(3).count() == 3


def test_a_session_that_is_made_is_stopped(
    tmp_path: Path, write_rows: Write, spark_conf: dict[str, str], java_home: Path
) -> None:
    """With the master and the settings that were given."""
    path = write_rows(tmp_path, "a.txt")
    settings = [f"{name}={value}" for name, value in spark_conf.items()]
    done = subprocess.run(
        [sys.executable, "-c", OWN_SESSION, path, "local[1]", *settings],
        env=os.environ | {"JAVA_HOME": str(java_home)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [build_vocabulary("words", Source(path), WORDS).digest, "None"]


def test_a_session_of_the_users_is_not_taken_by_itself(tmp_path: Path, write_rows: Write, spark: Any) -> None:
    """It would be stopped afterwards."""
    source = Source(write_rows(tmp_path, "a.txt"))
    with pytest.raises(ConfigError, match=r"another one is active in this process\. Give it: SparkEngine\(session="):
        build_vocabulary("words", source, WORDS, engine=SparkEngine())
    assert spark.range(3).count() == 3


def test_all_files_that_cannot_be_read_are_named(tmp_path: Path, spark: Any) -> None:
    """In the words of the local engine, each once."""
    (tmp_path / "a.csv").write_text("x,n\nthe cat,1\n")
    (tmp_path / "b.csv").write_text("y,n\nthe cat,1\n")
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(b"x,n\nthe cat,1\n")[:-3])
    (tmp_path / "d.csv").write_text("x,n\nthe cat,NA\n")
    (tmp_path / "e.parquet").write_bytes(b"PAR1 and nothing else")
    every = [f"{tmp_path}/*.csv*", f"{tmp_path}/*.parquet"]
    definitions = [
        VocabularyDefinition("words", Source(every, "x"), WORDS),
        VocabularyDefinition("numbers", Source(every, "n"), dtype="int64"),
    ]
    found = problems_of(definitions, SparkEngine(spark))
    assert sorted(found) == sorted(problems_of(definitions, LocalEngine()))
    assert [Path(problem.partition(": ")[0]).name for problem in found] == ["b.csv", "c.csv.gz", "d.csv", "e.parquet"]


def test_relative_paths_are_those_of_this_process(
    tmp_path: Path, write_rows: Write, monkeypatch: pytest.MonkeyPatch, spark: Any
) -> None:
    """Executors have working directories of their own. Errors name a file as it was given."""
    monkeypatch.chdir(write_rows(tmp_path, "a.txt").parent)
    words = build_vocabulary("words", Source("a.txt"), WORDS, engine=SparkEngine(spark))
    assert words.digest == build_vocabulary("words", Source("a.txt"), WORDS).digest
    (tmp_path / "b.txt").write_bytes(b"caf\xe9\n")
    (problem,) = problems_of([VocabularyDefinition("words", Source("b.txt"), WORDS)], SparkEngine(spark))
    assert problem.startswith("b.txt: line 1 is not UTF-8")


def test_a_function_that_fails_is_named(
    tmp_path: Path, write_rows: Write, standardizer: ModuleType, spark: Any
) -> None:
    """What it raised is the message; what it gave wrongly is one, too."""
    source = Source(write_rows(tmp_path, "a.csv"), "text")
    with pytest.raises(VocabularyError, match="ArithmeticError: no such text"):
        build_vocabulary("words", source, TextTerms(standardizer.fail), engine=SparkEngine(spark))
    with pytest.raises(VocabularyError, match=r"a\.csv: .*lose must give one string for each"):
        build_vocabulary("words", source, TextTerms(standardizer.lose), engine=SparkEngine(spark))
    with pytest.raises(VocabularyError, match="words: standardize must be a function of a module"):
        build_vocabulary("words", source, TextTerms(lambda texts: texts), engine=SparkEngine(spark))


def test_a_function_that_a_worker_does_not_have_is_named(
    tmp_path: Path, write_rows: Write, monkeypatch: pytest.MonkeyPatch, spark: Any
) -> None:
    """This process finds its module, and the workers do not."""
    (tmp_path / "not_in_spark.py").write_text("def same(texts):\n    return texts\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    import not_in_spark  # the file that was just written

    source = Source(write_rows(tmp_path, "a.csv"), "text")
    definition = VocabularyDefinition("words", source, TextTerms(not_in_spark.same))
    (problem,) = problems_of([definition], SparkEngine(spark))
    assert problem == (
        "a worker cannot load a function that standardises: No module named 'not_in_spark'. Install its module there"
    )


def test_progress_never_runs_backwards_and_ends_at_the_size_of_all_files(
    tmp_path: Path, write_rows: Write, spark: Any
) -> None:
    """Task by task."""
    path = write_rows(tmp_path, "a.txt")
    calls: list[tuple[int, int]] = []
    engine = SparkEngine(spark, share_size=10_000)
    build_vocabulary("words", Source(path), WORDS, engine=engine, progress=lambda *call: calls.append(call))
    assert calls[-1] == (path.stat().st_size,) * 2
    assert calls == sorted(calls)


def test_arguments_are_checked_and_nothing_to_count_is_no_work(spark: Any) -> None:
    """What belongs to a session that is made has no meaning for one that is given."""
    with pytest.raises(VocabularyError) as caught:
        SparkEngine(spark, master="local[2]", memory_limit=1, worker_memory=0, share_size=0)
    places = [problem.where for problem in caught.value.problems]
    assert places == ["memory_limit", "worker_memory", "share_size", "master"]
    with pytest.raises(VocabularyError, match="session: must be a SparkSession"):
        SparkEngine("local[2]")
    with SparkEngine(spark).count([]) as counted:
        assert counted == ()
