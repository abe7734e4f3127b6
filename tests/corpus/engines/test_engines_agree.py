"""One definition, the same vocabularies on every engine."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lexport.corpus import (
    Pattern,
    Replacement,
    Selection,
    Source,
    TextTerms,
    VocabularyDefinition,
    build_vocabularies,
)
from lexport.corpus.accumulation.partitions import PARTITIONS
from lexport.corpus.count_job import CountJob
from lexport.corpus.engines import BeamEngine, Engine, LocalEngine, Scan, SparkEngine
from lexport.corpus.engines.limits import smallest_limit
from lexport.vocabulary import Vocabulary

# `make test` installs Beam; `make test-fast` does without.
pytest.importorskip("apache_beam")

Write = Callable[[Path, str], Path]
KERAS = TextTerms("lower_and_strip_punctuation", "whitespace")
COLUMNS = ("counts", "document_counts", "weights", "scores")
TWO_PROCESSES = ["--direct_num_workers=2", "--direct_running_mode=multi_processing"]


def facts(words: Vocabulary) -> dict[str, Any]:
    """Gives all that two vocabularies must have in common to be one."""
    statistics = words.statistics
    columns = {name: None if (one := getattr(statistics, name)) is None else list(one) for name in COLUMNS}
    return {"digest": words.digest, **columns, "documents": statistics.documents, "tokens": statistics.tokens}


def build(definitions: list[VocabularyDefinition], engine: Engine) -> dict[str, dict[str, Any]]:
    return {name: facts(words) for name, words in build_vocabularies(definitions, engine).items()}


def define(folder: Path, write: Write, function: Any) -> list[VocabularyDefinition]:
    """Defines many vocabularies of several sources: all that can be counted."""
    column = {name: Source(write(folder, "a.csv"), name) for name in ("text", "tag", "id")}
    lines, parquet = Source(write(folder, "a.txt")), Source(write(folder, "a.parquet"), "id")
    return [
        VocabularyDefinition("words", lines, KERAS, Selection(max_terms=500), documents=True),
        VocabularyDefinition("pairs", lines, replace(KERAS, ngrams=(1, 2)), Selection(min_count=2)),
        VocabularyDefinition("characters", lines, TextTerms("lower", "character")),
        VocabularyDefinition("tags", column["tag"], weight="weight"),
        VocabularyDefinition("ids", parquet, dtype="int64", documents=True, weight="weight"),
        VocabularyDefinition("ids_as_text", column["id"], dtype="int64"),
        VocabularyDefinition("weighted", column["text"], KERAS, Selection(rank="weight"), weight="weight"),
        VocabularyDefinition(
            "telling",
            column["text"],
            KERAS,
            Selection(rank="adjusted_mutual_information", max_terms=100),
            label="tag",
            weight="weight",
        ),
        VocabularyDefinition("pattern", column["text"], TextTerms(Replacement("[0-9]+", "#"), Pattern("[ ,]+"))),
        VocabularyDefinition("function", column["text"], TextTerms(function, "whitespace")),
        VocabularyDefinition("kept", lines, KERAS, Selection(reserved=("[CLS]",), coverage=0.9, min_documents=2)),
    ]


@pytest.fixture(scope="module")
def definitions(
    tmp_path_factory: pytest.TempPathFactory, write_rows: Write, standardizer: ModuleType
) -> list[VocabularyDefinition]:
    """Gives the definitions on files."""
    return define(tmp_path_factory.mktemp("data"), write_rows, standardizer.lower)


@pytest.fixture(scope="module")
def expected(definitions: list[VocabularyDefinition]) -> dict[str, dict[str, Any]]:
    """Gives what the local engine makes of them."""
    return build(definitions, LocalEngine())


@pytest.mark.parametrize("size", [1000, 20_000, None])
def test_beam_gives_the_vocabularies_of_the_local_engine(
    definitions: list[VocabularyDefinition], expected: dict[str, dict[str, Any]], size: int | None
) -> None:
    """By digest, with all statistics, wherever the files are cut."""
    assert build(definitions, BeamEngine(share_size=size)) == expected


@pytest.mark.slow
def test_beam_in_two_processes_gives_the_vocabularies_of_the_local_engine(
    definitions: list[VocabularyDefinition], expected: dict[str, dict[str, Any]]
) -> None:
    """As in one."""
    assert build(definitions, BeamEngine(TWO_PROCESSES, share_size=10_000)) == expected


@pytest.mark.slow
@pytest.mark.parametrize("size", [10_000, None])
def test_spark_gives_the_vocabularies_of_the_local_engine(
    definitions: list[VocabularyDefinition], expected: dict[str, dict[str, Any]], size: int | None, spark: Any
) -> None:
    """By digest, with all statistics, wherever the files are cut."""
    assert build(definitions, SparkEngine(spark, share_size=size)) == expected


@pytest.mark.parametrize("memory", [1, 1 << 20])
def test_a_worker_with_little_memory_hands_on_more_pieces(
    definitions: list[VocabularyDefinition], expected: dict[str, dict[str, Any]], memory: int
) -> None:
    """And the result is the same."""
    assert build(definitions, BeamEngine(worker_memory=memory)) == expected


def test_a_driver_with_little_memory_spills(tmp_path: Path) -> None:
    """What the workers hand back goes onto the disk, partition by partition, and each term is in one table."""
    (tmp_path / "a.txt").write_text("".join(f"the term-number-{number}\n" for number in range(400_000)))
    files, _ = Source(tmp_path / "a.txt").find()
    job = CountJob("words", None, TextTerms(split="whitespace"))
    with BeamEngine(memory_limit=smallest_limit(1)).count([Scan(tuple(files), (job,))]) as ((found,),):
        tables = list(found.tables)
    terms = pa.concat_tables(tables)
    assert len(tables) == PARTITIONS
    assert len(terms) == len(pc.unique(terms["term"])) == 400_001
    assert sum(terms["count"].to_pylist()) == 800_000


def increments(folder: Path, write: Write, engine: Engine) -> dict[str, Any]:
    """Counts the same data as yesterday's and as today's, and everything that was kept for tomorrow."""
    text = Source(write(folder, "a.csv"), "text")
    first = VocabularyDefinition("words", text, KERAS, documents=True, weight="weight", label="tag")
    first = replace(first, counts_to=folder / "counts.parquet")
    second = replace(first, counts_from=folder / "counts.parquet")
    ids = VocabularyDefinition("ids", Source(text.files, "id"), dtype="int64", counts_to=folder / "ids.parquet")
    build([first, ids], engine)
    return build([second, replace(ids, counts_from=folder / "ids.parquet")], engine)


@pytest.mark.slow
def test_counts_of_before_are_added_on_every_engine(tmp_path: Path, write_rows: Write, spark: Any) -> None:
    """To those of the workers: terms, rows, documents, weights and labels."""
    found = []
    for engine in (LocalEngine(), BeamEngine(share_size=10_000), SparkEngine(spark, share_size=50_000)):
        folder = tmp_path / type(engine).__name__
        folder.mkdir()
        found.append(increments(folder, write_rows, engine))
    assert found[0] == found[1] == found[2]
    assert found[0]["words"]["documents"] == 2 * 3000


TEXT = st.lists(st.text(st.sampled_from("ab \n\t\r\u00e9\0"), max_size=12), min_size=1, max_size=20)


def counts(engine: Engine, scan: Scan) -> list[tuple[int, dict[Any, Any]]]:
    """Gives for each job of a scan the rows, and what was counted of each term."""
    with engine.count([scan]) as (found,):
        tables = [(one.rows, [row for table in one.tables for row in table.to_pylist()]) for one in found]
    return [(number, {row.pop("term"): row for row in rows}) for number, rows in tables]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=TEXT, size=st.integers(1, 40))
def test_any_text_cut_anywhere_gives_the_same_counts(tmp_path: Path, lines: list[str], size: int) -> None:
    """In the middle of a word, of a line or of a character; a NUL is as good as any other byte."""
    (tmp_path / "a.txt").write_text("\n".join([*lines, "end"]))
    files, _ = Source(tmp_path / "a.txt").find()
    plain = CountJob("plain", None, TextTerms("lower", "whitespace"))
    scan = Scan(tuple(files), (plain, replace(plain, name="documents", documents=True)))
    assert counts(BeamEngine(share_size=size), scan) == counts(LocalEngine(), scan)
