"""Measures a model of 200 vocabularies of 10,000 terms, beside the same of Keras's own layers.

    python benchmarks/many_vocabularies.py [--vocabularies 200] [--terms 10000] [--rounds 1]

Each way is a process of its own, and they take turns; seconds are medians of a step alone, without imports. Keras's
layers take the same files. Saving is `model.export` there, and `lexport.save` here, which looks the SavedModel over and
writes a manifest; then `lexport.export`, which saves, verifies in all three loaders and publishes. Loading is
`tf.saved_model.load`, with one call that asks every table. The answers of both must be the same.
"""

import argparse
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
from typing import Any

WAYS = ("Keras", "lexport")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocabularies", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--terms", type=int, default=10_000, help="terms in each (default: 10000)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is measured (default: 1)")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(_work(options.work[0], Path(options.work[1]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.vocabularies):
            lines = (f"v{number}_{(term * 7919) % options.terms:06d}\n" for term in range(options.terms))
            (Path(folder) / f"v{number:03d}.txt").write_text("".join(lines))
        _report(Path(folder), options)


def _report(folder: Path, options: argparse.Namespace) -> None:
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(options.rounds):
        for way in WAYS:
            runs[way].append(_in_a_process(way, folder))
    told = {json.dumps(run["answers"]) for way in WAYS for run in runs[way]}
    if len(told) > 1:
        raise SystemExit("the answers differ")
    print(f"{options.vocabularies} vocabularies of {options.terms:,} terms, {os.cpu_count()} cores, ", end="")
    print(f"median of {options.rounds} in turns")
    for step in runs["lexport"][0]["seconds"]:
        cells = [
            f"{way} {statistics.median(run['seconds'][step] for run in runs[way]):7.2f} s"
            for way in WAYS
            if step in runs[way][0]["seconds"]
        ]
        print(f"{step:32}" + "   ".join(f"{cell:>18}" for cell in cells))
    for way in WAYS:
        print(f"{way}: {runs[way][0]['disk']}, peak memory {max(run['megabytes'] for run in runs[way])} MB")


def _in_a_process(way: str, folder: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "LEXPORT_HOME": home}
        command = [sys.executable, __file__, "--work", way, str(folder)]
        ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if ended.returncode:
        raise SystemExit(f"{way} failed:\n{ended.stderr[-3000:]}")
    run: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return run


def _work(way: str, folder: Path) -> dict[str, Any]:
    import tensorflow as tf

    import lexport

    seconds: dict[str, float] = {}
    model = _timed(seconds, "build", lambda: _model(way, folder))
    with tempfile.TemporaryDirectory() as place:
        saved = Path(place) / "saved"
        if way == "Keras":
            _timed(seconds, "save", lambda: model.export(str(saved), verbose=False))
        else:
            _timed(seconds, "save", lambda: lexport.save(model, saved))
        loaded = _timed(seconds, "load", lambda: tf.saved_model.load(str(saved)))
        words = {name: tf.constant([f"v{int(name[1:])}_000007", "no term"]) for name in sorted(_names(folder))}
        answer = _timed(seconds, "first call", lambda: loaded.signatures["serving_default"](**words))
        if way == "lexport":
            report = _timed(
                seconds, "save, verify and publish", lambda: lexport.export(model, Path(place) / "published")
            )
            if not report.passed:
                raise SystemExit(str(report))
        return {
            "seconds": seconds,
            "answers": [next(iter(answer.values())).numpy().tolist()],
            "disk": _disk(saved),
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("v*.txt"))


def _model(way: str, folder: Path) -> Any:
    import keras

    import lexport.layers

    package = keras.layers if way == "Keras" else lexport.layers
    inputs = [keras.Input((), dtype="string", name=name) for name in _names(folder)]
    ids = [package.StringLookup(vocabulary=str(folder / f"{one.name}.txt"))(one) for one in inputs]
    return keras.Model(inputs, {"ids": keras.ops.stack(ids, axis=1)})


def _disk(folder: Path) -> str:
    sizes: dict[str, list[int]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            sizes.setdefault(path.relative_to(folder).parts[0], []).append(path.stat().st_size)
    told = (f"{part} {len(files)} files, {sum(files) / 1e6:.2f} MB" for part, files in sorted(sizes.items()))
    return "; ".join(told)


def _timed(seconds: dict[str, float], step: str, work: Callable[[], Any]) -> Any:
    begin = time.perf_counter()
    result = work()
    seconds[step] = time.perf_counter() - begin
    return result


if __name__ == "__main__":
    main()
