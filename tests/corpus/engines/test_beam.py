"""Counting on Beam: its direct runner in this process, and with two worker processes."""

import gzip
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lexport.corpus import Source, TextTerms, VocabularyDefinition, build_vocabularies, build_vocabulary
from lexport.corpus.engines import BeamEngine, Engine, LocalEngine
from lexport.errors import VocabularyError

# `make test` installs Beam; `make test-fast` does without.
PipelineOptions = pytest.importorskip("apache_beam.options.pipeline_options").PipelineOptions

Write = Callable[[Path, str], Path]
WORDS = TextTerms("lower_and_strip_punctuation", "whitespace")
TWO_PROCESSES = ["--direct_num_workers=2", "--direct_running_mode=multi_processing"]


def problems_of(definitions: list[VocabularyDefinition], engine: Engine) -> list[str]:
    with pytest.raises(VocabularyError) as caught:
        build_vocabularies(definitions, engine)
    return [str(problem) for problem in caught.value.problems]


def unreadable(folder: Path) -> list[VocabularyDefinition]:
    """Defines vocabularies of files of which some lack a column, are cut off, or hold what is no integer."""
    (folder / "a.csv").write_text("x,n\nthe cat,1\n")
    (folder / "b.csv").write_text("y,n\nthe cat,1\n")
    (folder / "c.csv.gz").write_bytes(gzip.compress(b"x,n\nthe cat,1\n")[:-3])
    (folder / "d.csv").write_text("x,n\nthe cat,NA\n")
    (folder / "e.parquet").write_bytes(b"PAR1 and nothing else")
    every = [f"{folder}/*.csv*", f"{folder}/*.parquet"]
    return [
        VocabularyDefinition("words", Source(every, "x"), WORDS),
        VocabularyDefinition("numbers", Source(every, "n"), dtype="int64"),
    ]


def test_every_format_is_counted_as_by_the_local_engine(tmp_path: Path, write_rows: Write, file_name: str) -> None:
    """Cut into parts where that is possible."""
    source = Source(write_rows(tmp_path, file_name), None if file_name == "a.txt" else "text")
    words = build_vocabulary("words", source, WORDS, engine=BeamEngine(share_size=10_000))
    expected = build_vocabulary("words", source, WORDS)
    assert (words.digest, words.counts) == (expected.digest, expected.counts)


@pytest.mark.slow
def test_two_processes_count(tmp_path: Path, write_rows: Write, standardizer: ModuleType) -> None:
    """Both of them, and none of them is this one."""
    source = Source(write_rows(tmp_path, "a.jsonl"), "text")
    for path in standardizer.SEEN.iterdir():
        path.unlink()
    engine = BeamEngine(TWO_PROCESSES, share_size=10_000)
    words = build_vocabulary("words", source, TextTerms(standardizer.lower), engine=engine)
    seen = {path.name.partition("-")[0] for path in standardizer.SEEN.iterdir()}
    assert len(seen - {str(os.getpid())}) == len(seen) == 2
    assert words.digest == build_vocabulary("words", source, TextTerms("lower")).digest


def test_all_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """In the words of the local engine, each once."""
    definitions = unreadable(tmp_path)
    found = problems_of(definitions, BeamEngine())
    assert sorted(found) == sorted(problems_of(definitions, LocalEngine()))
    assert [Path(problem.partition(": ")[0]).name for problem in found] == ["b.csv", "c.csv.gz", "d.csv", "e.parquet"]


def test_a_file_that_cannot_be_read_is_named_once_for_all_its_parts(tmp_path: Path) -> None:
    """Each part has found out by itself."""
    (tmp_path / "a.txt").write_bytes(b"caf\xe9 au lait\n" * 100)
    (problem,) = problems_of(
        [VocabularyDefinition("words", Source(tmp_path / "a.txt"), WORDS)], BeamEngine(share_size=100)
    )
    assert problem.startswith(f"{tmp_path}/a.txt: line 1 is not UTF-8 at byte 3")


