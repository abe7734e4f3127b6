"""From files to a vocabulary."""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from lexport.corpus import Source, TextTerms, build_vocabulary
from lexport.corpus.readers import delimited, json_lines
from lexport.errors import VocabularyError

ROWS = ["b a", "a", "c, a b", "", "\u00e9 \u2028"]
WORDS = TextTerms(split="whitespace")


def _csv(path: Path, rows: list[str], delimiter: str = ",") -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([["n", "x"], *([i, row] for i, row in enumerate(rows))])


def _gzip_csv(path: Path, rows: list[str]) -> None:
    _csv(path.with_suffix(""), rows)
    path.write_bytes(gzip.compress(path.with_suffix("").read_bytes()))


def _zstd_csv(path: Path, rows: list[str]) -> None:
    _csv(path.with_suffix(""), rows)
    with pa.CompressedOutputStream(str(path), "zstd") as file:
        file.write(path.with_suffix("").read_bytes())


def _tsv(path: Path, rows: list[str]) -> None:
    _csv(path, rows, "\t")


def _jsonl(path: Path, rows: list[str]) -> None:
    path.write_text("".join(json.dumps({"n": 1, "x": row}) + "\n" for row in rows))


def _parquet(path: Path, rows: list[str]) -> None:
    pq.write_table(pa.table({"n": [1] * len(rows), "x": rows}), path)


def _arrow(path: Path, rows: list[str]) -> None:
    feather.write_feather(pa.table({"n": [1] * len(rows), "x": rows}), str(path))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.csv", _csv),
        ("a.csv.gz", _gzip_csv),
        ("a.csv.zst", _zstd_csv),
        ("a.tsv", _tsv),
        ("a.jsonl", _jsonl),
        ("a.parquet", _parquet),
        ("a.feather", _arrow),
    ],
)
def test_every_format_gives_the_same_vocabulary(
    tmp_path: Path, name: str, write: Callable[[Path, list[str]], None]
) -> None:
    """The format is how the values lie on the disk and nothing else."""
    write(tmp_path / name, ROWS)
    words = build_vocabulary("words", Source(tmp_path / name, column="x"), WORDS)
    assert words.terms == ("a", "b", "\u2028", "\u00e9", "c,")
    assert words.counts == (3, 2, 1, 1, 1)


def test_counts_are_those_of_all_files_together(tmp_path: Path) -> None:
    """Files of different formats can be one source."""
    _csv(tmp_path / "a.csv", ["a b"])
    _jsonl(tmp_path / "b.jsonl", ["a"])
    words = build_vocabulary("words", Source(f"{tmp_path}/*", column="x"), WORDS)
    assert (words.terms, words.counts) == (("a", "b"), (2, 1))


def test_max_terms_counts_ordinary_terms(tmp_path: Path) -> None:
    """Unlike Keras's `max_tokens`, of which special tokens take a share."""
    _csv(tmp_path / "a.csv", ["a b c [UNK]", "a b", "a"])
    words = build_vocabulary("words", Source(tmp_path / "a.csv", "x"), WORDS, max_terms=2)
    assert words.terms == ("a", "b")


def test_text_of_integers_becomes_integer_terms(tmp_path: Path) -> None:
    """`7` and `007` are one integer; empty cells do not count; -1 is the out-of-vocabulary value."""
    _csv(tmp_path / "a.csv", ["7", "007", "", "-3", "-1", " 12 "])
    ids = build_vocabulary("ids", Source(tmp_path / "a.csv", "x"), TextTerms(), dtype="int64")
    assert (ids.terms, ids.counts, ids.dtype) == ((7, 12, -3), (2, 1, 1), "int64")


def test_integer_columns_become_integer_terms(tmp_path: Path) -> None:
    """Lists of integers too."""
    pq.write_table(pa.table({"x": [[7, 7], [9], None, []]}), tmp_path / "a.parquet")
    ids = build_vocabulary("ids", Source(tmp_path / "a.parquet", "x"), TextTerms(), dtype="int64")
    assert (ids.terms, ids.counts) == ((7, 9), (2, 1))


