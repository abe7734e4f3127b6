"""Yesterday's counts and today's data give what counting everything gives."""

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lexport.corpus import TextTerms, increments
from lexport.corpus.add_counts import add_counts
from lexport.corpus.count_job import CountJob
from lexport.corpus.counted import Counted
from lexport.corpus.increments import counting_definition, read_counts, write_counts
from lexport.corpus.selection import Selection, select_terms, selected_vocabulary
from lexport.errors import VocabularyError

JOB = CountJob("words", "text", TextTerms(split="whitespace"), documents=True, weight="w", label="section")
TOKENS = st.lists(st.sampled_from(["a", "b", "é", "[UNK]", "\U00010000"]), max_size=5)
DAY = st.lists(st.tuples(TOKENS, st.integers(0, 3_000_000), st.none() | st.sampled_from(["x", "y"])), max_size=6)


def counted(rows: list[tuple[list[str], int, str | None]], job: CountJob, parts: int = 2) -> Counted:
    """Counts rows in plain Python; the terms are spread over tables, all rows of a term in one of them."""
    counts: Counter[Any] = Counter()
    documents, weights, label_rows, label_weights = Counter(counts), Counter(counts), Counter(counts), Counter(counts)
    for tokens, weight, label in rows:
        name = label if job.label else None
        label_rows[name] += 1
        label_weights[name] += weight
        for token in tokens:
            counts[token, name] += 1
            weights[token, name] += weight
        documents.update((token, name) for token in set(tokens))
    tables = []
    for part in range(parts):
        keys = [key for key in counts if ord(key[0][0]) % parts == part]
        columns = {"term": pa.array([term for term, _ in keys], pa.large_string())}
        columns |= {"label": pa.array([label for _, label in keys], pa.large_string())} if job.label else {}
        columns["count"] = pa.array([counts[key] for key in keys], pa.int64())
        columns |= {"documents": pa.array([documents[key] for key in keys], pa.int64())} if job.documents else {}
        columns |= {"weight": pa.array([weights[key] for key in keys], pa.int64())} if job.weight else {}
        tables.append(pa.table(columns))
    totals: dict[str, Any] = {"label": pa.array(list(label_rows), pa.large_string())}
    totals["count"] = pa.array(list(label_rows.values()), pa.int64())
    totals |= {"weight": pa.array([label_weights[name] for name in label_rows], pa.int64())} if job.weight else {}
    return Counted(tables, rows=len(rows), labels=pa.table(totals) if job.label else None)


def as_dict(result: Counted) -> tuple[Any, ...]:
    """What was counted, whatever the order."""
    rows = sorted(tuple(map(str, row.values())) for table in result.tables for row in table.to_pylist())
    labels = None if result.labels is None else sorted(str(row) for row in result.labels.to_pylist())
    return rows, result.rows, labels


JOBS = [
    JOB,
    CountJob("words", "text", TextTerms(), documents=True),
    CountJob("words", "text", TextTerms(), label="section"),
    CountJob("words", "text", TextTerms(), documents=True, label="section"),
    CountJob("words", "text", TextTerms(), weight="w"),
]


