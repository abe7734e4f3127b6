"""Measures `lexport.remap_embedding`: the rows of a large embedding, put to the ids of the next vocabulary.

    python benchmarks/remap_embedding.py [--terms 10000000] [--width 8] [--rounds 3] [--folder DIR]

Nine of ten terms are in both vocabularies, at other places; new rows get zeros. Every way is a process of its own, and
all take turns. The seconds are medians: of reading both vocabularies from their files, and of moving the rows. Memory
is the peak of the process, its imports and the matrix included. All ways must give the same bytes, or the benchmark
ends.

- `lexport`: `Vocabulary.from_file`, which checks every term and takes its digest, and `remap_embedding`.
- `dict, then arrays`: a dict of the old terms, a list of the places of those that survive, then one gather and one
  scatter; what `keras.utils.warmstart_embedding_matrix` of Keras 2 did, here in NumPy.
- `dict and loop`: the same dict, and an assignment for each row.
"""

import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from measured_process import megabytes

SPECIAL = 2  # rows of the mask and of what is out of the vocabulary
AT_ONCE = 200_000


class Cell(NamedTuple):
    """One way, measured once."""

    read: float
    move: float
    megabytes: float
    sha256: str


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terms", type=int, default=10_000_000, help="of each vocabulary (default: 10000000)")
    parser.add_argument("--width", type=int, default=8, help="of a row, in float32 (default: 8)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--folder", type=Path, help="where the files stand meanwhile; by default temporary")
    parser.add_argument("--work", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(_work(options.folder, options.work)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        _write(Path(folder), options.terms, options.width)
        _report(Path(folder), options)


def _write(folder: Path, terms: int, width: int) -> None:
    import numpy as np

    # Without a pattern in the order, as counted terms have none. Both factors are primes, so no term comes twice.
    for name, factor, first in (("old", 7919, 0), ("new", 104_729, terms // 10)):
        with (folder / f"{name}.txt").open("w") as file:
            for start in range(0, terms, AT_ONCE):
                numbers = (first + number * factor % terms for number in range(start, min(terms, start + AT_ONCE)))
                file.write("".join(f"term{number:010d}\n" for number in numbers))
    matrix = np.random.default_rng(1).normal(size=(terms + SPECIAL, width)).astype(np.float32)
    np.save(folder / "matrix.npy", matrix)


def _report(folder: Path, options: argparse.Namespace) -> None:
    machine = f"{os.cpu_count()} cores, median (least to most) of {options.rounds} in turns"
    print(f"{options.terms:,} terms, rows of {options.width} float32, {machine}")
    print(f"{'':20}{'read':>24}{'move':>24}{'peak':>12}")
    cells = [{way: _cell(folder, way) for way in WAYS} for _ in range(options.rounds)]
    if len({cell.sha256 for turn in cells for cell in turn.values()}) > 1:
        raise SystemExit("the ways give different rows")
    for way in WAYS:
        own = [turn[way] for turn in cells]
        memory = statistics.median(cell.megabytes for cell in own)
        print(f"{way:20}{_told([one.read for one in own])}{_told([one.move for one in own])}{memory:9.0f} MB")


def _told(seconds: list[float]) -> str:
    text = f"{statistics.median(seconds):.1f} s  ({min(seconds):.1f} to {max(seconds):.1f})"
    return f"{text:>24}"


def _cell(folder: Path, way: str) -> Cell:
    command = [sys.executable, __file__, "--folder", str(folder), "--work", way]
    # A store of its own, so that no round finds the vocabularies of another one.
    with tempfile.TemporaryDirectory(dir=folder) as home:
        environment = os.environ | {"LEXPORT_HOME": home}
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way} failed\n{done.stderr.decode()}")
    return Cell(*json.loads(done.stdout))


def _work(folder: Path, way: str) -> Cell:
    import numpy as np

    read, move = WAYS[way]()
    matrix = np.load(folder / "matrix.npy")
    start = time.perf_counter()
    old, new = (read(folder / f"{name}.txt") for name in ("old", "new"))
    middle = time.perf_counter()
    moved = move(old, new, matrix)
    end = time.perf_counter()
    peak = megabytes(resource.getrusage(resource.RUSAGE_SELF))
    return Cell(middle - start, end - middle, peak, hashlib.sha256(moved).hexdigest())


def _lexport() -> tuple[Callable[..., Any], Callable[..., Any]]:
    from lexport import Vocabulary, remap_embedding

    def move(old: Any, new: Any, rows: Any) -> Any:
        return remap_embedding(old, new, rows, initializer="zeros")

    return lambda path: Vocabulary.from_file("terms", path), move


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _gather() -> tuple[Callable[..., Any], Callable[..., Any]]:
    import numpy as np

    def move(old: list[str], new: list[str], rows: Any) -> Any:
        places = dict(zip(old, range(len(old)), strict=True))
        before, after = [], []
        for place, term in enumerate(new):
            if term in places:
                before.append(places[term])
                after.append(place)
        moved = np.zeros((len(new) + SPECIAL, rows.shape[1]), rows.dtype)
        moved[:SPECIAL] = rows[:SPECIAL]
        moved[np.array(after) + SPECIAL] = rows[np.array(before) + SPECIAL]
        return moved

    return _lines, move


def _loop() -> tuple[Callable[..., Any], Callable[..., Any]]:
    import numpy as np

    def move(old: list[str], new: list[str], rows: Any) -> Any:
        places = {term: place for place, term in enumerate(old, SPECIAL)}
        moved = np.zeros((len(new) + SPECIAL, rows.shape[1]), rows.dtype)
        moved[:SPECIAL] = rows[:SPECIAL]
        for place, term in enumerate(new, SPECIAL):
            if term in places:
                moved[place] = rows[places[term]]
        return moved

    return _lines, move


WAYS = {"lexport": _lexport, "dict, then arrays": _gather, "dict and loop": _loop}


if __name__ == "__main__":
    main()
