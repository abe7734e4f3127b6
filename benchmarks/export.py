"""Measures a whole `make export` of a small model beside the script that anybody would write.

    python benchmarks/export.py [--rounds 5] [--terms 20000]

The plain script builds the same model from Keras's own layers, calls `model.export()`, and a fresh process loads
that with one `tf.saved_model.load` and asks it once. `make export` reads the config, builds and writes the model,
verifies it through all three loaders, each in a process under the sandbox, and publishes it. Both take turns, so
that whatever else the machine does falls on both alike. `benchmarks/verification.py` prints what each loader takes.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
MAKE = ("make", "--no-print-directory", "export")

MODEL = """
import keras
from {layers} import StringLookup


def model(vocabulary):
    word = keras.Input((), dtype="string", name="word")
    ids = StringLookup(vocabulary=vocabulary)(word)
    vectors = keras.layers.Embedding({terms} + 1, 16)(ids)
    return keras.Model(word, {{"id": ids, "score": keras.layers.Dense(1)(vectors)}})


def build(vocabularies):
    return model(vocabularies["words"])
"""

CONFIG = """
name: words
vocabularies: {words: {file: words.txt}}
model: {factory: "ours:build"}
signatures:
  serving_default:
    inputs: {word: {dtype: string, shape: [null]}}
    outputs: [id, score]
publish: {directory: published}
"""

PLAIN_SAVE = """
import sys
from plain import model
model("words.txt").export(sys.argv[1])
"""
PLAIN_LOAD = """
import sys
import tensorflow as tf
loaded = tf.saved_model.load(sys.argv[1])
print(loaded.signatures["serving_default"](tf.constant(["term 1", "no term"])))
"""


def main() -> None:
    """Prints the medians of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (default: 5)")
    parser.add_argument("--terms", type=int, default=20_000, help="how many terms the vocabulary has (default: 20000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _write_project(Path(folder), options.terms)
        ways: dict[str, Callable[[], None]] = {
            "plain script": lambda: _plain(Path(folder)),
            "make export": lambda: _run([*MAKE, f"CONFIG={folder}/words.yaml"], CHECKOUT),
        }
        seconds = _in_turns(ways, options.rounds)
    _print(seconds, options)


def _write_project(folder: Path, terms: int) -> None:
    (folder / "pyproject.toml").write_text("")
    (folder / "words.txt").write_text("".join(f"term {number}\n" for number in range(terms)))
    for name, layers in (("ours", "lexport.layers"), ("plain", "keras.layers")):
        (folder / f"{name}.py").write_text(MODEL.format(layers=layers, terms=terms))
    (folder / "words.yaml").write_text(CONFIG)


def _plain(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        _run([sys.executable, "-c", PLAIN_SAVE, f"{place}/1"], folder)
        _run([sys.executable, "-c", PLAIN_LOAD, f"{place}/1"], folder)


def _run(command: Sequence[str], folder: Path) -> None:
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(folder)}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{ended.stdout}{ended.stderr}")


def _in_turns(ways: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():  # once before, so that every compiled module is cached
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            begin = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def _print(seconds: dict[str, list[float]], options: argparse.Namespace) -> None:
    plain = statistics.median(seconds["plain script"])
    print(f"{options.terms} terms, {os.cpu_count()} cores, median (least to most) of {options.rounds} rounds in turns")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name:<12} {median:5.1f} s  ({min(times):.1f} to {max(times):.1f})  {median / plain:4.2f} x plain")


if __name__ == "__main__":
    main()
