"""Measures how long vocabularies take to build, and how much memory, beside Keras's `adapt()` and other libraries.

    python benchmarks/vocabulary_building.py [--folder DIR] [--rounds 3] [--megabytes 1000] [--only text]

Every way runs in a process of its own, in turns; seconds are from its start to its end, imports included, memory is
the peak of the process. Those that must learn the same vocabulary are compared, term by term: a way that learns
another one ends the benchmark. The corpora are made once, by `corpora.py`, and kept in the folder.

- `text`: words of Zipf text, lower-cased and without punctuation, the 30,000 most frequent ones.
- `libraries`: the same of 200 MB, by the libraries that could be the engine. Those that are not installed
  (`pip install polars duckdb`) are left out, and the table says so.
- `ids`: a column of 20 million rows with a million distinct ids, all of them, as CSV and as Parquet.
- `distinct`: ten million distinct words, all of them and the 30,000 first ones, with the default memory limit and with
  a small one.
"""

import argparse
import hashlib
import importlib.util
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import corpora

TOP = 30_000  # with the two tokens that Keras counts among them

OURS_TEXT = """
from lexport.corpus import LocalEngine, Source, TextTerms, build_vocabulary
words = TextTerms("lower_and_strip_punctuation", "whitespace")
engine = LocalEngine(memory_limit=int(options[0])) if options else None
terms = build_vocabulary("x", Source(path, format="text"), words, max_terms=TOP - 2, engine=engine).terms
"""
OURS_DISTINCT = """
from lexport.corpus import LocalEngine, Source, TextTerms, build_vocabulary
engine = LocalEngine(memory_limit=int(options[0])) if options else None
vocabulary = build_vocabulary("x", Source(path, format="text"), TextTerms(split="whitespace"), engine=engine)
terms = [str(len(vocabulary))]
"""
OURS_COLUMN = """
from lexport.corpus import Source, TextTerms, build_vocabulary
vocabulary = build_vocabulary("x", Source(path, "id"), TextTerms())
terms = [vocabulary.digest]
"""
KERAS_TEXT = """
import keras, tensorflow as tf
layer = keras.layers.TextVectorization(max_tokens=TOP)
layer.adapt(tf.data.TextLineDataset(path).batch(int(options[0])).prefetch(2))
terms = layer.get_vocabulary(include_special_tokens=False)
"""
KERAS_COLUMN = """
import hashlib, keras, tensorflow as tf
layer = keras.layers.StringLookup()
layer.adapt(tf.data.TextLineDataset(path).skip(1).batch(int(options[0])).prefetch(2))
text = "".join(term + chr(10) for term in layer.get_vocabulary(include_special_tokens=False))
terms = [hashlib.sha256(text.encode()).hexdigest()]
"""
COUNTER = """
import string
from collections import Counter
lower = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
counts = Counter()
with open(path, "rb") as file:
    for line in file:
        counts.update(line.translate(lower, string.punctuation.encode()).split())
ordered = sorted(counts.items(), key=lambda item: (item[1], item[0]), reverse=True)
terms = [term.decode() for term, _ in ordered[: TOP - 2]]
"""
POLARS = """
import polars as pl
punctuation = "[!-/:-@\\\\[-`{-~]"
raw = pl.scan_lines(path, name="line") if hasattr(pl, "scan_lines") else pl.scan_csv(
    path, has_header=False, new_columns=["line"], separator=chr(1), quote_char=None, truncate_ragged_lines=True
)
tokens = raw.select(pl.col("line").str.split(" ").explode().alias("token")).group_by("token").len()
lowered = pl.col("token").str.to_lowercase().str.replace_all(punctuation, "").alias("term")
counts = tokens.select(lowered, "len").group_by("term").agg(pl.col("len").sum()).filter(pl.col("term") != "")
table = counts.collect(engine="streaming").to_arrow()
ordered = sorted(zip(table["term"].to_pylist(), table["len"].to_pylist()), key=lambda one: (one[1], one[0].encode()))
terms = [term for term, _ in ordered[::-1][: TOP - 2]]
"""
DUCKDB = """
import duckdb
query = '''
with lines as (select unnest(string_split(line, ' ')) as token
               from read_csv($path, columns={'line': 'VARCHAR'}, header=false, delim=chr(1), quote='', escape='')),
     raw as (select token, count(*) as n from lines group by token)
select regexp_replace(lower(token), '[!-/:-@\\\\[-`{-~]', '', 'g') as term, sum(n)::bigint as n
from raw group by term having term <> '' '''
rows = duckdb.execute(query.replace("$path", repr(path))).fetchall()
rows.sort(key=lambda one: (one[1], one[0].encode()), reverse=True)
terms = [term for term, _ in rows[: TOP - 2]]
"""
ARROW = """
import pyarrow as pa, pyarrow.compute as pc
parts = []
with open(path, "rb") as file:
    while block := file.read(16 << 20) + (file.readline() or b""):
        tokens = pc.ascii_split_whitespace(pa.array([block], pa.large_string())).flatten()
        seen = pc.value_counts(tokens)
        parts.append(pa.table({"token": seen.field("values"), "n": seen.field("counts")}))
raw = pa.concat_tables(parts).group_by("token").aggregate([("n", "sum")])
term = pc.replace_substring_regex(pc.ascii_lower(raw["token"]), "[!-/:-@\\\\[-`{-~]", "")
counts = pa.table({"term": term, "n": raw["n_sum"]}).group_by("term").aggregate([("n", "sum")])
counts = counts.filter(pc.not_equal(counts["term"], "")).sort_by([("n_sum", "descending"), ("term", "descending")])
terms = counts["term"][: TOP - 2].to_pylist()
"""
PROGRAM = """
import sys
path, TOP, options = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
{way}
import hashlib
print("\\nlearned", hashlib.sha256(chr(10).join(terms).encode()).hexdigest())
"""


