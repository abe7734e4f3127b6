"""Measures `lexport doctor` on a SavedModel whose vocabulary stands in the graph.

    python benchmarks/doctor.py [--megabytes 200] [--rounds 3] [--folder DIR]

The SavedModel is made by plain TensorFlow in a process of its own: a table from a list of terms, as every Keras layer
has it after `adapt()` or a reload. Then the command runs in processes of its own; the seconds are medians, from the
start of the process to its end, and the memory is the peak of the process. For comparison: importing TensorFlow, and
loading the same directory with `tf.saved_model.load`.
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
from collections.abc import Sequence
from pathlib import Path

TERM_BYTES = 26  # 16 of the term, two that protocol buffers put before it, and 8 of its id

MAKE = """
import sys
import tensorflow as tf
count, directory = int(sys.argv[1]), sys.argv[2]
keys = tf.constant([f"term{number:012d}" for number in range(count)])
module = tf.Module()
initializer = tf.lookup.KeyValueTensorInitializer(keys, tf.range(count, dtype=tf.int64))
module.table = tf.lookup.StaticHashTable(initializer, -1)
module.serve = tf.function(
    lambda words: {"ids": module.table.lookup(words)}, input_signature=[tf.TensorSpec([None], tf.string)]
)
tf.saved_model.save(module, directory, signatures={"serving_default": module.serve})
"""
IMPORT = "import tensorflow"
LOAD = "import sys, tensorflow as tf; tf.saved_model.load(sys.argv[1])"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200, help="of saved_model.pb (default: 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    parser.add_argument("--folder", type=Path, help="where the SavedModel stands meanwhile; by default temporary")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        directory = Path(folder) / "model"
        count = options.megabytes * 1_000_000 // TERM_BYTES
        _run([sys.executable, "-c", MAKE, str(count), str(directory)])
        size = (directory / "saved_model.pb").stat().st_size / 1e6
        machine = f"{os.cpu_count()} cores, median (least to most) of {options.rounds} in turns"
        print(f"{count:,} terms, saved_model.pb of {size:.0f} MB, {machine}")
        doctor = [sys.executable, "-m", "lexport", "doctor", str(directory), "--json"]
        commands = {
            "lexport doctor": doctor,
            "import tensorflow": [sys.executable, "-c", IMPORT],
            "tf.saved_model.load": [sys.executable, "-c", LOAD, str(directory)],
        }
        rounds = [{name: _run(command) for name, command in commands.items()} for _ in range(options.rounds)]
        for name in commands:
            seconds = sorted(measured[name][0] for measured in rounds)
            megabytes = statistics.median(measured[name][1] for measured in rounds)
            spread = f"({seconds[0]:.1f} to {seconds[-1]:.1f})"
            print(f"{name:22}{statistics.median(seconds):7.1f} s  {spread:16}{megabytes:6.0f} MB")
        told = json.loads(subprocess.run(doctor, capture_output=True, check=False).stdout)
        print("; ".join(f"{one['code']}: {one['message']}" for one in told["findings"]))


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Gives the seconds of a process and its peak of memory in megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command[:4]} failed")
    return time.perf_counter() - start, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
