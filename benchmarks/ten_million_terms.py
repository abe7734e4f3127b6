"""Measures what a lookup layer of ten million terms takes, beside Keras's own, from the constructor to the file.

    python benchmarks/ten_million_terms.py [--terms 10000000] [--rounds 3] [--folder DIR]

Every cell is a process of its own; all ways of a step take turns, so that whatever else the machine does falls on all
of them alike. Seconds are medians of the step alone, without imports and without what comes before it (the constructor
comes before the saves). Memory is the peak of the process from its start, TensorFlow and the list of terms included.

- `construct`: the layer from the file, or from a list of the file's terms; the ids of a sample of terms, and of some
  that are not there, are compared between all ways, and a difference ends the benchmark.
- `SavedModel`: `model.export` of a model with this layer; for lexport also `lexport.save`, which looks the SavedModel
  over and writes a manifest with the digest of every file. What copying the file and its digest take is printed below.
- `.keras`: `model.save`.
- `reload`: `keras.saving.load_model` of that file, in a process that does nothing else.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

WAYS = ("Keras, list", "Keras, path", "lexport, list", "lexport, path")
STEPS = ("construct", "SavedModel", "lexport.save", ".keras", "reload")
SAMPLE = 200_000


class Cell(NamedTuple):
    """One way of one step, measured once."""

    seconds: float
    megabytes: int
    told: str


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terms", type=int, default=10_000_000, help="how many (default: 10000000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each cell is measured (default: 3)")
    parser.add_argument("--folder", type=Path, help="where the files stand meanwhile; by default a temporary folder")
    parser.add_argument("--step", choices=STEPS, action="append", help="only this step, again for others")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(_work(options.folder, *options.work)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        _write_terms(Path(folder), options.terms)
        _report(Path(folder), options)


def _write_terms(folder: Path, terms: int) -> None:
    with (folder / "terms.txt").open("w") as file:
        for start in range(0, terms, SAMPLE):
            # Without a pattern in the order, as the words of a counted corpus have none; 15 bytes with the line end.
            numbers = (number * 7919 % terms for number in range(start, min(terms, start + SAMPLE)))
            file.write("".join(f"term{number:010d}\n" for number in numbers))


def _report(folder: Path, options: argparse.Namespace) -> None:
    size = (folder / "terms.txt").stat().st_size / 1e6
    machine = f"{os.cpu_count()} cores, median of {options.rounds} in turns"
    print(f"{options.terms:,} terms, {size:.0f} MB, {machine}")
    print(f"{'':14}" + "".join(f"{way:>24}" for way in WAYS))
    for step in options.step or STEPS:
        cells = _in_turns(folder, step, options.rounds)
        told = {cell.told for way in cells.values() for cell in way}
        if step in ("construct", "reload") and len(told) > 1:
            raise SystemExit(f"{step}: the ids differ: {told}")
        print(f"{step:14}" + "".join(f"{_shown(cells.get(way)):>24}" for way in WAYS), flush=True)
        if step == "SavedModel":
            graphs = {way: cells[way][0].told for way in cells}
            print("saved_model.pb".ljust(14) + "".join(f"{graphs[way]:>24}" for way in WAYS))
    print(f"copying the file: {_seconds(lambda: shutil.copyfile(folder / 'terms.txt', folder / 'copy')):.2f} s")
    print(f"its sha256: {_seconds(lambda: _digest(folder / 'copy')):.2f} s")


def _in_turns(folder: Path, step: str, rounds: int) -> dict[str, list[Cell]]:
    ways = [way for way in WAYS if step != "lexport.save" or way.startswith("lexport")]
    cells: dict[str, list[Cell]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            cells[way].append(_in_a_process(folder, step, way))
    return cells


def _in_a_process(folder: Path, step: str, way: str) -> Cell:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "LEXPORT_HOME": home}
        command = [sys.executable, __file__, "--folder", str(folder), "--work", step, way]
        ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if ended.returncode:
        raise SystemExit(f"{step}, {way} failed:\n{ended.stderr[-3000:]}")
    return Cell(*json.loads(ended.stdout.splitlines()[-1]))


def _shown(cells: list[Cell] | None) -> str:
    if not cells:
        return "-"
    seconds = statistics.median(cell.seconds for cell in cells)
    return f"{seconds:.2f} s  {max(cell.megabytes for cell in cells):>5} MB"


def _work(folder: Path, step: str, way: str) -> tuple[float, int, str]:
    """Does the step, after what must come before it."""
    import keras

    import lexport.layers

    package = lexport.layers if way.startswith("lexport") else keras.layers
    path = folder / "terms.txt"
    archive = folder / f"{way}.keras"
    if step == "reload":
        loaded: list[Any] = []
        seconds = _seconds(lambda: loaded.append(keras.saving.load_model(archive)))
        return seconds, _peak(), _ids(loaded[0].layers[1], path)
    source = path.read_text().splitlines() if way.endswith("list") else str(path)
    layers: list[Any] = []
    seconds = _seconds(lambda: layers.append(package.StringLookup(vocabulary=source, name="terms")))
    if step == "construct":
        return seconds, _peak(), _ids(layers[0], path)
    text = keras.Input((), dtype="string", name="text")
    model = keras.Model(text, {"id": layers[0](text)})
    return _saved(model, folder, step, archive)


def _saved(model: Any, folder: Path, step: str, archive: Path) -> tuple[float, int, str]:
    import lexport

    target = Path(tempfile.mkdtemp(dir=folder)) / "model"
    save: dict[str, Callable[[], object]] = {
        "SavedModel": lambda: model.export(str(target), verbose=False),
        "lexport.save": lambda: lexport.save(model, target),
        ".keras": lambda: model.save(archive),
    }
    seconds = _seconds(save[step])
    graph = target / "saved_model.pb"
    told = f"{graph.stat().st_size / 1e6:.2f} MB" if graph.exists() else ""
    shutil.rmtree(target.parent)
    return seconds, _peak(), told


def _ids(layer: Any, path: Path) -> str:
    """Gives a digest of the ids of terms from everywhere in the file, and of some that are not in it."""
    import tensorflow as tf

    size = path.stat().st_size // 15
    with path.open("rb") as file:
        asked = []
        for line in range(0, size, max(1, size // SAMPLE)):
            file.seek(line * 15)
            asked.append(file.read(14))
    asked += [b"", b"[UNK]", b"term", b"no term"]
    return hashlib.sha256(layer(tf.constant(asked)).numpy().tobytes()).hexdigest()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