@settings(deadline=None)
@given(days=st.lists(DAY, min_size=1, max_size=3), job=st.sampled_from(JOBS), group=st.integers(1, 3))
def test_adding_day_by_day_is_counting_everything(
    tmp_path_factory: pytest.TempPathFactory, days: list[Any], job: CountJob, group: int
) -> None:
    """Terms, counts, documents, weights, labels and rows; and so the same vocabulary by digest and statistics."""
    path = tmp_path_factory.getbasetemp() / "day.counts.parquet"
    path.unlink(missing_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(increments, "ROW_GROUP", group)
        for day in days:
            today = counted(day, job)
            both = add_counts(read_counts(path, job), today) if path.exists() else today
            assert len(list(write_counts(path, both, job))) == len(list(both.tables))
    everything = counted(list(itertools.chain(*days)), job)
    summed = read_counts(path, job)
    assert as_dict(summed) == as_dict(everything)
    rank: Any = "adjusted_mutual_information" if job.label and job.documents and not job.weight else "count"
    selection = Selection(rank=rank, min_count=2, reserved=["new"])
    vocabularies = [
        selected_vocabulary("words", select_terms(counts, selection, "string")) for counts in (summed, everything)
    ]
    assert vocabularies[0] == vocabularies[1]
    assert vocabularies[0].statistics == vocabularies[1].statistics


def test_an_update_keeps_every_id_and_appends_in_order(tmp_path: Path) -> None:
    """Terms that fell behind stay, terms that were never seen again too; max_terms holds for all together."""
    job = CountJob("words", None, TextTerms())
    yesterday = counted([(["a", "a", "b", "c"], 0, None)], job)
    path = tmp_path / "words.counts.parquet"
    old = selected_vocabulary(
        "words",
        select_terms(
            Counted(write_counts(path, yesterday, job), rows=yesterday.rows), Selection(max_terms=2), "string"
        ),
    )
    assert old.terms == ("a", "c")
    today = counted([(["d", "d", "d", "b", "b", "c"], 0, None)], job)
    both = add_counts(read_counts(path, job), today)
    new = selected_vocabulary("words", select_terms(both, Selection(keep=old, max_terms=3), "string"))
    assert new.terms == ("a", "c", "d")
    assert new.counts == (2, 2, 3)
    forgotten = selected_vocabulary("words", select_terms(today, Selection(keep=old), "string"))
    assert (forgotten.terms, forgotten.counts) == (("a", "c", "d", "b"), (0, 1, 3, 2))


def test_tables_with_labels_stay_whole(tmp_path: Path) -> None:
    """All rows of a term must be in one table, and are in one when they are read."""
    rows = [(["a", "b"], 1, label) for label in ("x", "y", None)]
    path = tmp_path / "words.counts.parquet"
    assert len(list(write_counts(path, counted(rows, JOB, parts=1), JOB))) == 1
    assert [len(table) for table in read_counts(path, JOB).tables] == [6]


def test_tables_are_read_one_by_one_and_again(tmp_path: Path) -> None:
    """A file of counts may be larger than the memory; and what was read once can be read again."""
    job = CountJob("ids", "id", TextTerms(), "int64")
    tables = [pa.table({"term": pa.array([index], pa.int64()), "count": [1]}) for index in range(5)]
    path = tmp_path / "ids.counts.parquet"
    list(write_counts(path, Counted(tables, rows=5), job))
    read = read_counts(path, job)
    assert [len(table) for table in read.tables] == [len(table) for table in read.tables] == [1] * 5
    assert isinstance(iter(read.tables), Iterator)


def test_counts_are_replaced_only_when_all_were_taken(tmp_path: Path) -> None:
    """Whoever stops in between, or fails, leaves the old file; reading it while it is replaced is fine."""
    job = CountJob("words", None, TextTerms())
    path = tmp_path / "words.counts.parquet"
    list(write_counts(path, counted([(["a"], 0, None)], job), job))
    before = path.read_bytes()
    writer = write_counts(path, counted([(["a", "b"], 0, None)], job), job)
    next(writer)
    writer.close()  # type: ignore[attr-defined]
    assert path.read_bytes() == before
    list(write_counts(path, read_counts(path, job), job))
    assert path.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


# -- what is refused --------------------------------------------------------------------------------------------


def test_counts_of_another_definition_are_refused(tmp_path: Path) -> None:
    """Every difference is named; another name is none."""
    path = tmp_path / "words.counts.parquet"
    job = CountJob("words", "text", TextTerms(standardize="lower", split="whitespace"), documents=True)
    list(write_counts(path, counted([(["a"], 0, None)], job), job))
    assert read_counts(path, CountJob("other", "text", job.terms, documents=True)).rows == 1
    other = CountJob("words", "title", TextTerms(split="whitespace"), "int64", weight="w")
    with pytest.raises(VocabularyError) as caught:
        read_counts(path, other)
    assert [str(problem).split(".")[0] for problem in caught.value.problems] == [
        "column: was 'text' then, and is 'title' now",
        "terms",
        "dtype: was 'string' then, and is 'int64' now",
        "documents: was True then, and is False now",
        "weight: was None then, and is 'w' now",
    ]
    assert "terms.standardize: was 'lower' then, and is None now" in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_definition_holds_everything_that_changes_a_count() -> None:
    """Functions by their names; all of it is JSON."""
    definition = counting_definition(JOB)
    assert {key: definition[key] for key in ("column", "dtype", "documents", "weight", "label", "weight_unit")} == {
        "column": "text",
        "dtype": "string",
        "documents": True,
        "weight": "w",
        "label": "section",
        "weight_unit": 1e-6,
    }
    assert increments._plain({"f": as_dict, "t": (1, {2.5}), "o": 1j}) == {
        "f": f"{__name__}:as_dict",
        "t": [1, [2.5]],
        "o": "1j",
    }


def test_a_file_that_holds_no_counts_is_named(tmp_path: Path) -> None:
    """Missing, of another kind, cut off, of somebody else, with other columns."""
    path, job = tmp_path / "words.parquet", CountJob("words", None, TextTerms())
    with pytest.raises(VocabularyError, match=r"cannot read counts from .*words\.parquet: "):
        read_counts(path, job)
    path.write_text("the\n")
    with pytest.raises(VocabularyError, match="is no Parquet file, or a damaged one"):
        read_counts(path, job)
    pq.write_table(pa.table({"term": ["a"]}), path)
    with pytest.raises(VocabularyError, match="holds no counts that this version of lexport can read"):
        read_counts(path, job)
    list(write_counts(path, counted([(["a"], 0, None)], job), job))
    metadata = pq.read_schema(path).metadata
    pq.write_table(pa.table({"term": ["a"]}).replace_schema_metadata(metadata), path)
    with pytest.raises(VocabularyError, match=r"must have the columns term \(large_string\), count \(int64\)"):
        read_counts(path, job)


def test_damage_inside_a_file_is_found_when_it_is_read(tmp_path: Path) -> None:
    """The foot of the file is whole, a page is not."""
    path, job = tmp_path / "words.parquet", CountJob("words", None, TextTerms())
    many = pa.table({"term": pa.array([f"t{index}" for index in range(9000)], pa.large_string()), "count": [1] * 9000})
    list(write_counts(path, Counted([many], rows=1), job))
    data = bytearray(path.read_bytes())
    data[20:2000] = bytes(1980)
    path.write_bytes(data)
    with pytest.raises(VocabularyError, match="is damaged"):
        list(read_counts(path, job).tables)


def test_what_cannot_be_written_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    """A file in the place of its folder."""
    (tmp_path / "file").write_text("")
    job = CountJob("words", None, TextTerms())
    with pytest.raises(VocabularyError, match=r"cannot write counts to .*file/x\.parquet: "):
        list(write_counts(tmp_path / "file" / "x.parquet", Counted([], rows=0), job))
