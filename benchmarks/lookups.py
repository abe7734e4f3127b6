"""Measures lookups per second of a `StringLookup`, beside Keras's own, for batches of several sizes.

    python benchmarks/lookups.py [--terms 1000000] [--rounds 5]

Both layers are built from one file, in one process, and are called in turns inside a compiled `tf.function`; of each
batch nine tenths are terms from everywhere in the file, the rest are unknown. Their ids must be the same.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
BATCHES = (1, 64, 4096, 1_000_000)
SECONDS = 0.5


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terms", type=int, default=1_000_000, help="how many (default: 1000000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: 5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LEXPORT_HOME"] = folder
        path = Path(folder) / "terms.txt"
        path.write_text("".join(f"term{number * 7919 % options.terms:010d}\n" for number in range(options.terms)))
        layers = _layers(str(path))
        print(
            f"{options.terms:,} terms, {os.cpu_count()} cores, lookups per second, median of {options.rounds} in turns"
        )
        for batch in BATCHES:
            speeds = _speeds(layers, _asked(batch, options.terms), options.rounds)
            told = "   ".join(f"{way} {statistics.median(one):12,.0f}" for way, one in speeds.items())
            print(f"batch {batch:>9,}   {told}", flush=True)


def _layers(path: str) -> dict[str, Any]:
    import keras
    import tensorflow as tf

    import lexport.layers

    made = {"Keras": keras.layers.StringLookup, "lexport": lexport.layers.StringLookup}
    return {way: tf.function(layer(vocabulary=path), autograph=False) for way, layer in made.items()}


def _asked(batch: int, terms: int) -> Any:
    import numpy as np
    import tensorflow as tf

    numbers = np.random.default_rng(7).integers(0, terms * 10 // 9, batch)
    return tf.constant([f"term{number:010d}" for number in numbers])


def _speeds(layers: dict[str, Any], asked: Any, rounds: int) -> dict[str, list[float]]:
    answers = {way: look_up(asked).numpy().tolist() for way, look_up in layers.items()}
    if answers["Keras"] != answers["lexport"]:
        raise SystemExit("the ids differ")
    speeds: dict[str, list[float]] = {way: [] for way in layers}
    for _ in range(rounds):
        for way, look_up in layers.items():
            calls, begin = 0, time.perf_counter()
            while time.perf_counter() - begin < SECONDS:
                look_up(asked)
                calls += 1
            speeds[way].append(calls * len(asked) / (time.perf_counter() - begin))
    return speeds


if __name__ == "__main__":
    main()