def test_nothing_is_left_behind(tmp_path: Path, write_rows: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither when all goes well nor when it does not."""
    place = tmp_path / "results"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    engine = BeamEngine(temp_location=place)
    build_vocabulary("words", Source(write_rows(tmp_path, "a.csv"), "text"), WORDS, engine=engine)
    problems_of(unreadable(tmp_path), engine)
    assert list(place.iterdir()) == []


def test_results_may_go_through_a_url(s3: Any, tmp_path: Path, write_rows: Write) -> None:
    """As they have to where workers run on other machines."""
    source = Source(write_rows(tmp_path, "a.csv"), "text")
    words = build_vocabulary("words", source, WORDS, engine=BeamEngine(temp_location="s3://bucket/results"))
    assert words.digest == build_vocabulary("words", source, WORDS).digest
    assert s3.find("bucket") == []


@pytest.mark.slow
def test_results_that_do_not_come_here_are_missed(tmp_path: Path, write_rows: Write) -> None:
    """Each process has a memory of its own: what the workers write there is nowhere."""
    source = Source(write_rows(tmp_path, "a.csv"), "text")
    engine = BeamEngine(TWO_PROCESSES, temp_location="memory://results")
    with pytest.raises(VocabularyError, match=r"not there where this process looks\. Give a temp_location"):
        build_vocabulary("words", source, WORDS, engine=engine)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, write_rows: Write) -> None:
    """Before anything runs."""
    (tmp_path / "file").touch()
    engine = BeamEngine(temp_location=tmp_path / "file")
    with pytest.raises(VocabularyError, match=r"temp_location .*/file: cannot be read|temp_location .*/file: "):
        build_vocabulary("words", Source(write_rows(tmp_path, "a.csv"), "text"), WORDS, engine=engine)


def test_a_function_that_workers_cannot_import_is_refused(tmp_path: Path, write_rows: Write) -> None:
    """Before anything runs."""
    source = Source(write_rows(tmp_path, "a.csv"), "text")
    with pytest.raises(VocabularyError, match="words: standardize must be a function of a module"):
        build_vocabulary("words", source, TextTerms(lambda texts: texts), engine=BeamEngine())


@pytest.mark.slow
def test_a_function_that_a_worker_does_not_have_is_named(
    tmp_path: Path, write_rows: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This process finds its module, and the workers do not."""
    (tmp_path / "only_here.py").write_text("def same(texts):\n    return texts\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    import only_here  # the file that was just written

    definition = VocabularyDefinition("words", Source(write_rows(tmp_path, "a.csv"), "text"), TextTerms(only_here.same))
    (problem,) = problems_of([definition], BeamEngine(TWO_PROCESSES))
    assert problem == (
        "a worker cannot load a function that standardises: No module named 'only_here'. Install its module there"
    )


def test_a_function_that_fails_is_named(tmp_path: Path, write_rows: Write, standardizer: ModuleType) -> None:
    """What it raised is the message; what it gave wrongly is one, too."""
    source = Source(write_rows(tmp_path, "a.csv"), "text")
    with pytest.raises(VocabularyError, match="ArithmeticError: no such text"):
        build_vocabulary("words", source, TextTerms(standardizer.fail), engine=BeamEngine())
    with pytest.raises(VocabularyError, match=r"a\.csv: .*lose must give one string for each"):
        build_vocabulary("words", source, TextTerms(standardizer.lose), engine=BeamEngine())


def test_progress_never_runs_backwards_and_ends_at_the_size_of_all_files(tmp_path: Path, write_rows: Write) -> None:
    """Share by share."""
    path = write_rows(tmp_path, "a.txt")
    calls: list[tuple[int, int]] = []
    engine = BeamEngine(share_size=10_000)
    build_vocabulary("words", Source(path), WORDS, engine=engine, progress=lambda *call: calls.append(call))
    assert calls[-1] == (path.stat().st_size,) * 2
    assert calls == sorted(calls)


@pytest.mark.parametrize(
    "given",
    [
        ["--direct_num_workers=2", "--job_name=words"],
        {"direct_num_workers": 2, "job_name": "words"},
        PipelineOptions(direct_num_workers=2, job_name="words"),
    ],
    ids=["list", "mapping", "options"],
)
def test_options_may_be_given_in_every_form(given: Any) -> None:
    """And what was given stays as it is."""
    before = given.get_all_options() if isinstance(given, PipelineOptions) else None
    options = BeamEngine(given).options
    assert (options["direct_num_workers"], options["job_name"]) == (2, "words")
    assert before is None or given.get_all_options() == before


def test_the_direct_runner_is_not_replaced_by_a_download() -> None:
    """Beam would fetch a program of another language for it, which starts no worker processes."""
    assert BeamEngine().options["allow_unsafe_triggers"] is True
    assert "allow_unsafe_triggers" not in BeamEngine({"runner": "FlinkRunner", "temp_location": "gs://b/t"}).options


def test_all_wrong_arguments_are_named() -> None:
    """A runner elsewhere needs a place where workers and this process meet."""
    with pytest.raises(VocabularyError) as caught:
        BeamEngine({"runner": "FlinkRunner"}, memory_limit=1, worker_memory=0, share_size=0)
    places = [problem.where for problem in caught.value.problems]
    assert places == ["memory_limit", "worker_memory", "share_size", "temp_location"]


def test_nothing_to_count_is_no_work() -> None:
    """No pipeline is run for it."""
    with BeamEngine().count([]) as counted:
        assert counted == ()


def test_a_failure_of_the_runner_is_an_error_of_lexport(tmp_path: Path, write_rows: Write) -> None:
    """A runner that does not exist, as one that does not answer."""
    engine = BeamEngine({"runner": "NoSuchRunner"}, temp_location=tmp_path)
    with pytest.raises(VocabularyError, match="NoSuchRunner cannot count"):
        build_vocabulary("words", Source(write_rows(tmp_path, "a.txt")), WORDS, engine=engine)
