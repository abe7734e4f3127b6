"""Prints how long Apache Beam takes to count the words of a text: lexport's engine, and the word count of its examples.

    python benchmarks/corpora.py text text.txt --megabytes 200
    python benchmarks/clusters.py text.txt

Both run on Beam's direct runner with two worker processes, count the same words standardised in the same way (ASCII
lower case, no ASCII punctuation), and take turns, each time in a process of its own. The time is that of the whole
pipeline with the start of its workers, and without the import of Beam. The word count of the examples ends with a text
file of all words; lexport's with the vocabulary of the 30,000 most frequent ones and its statistics.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

from lexport.corpus import Source, TextTerms, build_vocabulary
from lexport.corpus.engines import BeamEngine
from lexport.corpus.standardization import byte_translation

WORKERS = 2
# The last one keeps the direct runner from downloading another one, which knows nothing of worker processes.
OPTIONS = [f"--direct_num_workers={WORKERS}", "--direct_running_mode=multi_processing", "--allow_unsafe_triggers"]
TERMS = 30_000
STANDARDIZE = "lower_and_strip_punctuation"
TABLE = byte_translation(STANDARDIZE) or (None, b"")


def main() -> None:
    """Measures one way, or all of them in turns in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--way", choices=list(WAYS), help="measure this one in this process, and print JSON")
    options = parser.parse_args()
    if options.way:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["LEXPORT_HOME"] = folder
            print(json.dumps(_measured(options.way, options.text, Path(folder))))
        return
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            found[way].append(_in_a_process(way, options.text))
    _print(options.text, found)


def count_plainly(text: Path, folder: Path) -> float:
    """Counts as `apache_beam.examples.wordcount` does, and gives the number of all words."""
    with beam.Pipeline(options=PipelineOptions(OPTIONS)) as pipeline:
        (
            pipeline
            | "Read" >> beam.io.ReadFromText(str(text))
            | "Split" >> beam.FlatMap(words_of)
            | "Count" >> beam.combiners.Count.PerElement()
            | "Format" >> beam.MapTuple(lambda word, count: f"{word.decode()}: {count}")
            | "Write" >> beam.io.WriteToText(str(folder / "counts"))
        )
    parts = [path.read_text(encoding="utf-8").split("\n") for path in folder.glob("counts*")]
    return sum(int(line.rpartition(": ")[2]) for lines in parts for line in lines if line)


def words_of(line: str) -> list[bytes]:
    """Splits a line as Keras does: at ASCII's white space, which `str.split` would add to."""
    return line.encode().translate(*TABLE).split()


def count_with_lexport(text: Path, _: Path) -> float:
    """Builds a vocabulary, and gives the number of all words."""
    source, terms = Source(text, format="text"), TextTerms(STANDARDIZE, "whitespace")
    words = build_vocabulary("words", source, terms, max_terms=TERMS, engine=BeamEngine(OPTIONS))
    return float((words.statistics and words.statistics.tokens) or 0)


WAYS: dict[str, Any] = {"word count of Beam's examples": count_plainly, "lexport's engine": count_with_lexport}


def _measured(way: str, text: Path, folder: Path) -> dict[str, float]:
    begin = time.perf_counter()
    words = WAYS[way](text, folder)
    return {"seconds": time.perf_counter() - begin, "words": words}


def _in_a_process(way: str, text: Path) -> dict[str, float]:
    command = [sys.executable, __file__, str(text), "--way", way]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _print(text: Path, found: dict[str, list[dict[str, float]]]) -> None:
    if len({result["words"] for results in found.values() for result in results}) != 1:
        raise SystemExit(f"they do not count the same words: {found}")
    megabytes = text.stat().st_size / 1e6
    medians = {way: statistics.median(result["seconds"] for result in results) for way, results in found.items()}
    plain = next(iter(medians.values()))
    rounds = len(next(iter(found.values())))
    machine = f"{WORKERS} workers, {os.cpu_count()} cores, Beam {beam.__version__}"
    print(f"{megabytes:.0f} MB, {machine}; median (least to most) of {rounds} rounds in turns")
    for way, results in found.items():
        times = [result["seconds"] for result in results]
        span = f"({min(times):.1f} to {max(times):.1f})"
        print(f"{way:<30} {medians[way]:6.1f} s  {span:<16} {plain / medians[way]:4.1f} times as fast")


if __name__ == "__main__":
    main()