def test_text_and_integers_of_one_column_become_integer_terms(tmp_path: Path) -> None:
    """JSON Lines may have both; for a vocabulary of strings they are refused."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"x": "7"}\n{"x": 7}\n{"x": ["8", " 7"]}\n{"x": [8, 7]}\n')
    ids = build_vocabulary("ids", Source(path, "x"), TextTerms(), dtype="int64")
    assert (ids.terms, ids.counts) == ((7, 8), (4, 2))
    with pytest.raises(VocabularyError, match=r"a\.jsonl: .* from integers\. Give dtype"):
        build_vocabulary("ids", Source(path, "x"), TextTerms())


@pytest.mark.parametrize("value", ["1.5", "true"])
def test_numbers_and_booleans_cannot_be_terms(tmp_path: Path, value: str) -> None:
    """Their text is not unique: 1.0 and 1.00 are one number."""
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"x": {value}}}\n')
    with pytest.raises(VocabularyError, match=r"a\.jsonl: the column must hold strings, integers or lists of them"):
        build_vocabulary("ids", Source(path, "x"), TextTerms())


def test_integers_for_a_vocabulary_of_strings_are_refused(tmp_path: Path) -> None:
    """The remedy is a dtype, not a silent conversion."""
    pq.write_table(pa.table({"x": [7]}), tmp_path / "a.parquet")
    with pytest.raises(VocabularyError, match=r"a\.parquet: .* from integers\. Give dtype"):
        build_vocabulary("ids", Source(tmp_path / "a.parquet", "x"), TextTerms())


def test_text_that_is_no_integer_is_named(tmp_path: Path) -> None:
    """`NA` is a value like any other, and no integer."""
    _csv(tmp_path / "a.csv", ["7", "NA", "1.0"])
    with pytest.raises(VocabularyError, match=r"a.csv: 'NA' is no integer\n  .*a.csv: '1.0' is no integer"):
        build_vocabulary("ids", Source(tmp_path / "a.csv", "x"), TextTerms(), dtype="int64")


def test_an_integer_beyond_int64_is_named(tmp_path: Path) -> None:
    """It fits into no table of TensorFlow's."""
    _csv(tmp_path / "a.csv", ["9223372036854775808"])
    with pytest.raises(VocabularyError, match="'9223372036854775808' does not fit into int64"):
        build_vocabulary("ids", Source(tmp_path / "a.csv", "x"), TextTerms(), dtype="int64")


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\0b"])
def test_a_term_that_no_file_can_hold_is_named(tmp_path: Path, bad: str, lexport_home: Path) -> None:
    """Line ends and NUL; nothing is written."""
    _jsonl(tmp_path / "a.jsonl", ["good", bad])
    with pytest.raises(VocabularyError) as caught:
        build_vocabulary("x", Source(tmp_path / "a.jsonl", "x"), TextTerms())
    assert repr(bad) in str(caught.value)
    assert not lexport_home.exists()


def test_a_term_that_is_not_selected_may_be_anything(tmp_path: Path) -> None:
    """Only what stands in the vocabulary must be representable."""
    _jsonl(tmp_path / "a.jsonl", ["good", "good", "a\nb"])
    assert build_vocabulary("x", Source(tmp_path / "a.jsonl", "x"), TextTerms(), min_count=2).terms == ("good",)


def test_all_files_that_cannot_be_read_are_named(tmp_path: Path, lexport_home: Path) -> None:
    """One error for the whole source; nothing is written, though one file was good."""
    _csv(tmp_path / "a.csv", ["a"])
    (tmp_path / "b.csv").write_text("n,y\n1,a\n")
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(b"n,x\n1,a\n")[:-3])
    with pytest.raises(VocabularyError) as caught:
        build_vocabulary("words", Source(f"{tmp_path}/*.csv*", column="x"), WORDS)
    assert [Path(problem.where).name for problem in caught.value.problems] == ["b.csv", "c.csv.gz"]
    assert not lexport_home.exists()


def test_all_wrong_arguments_are_named() -> None:
    """Together with the names of missing files."""
    with pytest.raises(VocabularyError) as caught:
        build_vocabulary(
            "words",
            Source("missing.txt"),
            TextTerms("lower"),
            max_terms=0,
            min_count=0,
            dtype="int64",
        )
    places = [problem.where for problem in caught.value.problems]
    assert places == ["max_terms", "min_count", "standardize", "missing.txt"]


def test_an_unknown_dtype_is_refused(tmp_path: Path) -> None:
    """There are two."""
    _csv(tmp_path / "a.csv", ["a"])
    with pytest.raises(VocabularyError, match="must be string or int64; received 'float32'"):
        build_vocabulary("words", Source(tmp_path / "a.csv", "x"), WORDS, dtype="float32")  # type: ignore[arg-type]


def test_a_source_without_a_term_is_an_error(tmp_path: Path) -> None:
    """A header alone, or nothing but empty values."""
    (tmp_path / "a.csv").write_text("x\n")
    with pytest.raises(VocabularyError, match="there is no term"):
        build_vocabulary("words", Source(tmp_path / "a.csv", "x"), WORDS)


def test_progress_ends_at_the_size_of_all_files(tmp_path: Path) -> None:
    """And never runs backwards or beyond."""
    _csv(tmp_path / "a.csv", ["a b"] * 100)
    _parquet(tmp_path / "b.parquet", ["a b"] * 100)
    calls: list[tuple[int, int]] = []
    build_vocabulary(
        "words",
        Source(f"{tmp_path}/*.*", column="x"),
        WORDS,
        progress=lambda done, total: calls.append((done, total)),
    )
    size = sum(path.stat().st_size for path in tmp_path.glob("*.*"))
    assert calls[-1] == (size, size)
    assert calls == sorted(calls)


@pytest.mark.parametrize(("name", "write"), [("a.jsonl", _jsonl), ("a.csv", _csv)])
def test_a_file_is_read_batch_by_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, write: Callable[[Path, list[str]], None]
) -> None:
    """Never as a whole: a file may be larger than the memory. Where the batches end changes nothing."""
    monkeypatch.setattr(json_lines, "BLOCK_SIZE", 100)
    monkeypatch.setattr(delimited, "BLOCK_SIZE", 100)
    write(tmp_path / name, ["a b"] * 5000)
    calls: list[int] = []
    source = Source(tmp_path / name, "x")
    words = build_vocabulary("words", source, WORDS, progress=lambda done, _: calls.append(done))
    assert words.counts == (5000, 5000)
    assert len(calls) > 30
    assert calls[0] < calls[-1] / 2


def test_import_does_not_start_tensorflow() -> None:
    """TensorFlow takes seconds to import, and counting needs none of it."""
    code = "import sys, lexport.corpus; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