class Way(NamedTuple):
    """One way to build a vocabulary."""

    name: str
    code: str
    path: Path
    options: tuple[str, ...] = ()
    package: str = ""
    same: bool = True  # as the others of its table


class Run(NamedTuple):
    """What one run of it took."""

    seconds: float
    megabytes: float
    learned: str


def main() -> None:
    """Prints a table for each kind of work."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "lexport-corpora")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is run (default: 3)")
    parser.add_argument("--megabytes", type=int, default=1000, help="of the larger text (default: 1000)")
    parser.add_argument("--rows", type=int, default=20_000_000, help="of the column (default: 20000000)")
    parser.add_argument("--terms", type=int, default=10_000_000, help="distinct words (default: 10000000)")
    parser.add_argument("--only", choices=["text", "libraries", "ids", "distinct"], help="just one of the tables")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    tables = {"text": _text, "libraries": _libraries, "ids": _ids, "distinct": _distinct}
    print(f"{os.cpu_count()} cores, medians of {options.rounds} rounds in turns")
    for name, table in tables.items():
        if options.only in (None, name):
            table(options)


def _text(options: argparse.Namespace) -> None:
    medians = {}
    for megabytes in (options.megabytes // 5, options.megabytes):
        path = _text_of(options.folder, megabytes)
        ways = [
            Way("lexport", OURS_TEXT, path),
            Way("Keras adapt, batches of 1,024", KERAS_TEXT, path, ("1024",)),
            Way("Keras adapt, batches of 16,384", KERAS_TEXT, path, ("16384",)),
        ]
        medians[megabytes] = _measured(f"{megabytes} MB of text", ways, options.rounds)
    small, large = [runs["lexport"] for runs in medians.values()]
    exponent = math.log(large / small) / math.log(5)
    print(f"lexport from {options.megabytes // 5} to {options.megabytes} MB: exponent {exponent:.2f}")


def _libraries(options: argparse.Namespace) -> None:
    path = _text_of(options.folder, 200)
    ways = [
        Way("lexport", OURS_TEXT, path),
        # Both lower-case letters that are not ASCII, too, which Keras leaves as they are.
        Way("Polars, streaming", POLARS, path, package="polars", same=False),
        Way("DuckDB", DUCKDB, path, package="duckdb", same=False),
        Way("Arrow alone", ARROW, path),
        Way("collections.Counter", COUNTER, path),
    ]
    _measured("200 MB of text, by library", ways, options.rounds)


def _ids(options: argparse.Namespace) -> None:
    rows = options.rows
    table = _made(options.folder / f"ids-{rows}.csv", lambda path: corpora.write_ids(path, rows))
    parquet = _made(options.folder / f"ids-{rows}.parquet", lambda path: corpora.write_ids(path, rows))
    ways = [
        Way("lexport, CSV", OURS_COLUMN, table),
        Way("lexport, Parquet", OURS_COLUMN, parquet),
        Way("Keras adapt, lines in batches of 1,024", KERAS_COLUMN, table, ("1024",)),
        Way("Keras adapt, lines in batches of 16,384", KERAS_COLUMN, table, ("16384",)),
    ]
    _measured(f"a column of {rows:,} rows", ways, options.rounds)


def _distinct(options: argparse.Namespace) -> None:
    terms = options.terms
    path = _made(options.folder / f"distinct-{terms}.txt", lambda path: corpora.write_distinct(path, terms))
    small = str(256 << 20)
    ways = [
        Way("lexport, all of them", OURS_DISTINCT, path),
        Way("lexport, all, memory_limit 256 MiB", OURS_DISTINCT, path, (small,)),
        Way(f"lexport, {TOP:,} of them", OURS_TEXT, path, same=False),
        Way(f"lexport, {TOP:,}, memory_limit 256 MiB", OURS_TEXT, path, (small,), same=False),
    ]
    _measured(f"{terms:,} distinct words", ways, options.rounds)


def _text_of(folder: Path, megabytes: int) -> Path:
    return _made(folder / f"zipf-{megabytes}.txt", lambda path: corpora.write_text(path, megabytes * 10**6))


def _made(path: Path, write: Callable[[Path], None]) -> Path:
    if not path.exists():
        partial = path.with_stem(f".{path.stem}")
        write(partial)
        partial.rename(path)
    return path


def _measured(title: str, ways: list[Way], rounds: int) -> dict[str, float]:
    missing = [way for way in ways if way.package and importlib.util.find_spec(way.package) is None]
    ways = [way for way in ways if way not in missing]
    runs: dict[str, list[Run]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            runs[way.name].append(_run(way))
    learned = {run.learned for way in ways if way.same for run in runs[way.name]}
    if len(learned) > 1:
        raise SystemExit(f"{title}: not all ways learned the same vocabulary: {runs}")
    print(f"\n{title}")
    medians = {name: statistics.median(run.seconds for run in found) for name, found in runs.items()}
    first = next(iter(medians.values()))
    for name, found in runs.items():
        seconds, peak = [run.seconds for run in found], statistics.median(run.megabytes for run in found)
        spread = f"({min(seconds):.1f} to {max(seconds):.1f})"
        other = "" if {run.learned for run in found} == learned else "  learns another vocabulary"
        print(f"  {name:<42} {medians[name]:7.1f} s {spread:<18} {peak:7.0f} MB  {medians[name] / first:6.1f} x{other}")
    for way in missing:
        print(f"  {way.name:<42} not measured: {way.package} is not installed")
    return medians


def _run(way: Way) -> Run:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", PROGRAM.format(way=way.code), str(way.path), str(TOP), *way.options]
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment | {"LEXPORT_HOME": home})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read()
    lines = [line for line in output.splitlines() if line.startswith("learned ")]
    if process.returncode or not lines:
        raise SystemExit(f"{way.name} failed:\n{output}")
    return Run(seconds, usage.ru_maxrss / 1000, hashlib.sha256(lines[0].encode()).hexdigest())


if __name__ == "__main__":
    main()
